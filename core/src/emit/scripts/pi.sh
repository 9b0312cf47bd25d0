begin 'memory cgroup'
# The firmware starts Raspberry Pis without it, and k3s does not run then.
for cmdline in /boot/firmware/cmdline.txt /boot/cmdline.txt; do
  if [ -f "$cmdline" ] && ! grep -q cgroup_enable=memory "$cmdline"; then
    sed -i '1s/$/ cgroup_memory=1 cgroup_enable=memory/' "$cmdline"
    touch /run/gkc-reboot
    break
  elif [ -f "$cmdline" ]; then
    break
  fi
done
