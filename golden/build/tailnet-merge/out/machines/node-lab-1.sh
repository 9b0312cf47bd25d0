#!/bin/sh
set -eu
# Makes the machine that it is run on the first server of lab. Made by gkc: do not edit, build again.
# usage: sudo sh node-lab-1.sh
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

hostnamectl set-hostname lab-1
timedatectl set-timezone UTC
login gitpod 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ada@acme.dev'
put_base64 /etc/rancher/k3s/config.yaml 0600 root:root 'dG9rZW46ICJnb2xkZW4tc2VydmVyLXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCmFnZW50LXRva2VuOiAiZ29sZGVuLWFnZW50LXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCnRscy1zYW46CiAgLSAiMTAuMTAuMC4xMSIKY2x1c3Rlci1jaWRyOiAiMTAuNDIuMC4wLzE2IgpzZXJ2aWNlLWNpZHI6ICIxMC40My4wLjAvMTYiCmNsdXN0ZXItZG5zOiAiMTAuNDMuMC4xMCIKc2VjcmV0cy1lbmNyeXB0aW9uOiB0cnVlCndyaXRlLWt1YmVjb25maWctbW9kZTogIjA2MDAiCnZwbi1hdXRoLWZpbGU6ICIvZXRjL3JhbmNoZXIvazNzL3Zwbi1hdXRoIgo='
put /etc/rancher/k3s/config.yaml.d/10-node.yaml 0600 root:root '# What is particular to this server; config.yaml is the same on all of them.
node-name: "lab-1"
'
put_base64 /etc/rancher/k3s/vpn-auth 0600 root:root 'bmFtZT10YWlsc2NhbGUsam9pbktleT1nb2xkZW4tdGFpbG5ldC1wcmVhdXRoLWtleSxleHRyYUFyZ3M9LS1zc2ggLS1hY2NlcHQtZG5zPWZhbHNlIC0tc25hdC1zdWJuZXQtcm91dGVzPWZhbHNl'
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
put_base64 /usr/local/sbin/gkc-node 0700 root:root 'IyEvYmluL3NoCiMgTWFrZXMgdGhpcyBtYWNoaW5lIGEgbm9kZSBvZiB0aGUgY2x1c3Rlci4gY2xvdWQtaW5pdCBydW5zIGl0IG9uY2UuCnNldCAtZXUKcm9sZT1zZXJ2ZXIKdW5pdD1rM3MKazNzX3JlbGVhc2U9J0lOU1RBTExfSzNTX1ZFUlNJT049djEuMzMuNCtrM3MxJwppbnN0YWxsZXI9aHR0cHM6Ly9yYXcuZ2l0aHVidXNlcmNvbnRlbnQuY29tL2szcy1pby9rM3MvdjEuMzUuNSUyQmszczEvaW5zdGFsbC5zaAppbnN0YWxsZXJfc2hhMjU2PTg1OThlMDAyZTYxZDY1OGZlZDdiNzU0MmZjNmQyYzY2ZDhkYTZlYWU2OWUwODg4MzAxMDVkMmVlMWZmYjZkOTEKbW9kdWxlcz0nYnJfbmV0ZmlsdGVyIG92ZXJsYXknCmFyY2hpdmU9aHR0cHM6Ly9wa2dzLnRhaWxzY2FsZS5jb20vc3RhYmxlL3VidW50dQpjb2RlbmFtZT1qYW1teQp0YWlsc2NhbGVfdmVyc2lvbj0xLjgyLjUKYXBpX2hvc3Q9JzEwLjEwLjAuMTEnCmRhdGFfZGlyPS92YXIvbGliL3JhbmNoZXIvazNzCiMgV2hhdCBoYXBwZW5lZCBzbyBmYXIsIGZvciBwZW9wbGUgYW5kIGZvciB3aG9ldmVyIHdhaXRzOiB0aGUgbGFzdCBsaW5lIG9mIHRoZSBzdGF0dXMgZmlsZSBpcyB0aGUgc3RhdGUuCnN0YXRlPS92YXIvbGliL2drYwpta2RpciAtcCAiJHN0YXRlIgpzYXkoKSB7CiAgZWNobyAiZ2tjOiAkKiIKICBlY2hvICIkKGRhdGUgLXUgKyVZLSVtLSVkVCVIOiVNOiVTWikgJCoiID4+IiRzdGF0ZS9zdGF0dXMiCn0Kc3RlcD1zdGFydAplbmRlZCgpIHsKICBjb2RlPSQ/CiAgWyAiJGNvZGUiIC1lcSAwIF0gfHwgc2F5ICJmYWlsZWQgYXQ6ICRzdGVwIChleGl0IGNvZGUgJGNvZGUpIgp9CnRyYXAgZW5kZWQgRVhJVApiZWdpbigpIHsKICBzdGVwPSQqCiAgc2F5ICIkc3RlcCIKfQojIHJldHJ5IFRJTUVTIFBBVVNFIENPTU1BTkQuLi46IGJvdW5kZWQsIHNpbmNlIGEgbWFjaGluZSB0aGF0IHdhaXRzIGZvciBldmVyIGxvb2tzIGxpa2Ugb25lIHRoYXQgd29ya3MuCnJldHJ5KCkgewogIHRpbWVzPSQxIHBhdXNlPSQyCiAgc2hpZnQgMgogIHVudGlsICIkQCI7IGRvCiAgICB0aW1lcz0kKCh0aW1lcyAtIDEpKQogICAgWyAiJHRpbWVzIiAtZ3QgMCBdIHx8IHJldHVybiAxCiAgICBzbGVlcCAiJHBhdXNlIgogIGRvbmUKfQpiZWdpbiAnY2xvY2snCiMgQ2VydGlmaWNhdGVzIGFuZCBwYWNrYWdlIGxpc3RzIGFyZSByZWZ1c2VkIGJ5IGEgbWFjaGluZSB3aG9zZSBjbG9jayBpcyB3cm9uZywgYW5kIGEgUmFzcGJlcnJ5IFBpJ3Mgc3RvcHMgd2l0aCBpdC4KaW5fdGltZSgpIHsgWyAiJCh0aW1lZGF0ZWN0bCBzaG93IC1wIE5UUFN5bmNocm9uaXplZCAtLXZhbHVlKSIgPSB5ZXMgXTsgfQpyZXRyeSAxMiA1IGluX3RpbWUgfHwgc2F5ICd0aGUgY2xvY2sgaXMgbm90IHN5bmNocm9uaXNlZCB5ZXQnCmJlZ2luICdrZXJuZWwgc2V0dGluZ3MnCmZvciBtb2R1bGUgaW4gJG1vZHVsZXM7IGRvCiAgbW9kcHJvYmUgIiRtb2R1bGUiIHx8IHNheSAidGhlIGtlcm5lbCBoYXMgbm8gbW9kdWxlICRtb2R1bGUiCmRvbmUKc3lzY3RsIC0tcXVpZXQgLS1zeXN0ZW0KYmVnaW4gJ3BhY2tldCBmaWx0ZXInCnN5c3RlbWN0bCBkYWVtb24tcmVsb2FkCnN5c3RlbWN0bCBlbmFibGUgZ2tjLWd1YXJkLnNlcnZpY2UKc3lzdGVtY3RsIHJlc3RhcnQgZ2tjLWd1YXJkLnNlcnZpY2UKYmVnaW4gJ3RhaWxzY2FsZScKa2V5cmluZz0vdXNyL3NoYXJlL2tleXJpbmdzL3RhaWxzY2FsZS1hcmNoaXZlLWtleXJpbmcuZ3BnCiMgV2l0aG91dCB0aGUgd29ybGQgb3V0c2lkZSwgdGhlIG1hY2hpbmUncyBvd24gYXJjaGl2ZXMgaGF2ZSB0aGUgcGFja2FnZS4KYWRkX2FyY2hpdmUoKSB7CiAgWyAtbiAiJGFyY2hpdmUiIF0gfHwgcmV0dXJuIDAKICBjdXJsIC1mc1NMIC0tbWF4LXRpbWUgNjAgLW8gIiRrZXlyaW5nIiAiJGFyY2hpdmUvJGNvZGVuYW1lLm5vYXJtb3IuZ3BnIiAmJgogICAgZWNobyAiZGViIFtzaWduZWQtYnk9JGtleXJpbmddICRhcmNoaXZlICRjb2RlbmFtZSBtYWluIiA+L2V0Yy9hcHQvc291cmNlcy5saXN0LmQvdGFpbHNjYWxlLmxpc3QKfQppbnN0YWxsX3RhaWxzY2FsZSgpIHsKICBhZGRfYXJjaGl2ZSAmJiBhcHQtZ2V0IHVwZGF0ZSAtcSAmJgogICAgREVCSUFOX0ZST05URU5EPW5vbmludGVyYWN0aXZlIGFwdC1nZXQgaW5zdGFsbCAteSAtcSAidGFpbHNjYWxlPSR0YWlsc2NhbGVfdmVyc2lvbiIKfQpyZXRyeSAyMCAxNSBpbnN0YWxsX3RhaWxzY2FsZQpzeXN0ZW1jdGwgZW5hYmxlIC0tbm93IHRhaWxzY2FsZWQKYmVnaW4gJ2ZvdW5kaW5nIG9yIGpvaW5pbmcnCiMgQSByZXBsYWNlZCBmaXJzdCBzZXJ2ZXIgbXVzdCBub3QgZm91bmQgYSBzZWNvbmQgY2x1c3RlciBiZXNpZGUgdGhlIG9uZSB0aGF0IGlzIHJ1bm5pbmcuCmFwaV9hbnN3ZXJzKCkgeyBbICIkKGN1cmwgLXNrIC0tbWF4LXRpbWUgNSAiaHR0cHM6Ly8kYXBpX2hvc3Q6NjQ0My9waW5nIikiID0gcG9uZyBdOyB9CnVtYXNrIDA3NwppZiBbIC1kICIkZGF0YV9kaXIvc2VydmVyL2RiL2V0Y2QiIF07IHRoZW4KICBzYXkgJ3RoZSBjbHVzdGVyIGlzIG9uIGRpc2sgYWxyZWFkeScKZWxpZiByZXRyeSAzIDUgYXBpX2Fuc3dlcnM7IHRoZW4KICBzYXkgImpvaW5pbmcgdGhlIGNsdXN0ZXIgdGhhdCBhbnN3ZXJzIGF0ICRhcGlfaG9zdCIKICBwcmludGYgJ3NlcnZlcjogImh0dHBzOi8vJXM6NjQ0MyJcbicgIiRhcGlfaG9zdCIgPi9ldGMvcmFuY2hlci9rM3MvY29uZmlnLnlhbWwuZC8zMC1jbHVzdGVyLnlhbWwKZWxzZQogIHByaW50ZiAnY2x1c3Rlci1pbml0OiB0cnVlXG4nID4vZXRjL3JhbmNoZXIvazNzL2NvbmZpZy55YW1sLmQvMzAtY2x1c3Rlci55YW1sCmZpCmJlZ2luICJrM3MgJHJvbGUiCmZldGNoX2luc3RhbGxlcigpIHsKICBjdXJsIC1mc1NMIC0tbWF4LXRpbWUgNjAgLW8gIiRzdGF0ZS9pbnN0YWxsLWszcy5zaCIgIiRpbnN0YWxsZXIiICYmCiAgICBlY2hvICIkaW5zdGFsbGVyX3NoYTI1NiAgJHN0YXRlL2luc3RhbGwtazNzLnNoIiB8IHNoYTI1NnN1bSAtYyAtLXF1aWV0IC0KfQpyZXRyeSAyMCAxNSBmZXRjaF9pbnN0YWxsZXIKIyBUaGUgcm9sZSBpcyBnaXZlbiBieSBuYW1lOiB0aGUgaW5zdGFsbGVyIGRvZXMgbm90IHJlYWQgY29uZmlnLnlhbWwuIEl0IGhvbGRzIHRoZSBiaW5hcnkgYWdhaW5zdCBpdHMgcmVsZWFzZSdzIGNoZWNrc3Vtcy4KaW5zdGFsbF9rM3MoKSB7CiAgZW52ICIkazNzX3JlbGVhc2UiIElOU1RBTExfSzNTX1NLSVBfU1RBUlQ9dHJ1ZSBJTlNUQUxMX0szU19TS0lQX1NFTElOVVhfUlBNPXRydWUgXAogICAgc2ggIiRzdGF0ZS9pbnN0YWxsLWszcy5zaCIgIiRyb2xlIgp9CnJldHJ5IDIwIDE1IGluc3RhbGxfazNzCiMgc3lzdGVtZCBnb2VzIG9uIHRyeWluZyB3aGVyZSB0aGUgQVBJIGRvZXMgbm90IGFuc3dlciB5ZXQ7IGNsb3VkLWluaXQgbXVzdCBub3Qgd2FpdCBmb3IgaXQuClsgLWUgL3J1bi9na2MtcmVib290IF0gfHwgc3lzdGVtY3RsIHN0YXJ0IC0tbm8tYmxvY2sgIiR1bml0IgpzYXkgJ2ZpbmlzaGVkJwo='
packages ca-certificates curl nftables
move_sshd /etc/ssh/sshd_config.d/10-gkc.conf 'Port 2244
PasswordAuthentication no
'
/usr/local/sbin/gkc-node
