begin 'kernel settings'
for module in $modules; do
  modprobe "$module" || say "the kernel has no module $module"
done
sysctl --quiet --system
