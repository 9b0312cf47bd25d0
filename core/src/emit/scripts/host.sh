begin 'kernel settings'
for module in $modules; do
  modprobe "$module" || say "cannot load kernel module $module"
done
sysctl --quiet --system
