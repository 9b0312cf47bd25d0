begin 'IPv6 router advertisements'
# With accept_ra=1 the kernel drops its IPv6 default route once forwarding is on; 2 keeps it. Interfaces at 0 are managed by
# another program, such as systemd-networkd.
for setting in /proc/sys/net/ipv6/conf/*/accept_ra; do
  case $setting in */all/* | */default/* | */lo/*) continue ;; esac
  if [ "$(cat "$setting")" = 1 ]; then
    echo "${setting#/proc/sys/} = 2"
  fi
done >/etc/sysctl.d/89-gkc-routers.conf
