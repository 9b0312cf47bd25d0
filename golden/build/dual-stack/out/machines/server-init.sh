#!/bin/sh
set -eu
# Makes the machine that it is run on the first server of acme. Made by gkc: do not edit, build again.
# usage: sudo sh server-init.sh
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
put_base64 /etc/rancher/k3s/config.yaml 0600 root:root 'dG9rZW46ICJnb2xkZW4tc2VydmVyLXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCmFnZW50LXRva2VuOiAiZ29sZGVuLWFnZW50LXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCnRscy1zYW46CiAgLSAiazNzLmdpdHBvZC5hY21lLmRldiIKY2x1c3Rlci1jaWRyOiAiMTAuNDIuMC4wLzE2LGZkMDA6NDI6Oi81NiIKc2VydmljZS1jaWRyOiAiMTAuNDMuMC4wLzE2LGZkMDA6NDM6Oi8xMTIiCmNsdXN0ZXItZG5zOiAiMTAuNDMuMC4xMCxmZDAwOjQzOjphIgpmbGFubmVsLWlwdjYtbWFzcTogdHJ1ZQpkaXNhYmxlOgogIC0gInRyYWVmaWsiCnNlY3JldHMtZW5jcnlwdGlvbjogdHJ1ZQp3cml0ZS1rdWJlY29uZmlnLW1vZGU6ICIwNjAwIgpmbGFubmVsLWJhY2tlbmQ6ICJ3aXJlZ3VhcmQtbmF0aXZlIgo='
put /etc/rancher/k3s/config.yaml.d/10-node.yaml 0600 root:root '# What is particular to this server; config.yaml is the same on all of them.
with-node-id: true
node-label:
  - "gitpod.io/workload_meta=true"
  - "gitpod.io/workload_ide=true"
  - "gitpod.io/workload_services=true"
  - "gitpod.io/workload_workspace_services=true"
  - "gitpod.io/workload_workspace_regular=true"
  - "gitpod.io/workload_workspace_headless=true"
