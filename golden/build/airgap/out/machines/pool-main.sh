#!/bin/sh
set -eu
# Makes the machine that it is run on an agent of acme. Made by gkc: do not edit, build again.
# usage: sudo sh pool-main.sh
# Run again, it puts changed files in place; k3s reads them at its next restart.
[ "$(id -u)" -eq 0 ] || { echo 'gkc: this needs root' >&2; exit 1; }

packages() {
  apt-get update -q
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$@"
}

# login USER KEYS: a user that people log in as, with these keys beside those that it has.
login() {
  id "$1" >/dev/null 2>&1 || useradd --create-home --shell /bin/bash --groups sudo "$1"
  echo "$1 ALL=(ALL) NOPASSWD:ALL" >"/etc/sudoers.d/90-gkc"
  chmod 0440 /etc/sudoers.d/90-gkc
  home=$(getent passwd "$1" | cut -d : -f 6)
  install -d -m 0700 -o "$1" -g "$(id -g "$1")" "$home/.ssh"
  touch "$home/.ssh/authorized_keys"
  echo "$2" | while read -r key; do
    grep -qxF "$key" "$home/.ssh/authorized_keys" || echo "$key" >>"$home/.ssh/authorized_keys"
  done
  chown "$1:" "$home/.ssh/authorized_keys"
  chmod 0600 "$home/.ssh/authorized_keys"
}

# put PATH MODE OWNER CONTENT: a file, never readable by more than MODE says.
put() { printf '%s' "$4" | install_file "$1" "$2" "$3"; }
put_base64() { printf '%s' "$4" | base64 -d | install_file "$1" "$2" "$3"; }
install_file() {
  mkdir -p "$(dirname "$1")"
  (umask 077 && cat >"$1.gkc")
  chown "$3" "$1.gkc"
  chmod "$2" "$1.gkc"
  mv "$1.gkc" "$1"
}

# move_sshd PATH SETTINGS: moves sshd, unless it is there already. Sessions that are open stay open.
move_sshd() {
  if [ -e "$1" ] && [ "$(cat "$1")" = "$(printf '%s' "$2")" ]; then return; fi
  put "$1" 0644 root:root "$2"
  systemctl daemon-reload
  systemctl try-restart ssh.socket ssh.service
}

say_restart() {
  [ ! -e /run/gkc-reboot ] || echo 'gkc: restart this machine now: k3s needs the memory cgroup'
}

timedatectl set-timezone UTC
login gitpod 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ops@acme.dev'
put_base64 /etc/rancher/k3s/config.yaml 0600 root:root 'c2VydmVyOiAiaHR0cHM6Ly9rM3MuZ2l0cG9kLmFjbWUuZGV2OjY0NDMiCnRva2VuOiAiZ29sZGVuLWFnZW50LXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCg=='
put /etc/rancher/k3s/config.yaml.d/10-node.yaml 0600 root:root '# What is particular to this agent; config.yaml is the same on all of them.
with-node-id: true
node-label:
  - "gitpod.io/workload_meta=true"
  - "gitpod.io/workload_ide=true"
  - "gitpod.io/workload_services=true"
  - "gitpod.io/workload_workspace_services=true"
  - "gitpod.io/workload_workspace_regular=true"
  - "gitpod.io/workload_workspace_headless=true"
'
put /etc/rancher/k3s/registries.yaml 0600 root:root 'mirrors:
  "*":
    endpoint:
      - "https://mirror.acme.dev"
