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
put_base64 /etc/rancher/k3s/config.yaml 0600 root:root 'dG9rZW46ICJnb2xkZW4tc2VydmVyLXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCmFnZW50LXRva2VuOiAiZ29sZGVuLWFnZW50LXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCnRscy1zYW46CiAgLSAiazNzLmdpdHBvZC5hY21lLmRldiIKY2x1c3Rlci1jaWRyOiAiMTAuNDIuMC4wLzE2IgpzZXJ2aWNlLWNpZHI6ICIxMC40My4wLjAvMTYiCmNsdXN0ZXItZG5zOiAiMTAuNDMuMC4xMCIKZGlzYWJsZToKICAtICJ0cmFlZmlrIgpzZWNyZXRzLWVuY3J5cHRpb246IHRydWUKd3JpdGUta3ViZWNvbmZpZy1tb2RlOiAiMDYwMCIK'
put /etc/rancher/k3s/config.yaml.d/10-node.yaml 0600 root:root '# What is particular to this server; config.yaml is the same on all of them.
with-node-id: true
node-taint:
  - "CriticalAddonsOnly=true:NoExecute"
'
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
  }
  chain output {
    type filter hook output priority filter - 5; policy accept;
    ct state established,related accept
    meta skuid != 0 ip daddr { 169.254.169.254 } jump metadata
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
put_base64 /usr/local/sbin/gkc-node 0700 root:root 'IyEvYmluL3NoCiMgTWFrZXMgdGhpcyBtYWNoaW5lIGEgbm9kZSBvZiB0aGUgY2x1c3Rlci4gY2xvdWQtaW5pdCBydW5zIGl0IG9uY2UuCnNldCAtZXUKcm9sZT1zZXJ2ZXIKdW5pdD1rM3MKazNzX3JlbGVhc2U9J0lOU1RBTExfSzNTX1ZFUlNJT049djEuMzMuNCtrM3MxJwppbnN0YWxsZXI9aHR0cHM6Ly9yYXcuZ2l0aHVidXNlcmNvbnRlbnQuY29tL2szcy1pby9rM3MvdjEuMzUuNSUyQmszczEvaW5zdGFsbC5zaAppbnN0YWxsZXJfc2hhMjU2PTg1OThlMDAyZTYxZDY1OGZlZDdiNzU0MmZjNmQyYzY2ZDhkYTZlYWU2OWUwODg4MzAxMDVkMmVlMWZmYjZkOTEKbW9kdWxlcz0nYnJfbmV0ZmlsdGVyIG92ZXJsYXknCm5vZGVfbmV0d29yaz0xMC4yLjAuMC8xNgpuZXR3b3JrX3JlcXVpcmVkPXllcwpuZXR3b3JrX3RyaWVzPTYwCmFwaV9ob3N0PSdrM3MuZ2l0cG9kLmFjbWUuZGV2JwpkYXRhX2Rpcj0vdmFyL2xpYi9yYW5jaGVyL2szcwojIFdoYXQgaGFwcGVuZWQgc28gZmFyLCBmb3IgcGVvcGxlIGFuZCBmb3Igd2hvZXZlciB3YWl0czogdGhlIGxhc3QgbGluZSBvZiB0aGUgc3RhdHVzIGZpbGUgaXMgdGhlIHN0YXRlLgpzdGF0ZT0vdmFyL2xpYi9na2MKbWtkaXIgLXAgIiRzdGF0ZSIKc2F5KCkgewogIGVjaG8gImdrYzogJCoiCiAgZWNobyAiJChkYXRlIC11ICslWS0lbS0lZFQlSDolTTolU1opICQqIiA+PiIkc3RhdGUvc3RhdHVzIgp9CnN0ZXA9c3RhcnQKZW5kZWQoKSB7CiAgY29kZT0kPwogIFsgIiRjb2RlIiAtZXEgMCBdIHx8IHNheSAiZmFpbGVkIGF0OiAkc3RlcCAoZXhpdCBjb2RlICRjb2RlKSIKfQp0cmFwIGVuZGVkIEVYSVQKYmVnaW4oKSB7CiAgc3RlcD0kKgogIHNheSAiJHN0ZXAiCn0KIyByZXRyeSBUSU1FUyBQQVVTRSBDT01NQU5ELi4uOiBib3VuZGVkLCBzaW5jZSBhIG1hY2hpbmUgdGhhdCB3YWl0cyBmb3IgZXZlciBsb29rcyBsaWtlIG9uZSB0aGF0IHdvcmtzLgpyZXRyeSgpIHsKICB0aW1lcz0kMSBwYXVzZT0kMgogIHNoaWZ0IDIKICB1bnRpbCAiJEAiOyBkbwogICAgdGltZXM9JCgodGltZXMgLSAxKSkKICAgIFsgIiR0aW1lcyIgLWd0IDAgXSB8fCByZXR1cm4gMQogICAgc2xlZXAgIiRwYXVzZSIKICBkb25lCn0KYmVnaW4gJ2Nsb2NrJwojIENlcnRpZmljYXRlcyBhbmQgcGFja2FnZSBsaXN0cyBhcmUgcmVmdXNlZCBieSBhIG1hY2hpbmUgd2hvc2UgY2xvY2sgaXMgd3JvbmcsIGFuZCBhIFJhc3BiZXJyeSBQaSdzIHN0b3BzIHdpdGggaXQuCmluX3RpbWUoKSB7IFsgIiQodGltZWRhdGVjdGwgc2hvdyAtcCBOVFBTeW5jaHJvbml6ZWQgLS12YWx1ZSkiID0geWVzIF07IH0KcmV0cnkgMTIgNSBpbl90aW1lIHx8IHNheSAndGhlIGNsb2NrIGlzIG5vdCBzeW5jaHJvbmlzZWQgeWV0JwpiZWdpbiAna2VybmVsIHNldHRpbmdzJwpmb3IgbW9kdWxlIGluICRtb2R1bGVzOyBkbwogIG1vZHByb2JlICIkbW9kdWxlIiB8fCBzYXkgInRoZSBrZXJuZWwgaGFzIG5vIG1vZHVsZSAkbW9kdWxlIgpkb25lCnN5c2N0bCAtLXF1aWV0IC0tc3lzdGVtCmJlZ2luICdwYWNrZXQgZmlsdGVyJwpzeXN0ZW1jdGwgZGFlbW9uLXJlbG9hZApzeXN0ZW1jdGwgZW5hYmxlIGdrYy1ndWFyZC5zZXJ2aWNlCnN5c3RlbWN0bCByZXN0YXJ0IGdrYy1ndWFyZC5zZXJ2aWNlCmJlZ2luICJhZGRyZXNzIGluICRub2RlX25ldHdvcmsiCiMgVGhlIGZpcnN0IGFkZHJlc3Mgb2YgdGhpcyBtYWNoaW5lIHRoYXQgbGllcyBpbiB0aGUgbm9kZSBuZXR3b3JrLCB3aXRoIGl0cyBpbnRlcmZhY2UuCmZpbmRfYWRkcmVzcygpIHsKICBmb3VuZD0kKGlwIC1vIGFkZHIgc2hvdyB0byAiJG5vZGVfbmV0d29yayIgc2NvcGUgZ2xvYmFsIHwgaGVhZCAtbiAxKQogIFsgLW4gIiRmb3VuZCIgXQp9CmFkZHJlc3M9CmlmIHJldHJ5ICIkbmV0d29ya190cmllcyIgNSBmaW5kX2FkZHJlc3M7IHRoZW4KICAjIEZpZWxkczogaW5kZXgsIGludGVyZmFjZSwgZmFtaWx5LCBhZGRyZXNzL3ByZWZpeC4KICAjIHNoZWxsY2hlY2sgZGlzYWJsZT1TQzIwODYKICBzZXQgLS0gJGZvdW5kCiAgaW50ZXJmYWNlPSQyIGFkZHJlc3M9JHs0JS8qfQplbGlmIFsgIiRuZXR3b3JrX3JlcXVpcmVkIiA9IHllcyBdOyB0aGVuCiAgc2F5ICJ0aGlzIG1hY2hpbmUgaGFzIG5vIGFkZHJlc3MgaW4gJG5vZGVfbmV0d29yayIKICBleGl0IDEKZWxzZQogIHNheSAidGhpcyBtYWNoaW5lIGhhcyBubyBhZGRyZXNzIGluICRub2RlX25ldHdvcms6IGszcyB0YWtlcyB0aGUgaW50ZXJmYWNlIG9mIHRoZSBkZWZhdWx0IHJvdXRlIgpmaQppZiBbIC1uICIkYWRkcmVzcyIgXTsgdGhlbgogIHVtYXNrIDA3NwogIHByaW50ZiAnbm9kZS1pcDogIiVzIlxuZmxhbm5lbC1pZmFjZTogIiVzIlxuJyAiJGFkZHJlc3MiICIkaW50ZXJmYWNlIiA+L2V0Yy9yYW5jaGVyL2szcy9jb25maWcueWFtbC5kLzIwLWFkZHJlc3MueWFtbApmaQpiZWdpbiAnZm91bmRpbmcgb3Igam9pbmluZycKIyBBIHJlcGxhY2VkIGZpcnN0IHNlcnZlciBtdXN0IG5vdCBmb3VuZCBhIHNlY29uZCBjbHVzdGVyIGJlc2lkZSB0aGUgb25lIHRoYXQgaXMgcnVubmluZy4KYXBpX2Fuc3dlcnMoKSB7IFsgIiQoY3VybCAtc2sgLS1tYXgtdGltZSA1ICJodHRwczovLyRhcGlfaG9zdDo2NDQzL3BpbmciKSIgPSBwb25nIF07IH0KdW1hc2sgMDc3CmlmIFsgLWQgIiRkYXRhX2Rpci9zZXJ2ZXIvZGIvZXRjZCIgXTsgdGhlbgogIHNheSAndGhlIGNsdXN0ZXIgaXMgb24gZGlzayBhbHJlYWR5JwplbGlmIHJldHJ5IDMgNSBhcGlfYW5zd2VyczsgdGhlbgogIHNheSAiam9pbmluZyB0aGUgY2x1c3RlciB0aGF0IGFuc3dlcnMgYXQgJGFwaV9ob3N0IgogIHByaW50ZiAnc2VydmVyOiAiaHR0cHM6Ly8lczo2NDQzIlxuJyAiJGFwaV9ob3N0IiA+L2V0Yy9yYW5jaGVyL2szcy9jb25maWcueWFtbC5kLzMwLWNsdXN0ZXIueWFtbAplbHNlCiAgcHJpbnRmICdjbHVzdGVyLWluaXQ6IHRydWVcbicgPi9ldGMvcmFuY2hlci9rM3MvY29uZmlnLnlhbWwuZC8zMC1jbHVzdGVyLnlhbWwKZmkKYmVnaW4gImszcyAkcm9sZSIKZmV0Y2hfaW5zdGFsbGVyKCkgewogIGN1cmwgLWZzU0wgLS1tYXgtdGltZSA2MCAtbyAiJHN0YXRlL2luc3RhbGwtazNzLnNoIiAiJGluc3RhbGxlciIgJiYKICAgIGVjaG8gIiRpbnN0YWxsZXJfc2hhMjU2ICAkc3RhdGUvaW5zdGFsbC1rM3Muc2giIHwgc2hhMjU2c3VtIC1jIC0tcXVpZXQgLQp9CnJldHJ5IDIwIDE1IGZldGNoX2luc3RhbGxlcgojIFRoZSByb2xlIGlzIGdpdmVuIGJ5IG5hbWU6IHRoZSBpbnN0YWxsZXIgZG9lcyBub3QgcmVhZCBjb25maWcueWFtbC4gSXQgaG9sZHMgdGhlIGJpbmFyeSBhZ2FpbnN0IGl0cyByZWxlYXNlJ3MgY2hlY2tzdW1zLgppbnN0YWxsX2szcygpIHsKICBlbnYgIiRrM3NfcmVsZWFzZSIgSU5TVEFMTF9LM1NfU0tJUF9TVEFSVD10cnVlIElOU1RBTExfSzNTX1NLSVBfU0VMSU5VWF9SUE09dHJ1ZSBcCiAgICBzaCAiJHN0YXRlL2luc3RhbGwtazNzLnNoIiAiJHJvbGUiCn0KcmV0cnkgMjAgMTUgaW5zdGFsbF9rM3MKIyBzeXN0ZW1kIGdvZXMgb24gdHJ5aW5nIHdoZXJlIHRoZSBBUEkgZG9lcyBub3QgYW5zd2VyIHlldDsgY2xvdWQtaW5pdCBtdXN0IG5vdCB3YWl0IGZvciBpdC4KWyAtZSAvcnVuL2drYy1yZWJvb3QgXSB8fCBzeXN0ZW1jdGwgc3RhcnQgLS1uby1ibG9jayAiJHVuaXQiCnNheSAnZmluaXNoZWQnCg=='
packages ca-certificates curl nftables
move_sshd /etc/ssh/sshd_config.d/10-gkc.conf 'Port 2244
PasswordAuthentication no
'
/usr/local/sbin/gkc-node
