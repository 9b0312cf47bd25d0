begin 'routes of IPv6 that routers announce'
# A kernel that listens to routers itself (1) forgets their routes as soon as it forwards. Where it says 0, somebody else
# listens, such as systemd-networkd, and remembers.
for setting in /proc/sys/net/ipv6/conf/*/accept_ra; do
  case $setting in */all/* | */default/* | */lo/*) continue ;; esac
  if [ "$(cat "$setting")" = 1 ]; then
    echo "${setting#/proc/sys/} = 2"
  fi
done >/etc/sysctl.d/89-gkc-routers.conf