'
put_base64 /etc/gkc/proxy.env 0600 root:root 'SFRUUF9QUk9YWT0naHR0cDovL3Byb3h5LmFjbWUuZGV2OjMxMjgnCmh0dHBfcHJveHk9J2h0dHA6Ly9wcm94eS5hY21lLmRldjozMTI4JwpIVFRQU19QUk9YWT0naHR0cDovL3Byb3h5LmFjbWUuZGV2OjMxMjgnCmh0dHBzX3Byb3h5PSdodHRwOi8vcHJveHkuYWNtZS5kZXY6MzEyOCcKTk9fUFJPWFk9J2xvY2FsaG9zdCwxMjcuMC4wLjAvOCw6OjEsLnN2YywuY2x1c3Rlci5sb2NhbCwxMC4xMDAuMC4wLzIwLGZkMjA6Mzo0OjovNjQsMTAuNDIuMC4wLzE2LGZkMDA6NDI6Oi81NiwxMC40My4wLjAvMTYsZmQwMDo0Mzo6LzExMiwxNjkuMjU0LjE2OS4yNTQsZmQyMDpjZTo6MjU0LGszcy5naXRwb2QuYWNtZS5kZXYsZ2l0cG9kLmFjbWUuZGV2LC5naXRwb2QuYWNtZS5kZXYnCm5vX3Byb3h5PSdsb2NhbGhvc3QsMTI3LjAuMC4wLzgsOjoxLC5zdmMsLmNsdXN0ZXIubG9jYWwsMTAuMTAwLjAuMC8yMCxmZDIwOjM6NDo6LzY0LDEwLjQyLjAuMC8xNixmZDAwOjQyOjovNTYsMTAuNDMuMC4wLzE2LGZkMDA6NDM6Oi8xMTIsMTY5LjI1NC4xNjkuMjU0LGZkMjA6Y2U6OjI1NCxrM3MuZ2l0cG9kLmFjbWUuZGV2LGdpdHBvZC5hY21lLmRldiwuZ2l0cG9kLmFjbWUuZGV2Jwo='
put_base64 /etc/apt/apt.conf.d/90-gkc-proxy 0600 root:root 'QWNxdWlyZTo6aHR0cDo6UHJveHkgImh0dHA6Ly9wcm94eS5hY21lLmRldjozMTI4IjsKQWNxdWlyZTo6aHR0cHM6OlByb3h5ICJodHRwOi8vcHJveHkuYWNtZS5kZXY6MzEyOCI7Cg=='
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
    ip6 daddr { fd20:ce::254 } jump metadata
  }
  chain output {
    type filter hook output priority filter - 5; policy accept;
    ct state established,related accept
    meta skuid != 0 ip daddr { 169.254.169.254 } jump metadata
    meta skuid != 0 ip6 daddr { fd20:ce::254 } jump metadata
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
put_base64 /usr/local/sbin/gkc-node 0700 root:root 'IyEvYmluL3NoCiMgTWFrZXMgdGhpcyBtYWNoaW5lIGEgbm9kZSBvZiB0aGUgY2x1c3Rlci4gY2xvdWQtaW5pdCBydW5zIGl0IG9uY2UuCnNldCAtZXUKcm9sZT1zZXJ2ZXIKdW5pdD1rM3MKazNzX3JlbGVhc2U9J0lOU1RBTExfSzNTX1ZFUlNJT049djEuMzMuNCtrM3MxJwppbnN0YWxsZXI9aHR0cHM6Ly9yYXcuZ2l0aHVidXNlcmNvbnRlbnQuY29tL2szcy1pby9rM3MvdjEuMzUuNSUyQmszczEvaW5zdGFsbC5zaAppbnN0YWxsZXJfc2hhMjU2PTg1OThlMDAyZTYxZDY1OGZlZDdiNzU0MmZjNmQyYzY2ZDhkYTZlYWU2OWUwODg4MzAxMDVkMmVlMWZmYjZkOTEKbW9kdWxlcz0nYnJfbmV0ZmlsdGVyIG92ZXJsYXknCm5vZGVfbmV0d29yaz0xMC4xMDAuMC4wLzIwCm5ldHdvcmtfcmVxdWlyZWQ9eWVzCm5vZGVfbmV0d29ya19pcHY2PWZkMjA6Mzo0OjovNjQKbmV0d29ya190cmllcz02MAphcGlfaG9zdD0nazNzLmdpdHBvZC5hY21lLmRldicKIyBXaGF0IGhhcHBlbmVkIHNvIGZhciwgZm9yIHBlb3BsZSBhbmQgZm9yIHdob2V2ZXIgd2FpdHM6IHRoZSBsYXN0IGxpbmUgb2YgdGhlIHN0YXR1cyBmaWxlIGlzIHRoZSBzdGF0ZS4Kc3RhdGU9L3Zhci9saWIvZ2tjCm1rZGlyIC1wICIkc3RhdGUiCnNheSgpIHsKICBlY2hvICJna2M6ICQqIgogIGVjaG8gIiQoZGF0ZSAtdSArJVktJW0tJWRUJUg6JU06JVNaKSAkKiIgPj4iJHN0YXRlL3N0YXR1cyIKfQpzdGVwPXN0YXJ0CmVuZGVkKCkgewogIGNvZGU9JD8KICBbICIkY29kZSIgLWVxIDAgXSB8fCBzYXkgImZhaWxlZCBhdDogJHN0ZXAgKGV4aXQgY29kZSAkY29kZSkiCn0KdHJhcCBlbmRlZCBFWElUCmJlZ2luKCkgewogIHN0ZXA9JCoKICBzYXkgIiRzdGVwIgp9CiMgcmV0cnkgVElNRVMgUEFVU0UgQ09NTUFORC4uLjogYm91bmRlZCwgc2luY2UgYSBtYWNoaW5lIHRoYXQgd2FpdHMgZm9yIGV2ZXIgbG9va3MgbGlrZSBvbmUgdGhhdCB3b3Jrcy4KcmV0cnkoKSB7CiAgdGltZXM9JDEgcGF1c2U9JDIKICBzaGlmdCAyCiAgdW50aWwgIiRAIjsgZG8KICAgIHRpbWVzPSQoKHRpbWVzIC0gMSkpCiAgICBbICIkdGltZXMiIC1ndCAwIF0gfHwgcmV0dXJuIDEKICAgIHNsZWVwICIkcGF1c2UiCiAgZG9uZQp9CiMgVGhlIGluc3RhbGxlciBoYW5kcyB0aGVzZSBvbiB0byBrM3MsIHdoaWNoIGhhbmRzIHRoZW0gb24gdG8gY29udGFpbmVyZC4Kc2V0IC1hCi4gL2V0Yy9na2MvcHJveHkuZW52CnNldCArYQpiZWdpbiAnY2xvY2snCiMgQ2VydGlmaWNhdGVzIGFuZCBwYWNrYWdlIGxpc3RzIGFyZSByZWZ1c2VkIGJ5IGEgbWFjaGluZSB3aG9zZSBjbG9jayBpcyB3cm9uZywgYW5kIGEgUmFzcGJlcnJ5IFBpJ3Mgc3RvcHMgd2l0aCBpdC4KaW5fdGltZSgpIHsgWyAiJCh0aW1lZGF0ZWN0bCBzaG93IC1wIE5UUFN5bmNocm9uaXplZCAtLXZhbHVlKSIgPSB5ZXMgXTsgfQpyZXRyeSAxMiA1IGluX3RpbWUgfHwgc2F5ICd0aGUgY2xvY2sgaXMgbm90IHN5bmNocm9uaXNlZCB5ZXQnCmJlZ2luICdyb3V0ZXMgb2YgSVB2NiB0aGF0IHJvdXRlcnMgYW5ub3VuY2UnCiMgQSBrZXJuZWwgdGhhdCBsaXN0ZW5zIHRvIHJvdXRlcnMgaXRzZWxmICgxKSBmb3JnZXRzIHRoZWlyIHJvdXRlcyBhcyBzb29uIGFzIGl0IGZvcndhcmRzLiBXaGVyZSBpdCBzYXlzIDAsIHNvbWVib2R5IGVsc2UKIyBsaXN0ZW5zLCBzdWNoIGFzIHN5c3RlbWQtbmV0d29ya2QsIGFuZCByZW1lbWJlcnMuCmZvciBzZXR0aW5nIGluIC9wcm9jL3N5cy9uZXQvaXB2Ni9jb25mLyovYWNjZXB0X3JhOyBkbwogIGNhc2UgJHNldHRpbmcgaW4gKi9hbGwvKiB8ICovZGVmYXVsdC8qIHwgKi9sby8qKSBjb250aW51ZSA7OyBlc2FjCiAgaWYgWyAiJChjYXQgIiRzZXR0aW5nIikiID0gMSBdOyB0aGVuCiAgICBlY2hvICIke3NldHRpbmcjL3Byb2Mvc3lzL30gPSAyIgogIGZpCmRvbmUgPi9ldGMvc3lzY3RsLmQvODktZ2tjLXJvdXRlcnMuY29uZgpiZWdpbiAna2VybmVsIHNldHRpbmdzJwpmb3IgbW9kdWxlIGluICRtb2R1bGVzOyBkbwogIG1vZHByb2JlICIkbW9kdWxlIiB8fCBzYXkgInRoZSBrZXJuZWwgaGFzIG5vIG1vZHVsZSAkbW9kdWxlIgpkb25lCnN5c2N0bCAtLXF1aWV0IC0tc3lzdGVtCmJlZ2luICdwYWNrZXQgZmlsdGVyJwpzeXN0ZW1jdGwgZGFlbW9uLXJlbG9hZApzeXN0ZW1jdGwgZW5hYmxlIGdrYy1ndWFyZC5zZXJ2aWNlCnN5c3RlbWN0bCByZXN0YXJ0IGdrYy1ndWFyZC5zZXJ2aWNlCmJlZ2luICdrZXJuZWwgaGVhZGVycycKIyBHaXRwb2QncyB3cy1kYWVtb24gbW91bnRzIC91c3Ivc3JjLCBhbmQgZG9lcyBub3Qgc3RhcnQgd2hlcmUgdGhlcmUgaXMgbm9uZS4KbWtkaXIgLXAgL3Vzci9zcmMKaGVhZGVycygpIHsgREVCSUFOX0ZST05URU5EPW5vbmludGVyYWN0aXZlIGFwdC1nZXQgaW5zdGFsbCAteSAtcSAibGludXgtaGVhZGVycy0kKHVuYW1lIC1yKSI7IH0KcmV0cnkgMyAyMCBoZWFkZXJzIHx8IHNheSAibm8gaGVhZGVycyBmb3Iga2VybmVsICQodW5hbWUgLXIpOiB0b29scyB0aGF0IGJ1aWxkIGtlcm5lbCBtb2R1bGVzIHdpbGwgbm90IHdvcmsiCmJlZ2luICJhZGRyZXNzIGluICRub2RlX25ldHdvcmsiCiMgVGhlIGZpcnN0IGFkZHJlc3Mgb2YgdGhpcyBtYWNoaW5lIHRoYXQgbGllcyBpbiB0aGUgbm9kZSBuZXR3b3JrLCB3aXRoIGl0cyBpbnRlcmZhY2UuCmZpbmRfYWRkcmVzcygpIHsKICBmb3VuZD0kKGlwIC1vIGFkZHIgc2hvdyB0byAiJG5vZGVfbmV0d29yayIgc2NvcGUgZ2xvYmFsIHwgaGVhZCAtbiAxKQogIFsgLW4gIiRmb3VuZCIgXQp9CmFkZHJlc3M9CmlmIHJldHJ5ICIkbmV0d29ya190cmllcyIgNSBmaW5kX2FkZHJlc3M7IHRoZW4KICAjIEZpZWxkczogaW5kZXgsIGludGVyZmFjZSwgZmFtaWx5LCBhZGRyZXNzL3ByZWZpeC4KICAjIHNoZWxsY2hlY2sgZGlzYWJsZT1TQzIwODYKICBzZXQgLS0gJGZvdW5kCiAgaW50ZXJmYWNlPSQyIGFkZHJlc3M9JHs0JS8qfQplbGlmIFsgIiRuZXR3b3JrX3JlcXVpcmVkIiA9IHllcyBdOyB0aGVuCiAgc2F5ICJ0aGlzIG1hY2hpbmUgaGFzIG5vIGFkZHJlc3MgaW4gJG5vZGVfbmV0d29yayIKICBleGl0IDEKZWxzZQogIHNheSAidGhpcyBtYWNoaW5lIGhhcyBubyBhZGRyZXNzIGluICRub2RlX25ldHdvcms6IGszcyB0YWtlcyB0aGUgaW50ZXJmYWNlIG9mIHRoZSBkZWZhdWx0IHJvdXRlIgpmaQpiZWdpbiAiYWRkcmVzcyBpbiAkbm9kZV9uZXR3b3JrX2lwdjYgb24gJGludGVyZmFjZSIKIyBPbmUgdGhhdCBzdGF5czogbmVpdGhlciBvbmUgZm9yIHByaXZhY3kgbm9yIG9uZSB3aG9zZSB0aW1lIGlzIG92ZXIuCmZpbmRfYWRkcmVzc19pcHY2KCkgewogIGZvdW5kPSQoaXAgLW8gYWRkciBzaG93IGRldiAiJGludGVyZmFjZSIgdG8gIiRub2RlX25ldHdvcmtfaXB2NiIgc2NvcGUgZ2xvYmFsIHByaW1hcnkgLXRlbnRhdGl2ZSAtZGVwcmVjYXRlZCB8IGhlYWQgLW4gMSkKICBbIC1uICIkZm91bmQiIF0KfQppZiAhIHJldHJ5ICIkbmV0d29ya190cmllcyIgNSBmaW5kX2FkZHJlc3NfaXB2NjsgdGhlbgogIHNheSAidGhpcyBtYWNoaW5lIGhhcyBubyBhZGRyZXNzIGluICRub2RlX25ldHdvcmtfaXB2NiBvbiAkaW50ZXJmYWNlLCBhbmQgcG9kcyBhbmQgc2VydmljZXMgaGF2ZSBJUHY2OiBrM3Mgd291bGQgbm90IHN0YXJ0IgogIGV4aXQgMQpmaQojIHNoZWxsY2hlY2sgZGlzYWJsZT1TQzIwODYKc2V0IC0tICRmb3VuZAphZGRyZXNzPSRhZGRyZXNzLCR7NCUvKn0KaWYgWyAtbiAiJGFkZHJlc3MiIF07IHRoZW4KICB1bWFzayAwNzcKICBwcmludGYgJ25vZGUtaXA6ICIlcyJcbmZsYW5uZWwtaWZhY2U6ICIlcyJcbicgIiRhZGRyZXNzIiAiJGludGVyZmFjZSIgPi9ldGMvcmFuY2hlci9rM3MvY29uZmlnLnlhbWwuZC8yMC1hZGRyZXNzLnlhbWwKZmkKYmVnaW4gJ2ZvdW5kaW5nIG9yIGpvaW5pbmcnCiMgQSByZXBsYWNlZCBmaXJzdCBzZXJ2ZXIgbXVzdCBub3QgZm91bmQgYSBzZWNvbmQgY2x1c3RlciBiZXNpZGUgdGhlIG9uZSB0aGF0IGlzIHJ1bm5pbmcuCmFwaV9hbnN3ZXJzKCkgeyBbICIkKGN1cmwgLXNrIC0tbWF4LXRpbWUgNSAiaHR0cHM6Ly8kYXBpX2hvc3Q6NjQ0My9waW5nIikiID0gcG9uZyBdOyB9CnVtYXNrIDA3NwppZiBbIC1kIC92YXIvbGliL3JhbmNoZXIvazNzL3NlcnZlci9kYi9ldGNkIF07IHRoZW4KICBzYXkgJ3RoZSBjbHVzdGVyIGlzIG9uIGRpc2sgYWxyZWFkeScKZWxpZiByZXRyeSAzIDUgYXBpX2Fuc3dlcnM7IHRoZW4KICBzYXkgImpvaW5pbmcgdGhlIGNsdXN0ZXIgdGhhdCBhbnN3ZXJzIGF0ICRhcGlfaG9zdCIKICBwcmludGYgJ3NlcnZlcjogImh0dHBzOi8vJXM6NjQ0MyJcbicgIiRhcGlfaG9zdCIgPi9ldGMvcmFuY2hlci9rM3MvY29uZmlnLnlhbWwuZC8zMC1jbHVzdGVyLnlhbWwKZWxzZQogIHByaW50ZiAnY2x1c3Rlci1pbml0OiB0cnVlXG4nID4vZXRjL3JhbmNoZXIvazNzL2NvbmZpZy55YW1sLmQvMzAtY2x1c3Rlci55YW1sCmZpCmJlZ2luICJrM3MgJHJvbGUiCmZldGNoX2luc3RhbGxlcigpIHsKICBjdXJsIC1mc1NMIC0tbWF4LXRpbWUgNjAgLW8gIiRzdGF0ZS9pbnN0YWxsLWszcy5zaCIgIiRpbnN0YWxsZXIiICYmCiAgICBlY2hvICIkaW5zdGFsbGVyX3NoYTI1NiAgJHN0YXRlL2luc3RhbGwtazNzLnNoIiB8IHNoYTI1NnN1bSAtYyAtLXF1aWV0IC0KfQpyZXRyeSAyMCAxNSBmZXRjaF9pbnN0YWxsZXIKIyBUaGUgcm9sZSBpcyBnaXZlbiBieSBuYW1lOiB0aGUgaW5zdGFsbGVyIGRvZXMgbm90IHJlYWQgY29uZmlnLnlhbWwuIEl0IGhvbGRzIHRoZSBiaW5hcnkgYWdhaW5zdCBpdHMgcmVsZWFzZSdzIGNoZWNrc3Vtcy4KaW5zdGFsbF9rM3MoKSB7CiAgZW52ICIkazNzX3JlbGVhc2UiIElOU1RBTExfSzNTX1NLSVBfU1RBUlQ9dHJ1ZSBJTlNUQUxMX0szU19TS0lQX1NFTElOVVhfUlBNPXRydWUgXAogICAgc2ggIiRzdGF0ZS9pbnN0YWxsLWszcy5zaCIgIiRyb2xlIgp9CnJldHJ5IDIwIDE1IGluc3RhbGxfazNzCiMgc3lzdGVtZCBnb2VzIG9uIHRyeWluZyB3aGVyZSB0aGUgQVBJIGRvZXMgbm90IGFuc3dlciB5ZXQ7IGNsb3VkLWluaXQgbXVzdCBub3Qgd2FpdCBmb3IgaXQuClsgLWUgL3J1bi9na2MtcmVib290IF0gfHwgc3lzdGVtY3RsIHN0YXJ0IC0tbm8tYmxvY2sgIiR1bml0IgpzYXkgJ2ZpbmlzaGVkJwo='
packages ca-certificates curl nftables
move_sshd /etc/ssh/sshd_config.d/10-gkc.conf 'Port 2244
PasswordAuthentication no
'
/usr/local/sbin/gkc-node
