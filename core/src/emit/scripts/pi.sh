begin 'memory cgroup'
# Raspberry Pi firmware disables the memory cgroup, and k3s does not start without it.
for cmdline in /boot/firmware/cmdline.txt /boot/cmdline.txt; do
  if [ -f "$cmdline" ] && ! grep -q cgroup_enable=memory "$cmdline"; then
    sed -i '1s/$/ cgroup_memory=1 cgroup_enable=memory/' "$cmdline"
    touch /run/gkc-reboot
    break
  elif [ -f "$cmdline" ]; then
    break
  fi
done
