#!/bin/sh
set -eu
# Makes the machine that it is run on an agent of gitpod. Made by gkc: do not edit, build again.
# usage: sudo sh pool-workspaces.sh
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
  - "gitpod.io/workload_workspace_regular=true"
  - "gitpod.io/workload_workspace_headless=true"
'
put /etc/sysctl.d/90-gkc.conf 0644 root:root 'fs.inotify.max_user_instances = 8192
fs.inotify.max_user_watches = 1048576
net.ipv4.ip_forward = 1
net.ipv6.conf.all.forwarding = 1
'
put /etc/modules-load.d/gkc.conf 0644 root:root 'br_netfilter
overlay
shiftfs
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
    ip daddr { 169.254.169.254, 168.63.129.16 } jump metadata
  }
  chain output {
    type filter hook output priority filter - 5; policy accept;
    ct state established,related accept
    meta skuid != 0 ip daddr { 169.254.169.254, 168.63.129.16 } jump metadata
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
k3s_release='\''INSTALL_K3S_VERSION=v1.33.4+k3s1'\''
installer=https://raw.githubusercontent.com/k3s-io/k3s/v1.35.5%2Bk3s1/install.sh
installer_sha256=8598e002e61d658fed7b7542fc6d2c66d8da6eae69e088830105d2ee1ffb6d91
modules='\''br_netfilter overlay shiftfs'\''
node_network=10.2.0.0/16
network_required=yes
network_tries=60
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
# The resource of the virtual machine, which says the scale set that it belongs to.
identity() {
  resource=$(metadata '\''/metadata/instance/compute/resourceId?api-version=2021-02-01&format=text'\'' -H '\''Metadata: true'\'') &&
    [ -n "$resource" ] && id="azure://$resource"
}
metadata() {
  path=$1
  shift
  curl -fsS --noproxy '\''*'\'' --max-time 5 "$@" "http://169.254.169.254$path"
}
begin '\''identity at the provider'\''
if ! retry 6 5 identity; then
  say '\''the metadata service does not say which machine this is'\''
  exit 1
fi
# The cluster autoscaler knows a node by it.
umask 077
printf '\''kubelet-arg+:\n  - "provider-id=%s"\n'\'' "$id" >/etc/rancher/k3s/config.yaml.d/30-provider.yaml
begin "k3s $role"
fetch_installer() {
  curl -fsSL --max-time 60 -o "$state/install-k3s.sh" "$installer" &&
    echo "$installer_sha256  $state/install-k3s.sh" | sha256sum -c --quiet -
}
retry 20 15 fetch_installer
# The role is given by name: the installer does not read config.yaml. It holds the binary against its release'\''s checksums.
install_k3s() {
  env "$k3s_release" INSTALL_K3S_SKIP_START=true INSTALL_K3S_SKIP_SELINUX_RPM=true \
    sh "$state/install-k3s.sh" "$role"
}
retry 20 15 install_k3s
# systemd goes on trying where the API does not answer yet; cloud-init must not wait for it.
[ -e /run/gkc-reboot ] || systemctl start --no-block "$unit"
say '\''finished'\''
'
packages ca-certificates curl nftables
move_sshd /etc/ssh/sshd_config.d/10-gkc.conf 'Port 2244
PasswordAuthentication no
'
/usr/local/sbin/gkc-node