'
put_base64 /etc/gkc/proxy.env 0600 root:root 'SFRUUF9QUk9YWT0naHR0cDovL2drYzpnb2xkZW4tcHJveHklMjBwYXNzd29yZEBwcm94eS5hY21lLmRldjozMTI4JwpodHRwX3Byb3h5PSdodHRwOi8vZ2tjOmdvbGRlbi1wcm94eSUyMHBhc3N3b3JkQHByb3h5LmFjbWUuZGV2OjMxMjgnCkhUVFBTX1BST1hZPSdodHRwOi8vZ2tjOmdvbGRlbi1wcm94eSUyMHBhc3N3b3JkQHByb3h5LmFjbWUuZGV2OjMxMjgnCmh0dHBzX3Byb3h5PSdodHRwOi8vZ2tjOmdvbGRlbi1wcm94eSUyMHBhc3N3b3JkQHByb3h5LmFjbWUuZGV2OjMxMjgnCk5PX1BST1hZPSdsb2NhbGhvc3QsMTI3LjAuMC4wLzgsOjoxLC5zdmMsLmNsdXN0ZXIubG9jYWwsMTAuMTAwLjAuMC8yMCwxMC40Mi4wLjAvMTYsMTAuNDMuMC4wLzE2LDE2OS4yNTQuMTY5LjI1NCxmZDAwOmVjMjo6MjU0LGszcy5naXRwb2QuYWNtZS5kZXYsZ2l0cG9kLmFjbWUuZGV2LC5naXRwb2QuYWNtZS5kZXYsbWlycm9yLmFjbWUuZGV2LGdpdGxhYi5hY21lLmRldiwxNzIuMTYuMC4wLzEyJwpub19wcm94eT0nbG9jYWxob3N0LDEyNy4wLjAuMC84LDo6MSwuc3ZjLC5jbHVzdGVyLmxvY2FsLDEwLjEwMC4wLjAvMjAsMTAuNDIuMC4wLzE2LDEwLjQzLjAuMC8xNiwxNjkuMjU0LjE2OS4yNTQsZmQwMDplYzI6OjI1NCxrM3MuZ2l0cG9kLmFjbWUuZGV2LGdpdHBvZC5hY21lLmRldiwuZ2l0cG9kLmFjbWUuZGV2LG1pcnJvci5hY21lLmRldixnaXRsYWIuYWNtZS5kZXYsMTcyLjE2LjAuMC8xMicK'
put_base64 /etc/apt/apt.conf.d/90-gkc-proxy 0600 root:root 'QWNxdWlyZTo6aHR0cDo6UHJveHkgImh0dHA6Ly9na2M6Z29sZGVuLXByb3h5JTIwcGFzc3dvcmRAcHJveHkuYWNtZS5kZXY6MzEyOCI7CkFjcXVpcmU6Omh0dHBzOjpQcm94eSAiaHR0cDovL2drYzpnb2xkZW4tcHJveHklMjBwYXNzd29yZEBwcm94eS5hY21lLmRldjozMTI4IjsK'
put /etc/sysctl.d/90-gkc.conf 0644 root:root 'fs.inotify.max_user_instances = 8192
fs.inotify.max_user_watches = 1048576
net.ipv4.ip_forward = 1
net.ipv6.conf.all.forwarding = 1
'
put /etc/modules-load.d/gkc.conf 0644 root:root 'br_netfilter
overlay
'
put /etc/gkc/guard.nft 0600 root:root '# Made by gkc. Loading this again replaces it.
table inet gkc
delete table inet gkc
table inet gkc {
  # The metadata service is root'\''s: user-data holds the token that this machine joins with.
  chain metadata {
    meta l4proto { tcp, udp } th dport 53 return
    udp dport { 67, 123 } return
    reject
  }
  chain forward {
    type filter hook forward priority filter - 5; policy accept;
    ct state established,related accept
    ip daddr { 169.254.169.254 } jump metadata
    ip6 daddr { fd00:ec2::254 } jump metadata
  }
  chain output {
    type filter hook output priority filter - 5; policy accept;
    ct state established,related accept
    meta skuid != 0 ip daddr { 169.254.169.254 } jump metadata
    meta skuid != 0 ip6 daddr { fd00:ec2::254 } jump metadata
  }

  # Gitpod'\''s proxy has these beside 80 and 443, and ServiceLB opens all of them.
  chain proxy {
    type filter hook prerouting priority raw - 5; policy accept;
    iifname != "lo" fib daddr type local tcp dport { 9500, 9546, 9547 } drop
  }
}
'
put /etc/systemd/system/gkc-guard.service 0644 root:root '[Unit]
Description=Keep pods and users from the metadata service
Before=k3s.service k3s-agent.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f /etc/gkc/guard.nft
ExecStop=/usr/sbin/nft delete table inet gkc

[Install]
WantedBy=multi-user.target
'
put /usr/local/sbin/gkc-node 0700 root:root '#!/bin/sh
# Makes this machine a node of the cluster. cloud-init runs it once.
set -eu
role=agent
unit=k3s-agent
mirror=https://mirror.acme.dev/k3s/v1.33.4%2Bk3s1
sums_sha256=2f0c2d8b2a4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8
installer_sha256=8598e002e61d658fed7b7542fc6d2c66d8da6eae69e088830105d2ee1ffb6d91
modules='\''br_netfilter overlay'\''
node_network=10.100.0.0/20
network_required=no
network_tries=6
data_dir=/var/lib/rancher/k3s
# What happened so far, for people and for whoever waits: the last line of the status file is the state.
state=/var/lib/gkc
mkdir -p "$state"
say() {
  echo "gkc: $*"
  echo "$(date -u +%Y-%m-%dT%H:%M:%SZ) $*" >>"$state/status"
}
step=start
ended() {
  code=$?
  [ "$code" -eq 0 ] || say "failed at: $step (exit code $code)"
}
trap ended EXIT
begin() {
  step=$*
  say "$step"
}
# retry TIMES PAUSE COMMAND...: bounded, since a machine that waits for ever looks like one that works.
retry() {
  times=$1 pause=$2
  shift 2
  until "$@"; do
    times=$((times - 1))
    [ "$times" -gt 0 ] || return 1
    sleep "$pause"
  done
}
# The installer hands these on to k3s, which hands them on to containerd.
set -a
. /etc/gkc/proxy.env
set +a
begin '\''clock'\''
# Certificates and package lists are refused by a machine whose clock is wrong, and a Raspberry Pi'\''s stops with it.
in_time() { [ "$(timedatectl show -p NTPSynchronized --value)" = yes ]; }
retry 12 5 in_time || say '\''the clock is not synchronised yet'\''
begin '\''kernel settings'\''
for module in $modules; do
  modprobe "$module" || say "the kernel has no module $module"
done
sysctl --quiet --system
begin '\''packet filter'\''
systemctl daemon-reload
systemctl enable gkc-guard.service
systemctl restart gkc-guard.service
begin '\''kernel headers'\''
# Gitpod'\''s ws-daemon mounts /usr/src, and does not start where there is none.
mkdir -p /usr/src
headers() { DEBIAN_FRONTEND=noninteractive apt-get install -y -q "linux-headers-$(uname -r)"; }
retry 3 20 headers || say "no headers for kernel $(uname -r): tools that build kernel modules will not work"
begin "address in $node_network"
# The first address of this machine that lies in the node network, with its interface.
find_address() {
  found=$(ip -o addr show to "$node_network" scope global | head -n 1)
  [ -n "$found" ]
}
address=
if retry "$network_tries" 5 find_address; then
  # Fields: index, interface, family, address/prefix.
  # shellcheck disable=SC2086
  set -- $found
  interface=$2 address=${4%/*}
elif [ "$network_required" = yes ]; then
  say "this machine has no address in $node_network"
  exit 1
else
  say "this machine has no address in $node_network: k3s takes the interface of the default route"
fi
if [ -n "$address" ]; then
  umask 077
  printf '\''node-ip: "%s"\nflannel-iface: "%s"\n'\'' "$address" "$interface" >/etc/rancher/k3s/config.yaml.d/20-address.yaml
fi
begin "k3s $role"
case $(uname -m) in
aarch64) arch=arm64 binary=k3s-arm64 ;;
*) arch=amd64 binary=k3s ;;
esac
sums=sha256sum-$arch.txt images=k3s-airgap-images-$arch.tar.zst
ip route show default | grep -q . || say '\''there is no default route, and k3s does not start without one: a dummy is enough'\''
# fetch FILE SECONDS
fetch() { curl -fsSL --max-time "$2" -o "$state/$1" "$mirror/$1"; }
held_against() { echo "$1  $state/$2" | sha256sum -c --quiet -; }
listed() { (cd "$state" && awk -v file="$1" '\''$2 == file'\'' "$sums" | sha256sum -c --quiet -); }
fetch_release() {
  fetch "$sums" 60 && { [ -z "$sums_sha256" ] || held_against "$sums_sha256" "$sums"; } &&
    fetch install.sh 60 && held_against "$installer_sha256" install.sh &&
    fetch "$binary" 600 && listed "$binary" &&
    fetch "$images" 1800 && listed "$images"
}
retry 20 15 fetch_release
install -D -m 0755 "$state/$binary" /usr/local/bin/k3s
install -D -m 0644 "$state/$images" "$data_dir/agent/images/$images"
rm "$state/$binary" "$state/$images"
# The role is given by name: the installer does not read config.yaml.
env INSTALL_K3S_SKIP_DOWNLOAD=true INSTALL_K3S_SKIP_START=true INSTALL_K3S_SKIP_SELINUX_RPM=true \
  sh "$state/install.sh" "$role"
# systemd goes on trying where the API does not answer yet; cloud-init must not wait for it.
[ -e /run/gkc-reboot ] || systemctl start --no-block "$unit"
say '\''finished'\''
'
packages ca-certificates curl nftables
move_sshd /etc/ssh/sshd_config.d/10-gkc.conf 'Port 2244
PasswordAuthentication no
'
/usr/local/sbin/gkc-node
