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
put_base64 /usr/local/sbin/gkc-node 0700 root:root 'IyEvYmluL3NoCiMgTWFrZXMgdGhpcyBtYWNoaW5lIGEgbm9kZSBvZiB0aGUgY2x1c3Rlci4gY2xvdWQtaW5pdCBydW5zIGl0IG9uY2UuCnNldCAtZXUKcm9sZT1zZXJ2ZXIKdW5pdD1rM3MKbWlycm9yPWh0dHBzOi8vbWlycm9yLmFjbWUuZGV2L2szcy92MS4zMy40JTJCazNzMQpzdW1zX3NoYTI1Nj0yZjBjMmQ4YjJhNGU1ZjYwNzE4MjkzYTRiNWM2ZDdlOGY5MGExYjJjM2Q0ZTVmNjA3MTgyOTNhNGI1YzZkN2U4Cmluc3RhbGxlcl9zaGEyNTY9ODU5OGUwMDJlNjFkNjU4ZmVkN2I3NTQyZmM2ZDJjNjZkOGRhNmVhZTY5ZTA4ODgzMDEwNWQyZWUxZmZiNmQ5MQptb2R1bGVzPSdicl9uZXRmaWx0ZXIgb3ZlcmxheScKbm9kZV9uZXR3b3JrPTEwLjEwMC4wLjAvMjAKbmV0d29ya19yZXF1aXJlZD1ubwpuZXR3b3JrX3RyaWVzPTYKYXBpX2hvc3Q9J2szcy5naXRwb2QuYWNtZS5kZXYnCmRhdGFfZGlyPS92YXIvbGliL3JhbmNoZXIvazNzCiMgV2hhdCBoYXBwZW5lZCBzbyBmYXIsIGZvciBwZW9wbGUgYW5kIGZvciB3aG9ldmVyIHdhaXRzOiB0aGUgbGFzdCBsaW5lIG9mIHRoZSBzdGF0dXMgZmlsZSBpcyB0aGUgc3RhdGUuCnN0YXRlPS92YXIvbGliL2drYwpta2RpciAtcCAiJHN0YXRlIgpzYXkoKSB7CiAgZWNobyAiZ2tjOiAkKiIKICBlY2hvICIkKGRhdGUgLXUgKyVZLSVtLSVkVCVIOiVNOiVTWikgJCoiID4+IiRzdGF0ZS9zdGF0dXMiCn0Kc3RlcD1zdGFydAplbmRlZCgpIHsKICBjb2RlPSQ/CiAgWyAiJGNvZGUiIC1lcSAwIF0gfHwgc2F5ICJmYWlsZWQgYXQ6ICRzdGVwIChleGl0IGNvZGUgJGNvZGUpIgp9CnRyYXAgZW5kZWQgRVhJVApiZWdpbigpIHsKICBzdGVwPSQqCiAgc2F5ICIkc3RlcCIKfQojIHJldHJ5IFRJTUVTIFBBVVNFIENPTU1BTkQuLi46IGJvdW5kZWQsIHNpbmNlIGEgbWFjaGluZSB0aGF0IHdhaXRzIGZvciBldmVyIGxvb2tzIGxpa2Ugb25lIHRoYXQgd29ya3MuCnJldHJ5KCkgewogIHRpbWVzPSQxIHBhdXNlPSQyCiAgc2hpZnQgMgogIHVudGlsICIkQCI7IGRvCiAgICB0aW1lcz0kKCh0aW1lcyAtIDEpKQogICAgWyAiJHRpbWVzIiAtZ3QgMCBdIHx8IHJldHVybiAxCiAgICBzbGVlcCAiJHBhdXNlIgogIGRvbmUKfQojIFRoZSBpbnN0YWxsZXIgaGFuZHMgdGhlc2Ugb24gdG8gazNzLCB3aGljaCBoYW5kcyB0aGVtIG9uIHRvIGNvbnRhaW5lcmQuCnNldCAtYQouIC9ldGMvZ2tjL3Byb3h5LmVudgpzZXQgK2EKYmVnaW4gJ2Nsb2NrJwojIENlcnRpZmljYXRlcyBhbmQgcGFja2FnZSBsaXN0cyBhcmUgcmVmdXNlZCBieSBhIG1hY2hpbmUgd2hvc2UgY2xvY2sgaXMgd3JvbmcsIGFuZCBhIFJhc3BiZXJyeSBQaSdzIHN0b3BzIHdpdGggaXQuCmluX3RpbWUoKSB7IFsgIiQodGltZWRhdGVjdGwgc2hvdyAtcCBOVFBTeW5jaHJvbml6ZWQgLS12YWx1ZSkiID0geWVzIF07IH0KcmV0cnkgMTIgNSBpbl90aW1lIHx8IHNheSAndGhlIGNsb2NrIGlzIG5vdCBzeW5jaHJvbmlzZWQgeWV0JwpiZWdpbiAna2VybmVsIHNldHRpbmdzJwpmb3IgbW9kdWxlIGluICRtb2R1bGVzOyBkbwogIG1vZHByb2JlICIkbW9kdWxlIiB8fCBzYXkgInRoZSBrZXJuZWwgaGFzIG5vIG1vZHVsZSAkbW9kdWxlIgpkb25lCnN5c2N0bCAtLXF1aWV0IC0tc3lzdGVtCmJlZ2luICdwYWNrZXQgZmlsdGVyJwpzeXN0ZW1jdGwgZGFlbW9uLXJlbG9hZApzeXN0ZW1jdGwgZW5hYmxlIGdrYy1ndWFyZC5zZXJ2aWNlCnN5c3RlbWN0bCByZXN0YXJ0IGdrYy1ndWFyZC5zZXJ2aWNlCmJlZ2luICdrZXJuZWwgaGVhZGVycycKIyBHaXRwb2QncyB3cy1kYWVtb24gbW91bnRzIC91c3Ivc3JjLCBhbmQgZG9lcyBub3Qgc3RhcnQgd2hlcmUgdGhlcmUgaXMgbm9uZS4KbWtkaXIgLXAgL3Vzci9zcmMKaGVhZGVycygpIHsgREVCSUFOX0ZST05URU5EPW5vbmludGVyYWN0aXZlIGFwdC1nZXQgaW5zdGFsbCAteSAtcSAibGludXgtaGVhZGVycy0kKHVuYW1lIC1yKSI7IH0KcmV0cnkgMyAyMCBoZWFkZXJzIHx8IHNheSAibm8gaGVhZGVycyBmb3Iga2VybmVsICQodW5hbWUgLXIpOiB0b29scyB0aGF0IGJ1aWxkIGtlcm5lbCBtb2R1bGVzIHdpbGwgbm90IHdvcmsiCmJlZ2luICJhZGRyZXNzIGluICRub2RlX25ldHdvcmsiCiMgVGhlIGZpcnN0IGFkZHJlc3Mgb2YgdGhpcyBtYWNoaW5lIHRoYXQgbGllcyBpbiB0aGUgbm9kZSBuZXR3b3JrLCB3aXRoIGl0cyBpbnRlcmZhY2UuCmZpbmRfYWRkcmVzcygpIHsKICBmb3VuZD0kKGlwIC1vIGFkZHIgc2hvdyB0byAiJG5vZGVfbmV0d29yayIgc2NvcGUgZ2xvYmFsIHwgaGVhZCAtbiAxKQogIFsgLW4gIiRmb3VuZCIgXQp9CmFkZHJlc3M9CmlmIHJldHJ5ICIkbmV0d29ya190cmllcyIgNSBmaW5kX2FkZHJlc3M7IHRoZW4KICAjIEZpZWxkczogaW5kZXgsIGludGVyZmFjZSwgZmFtaWx5LCBhZGRyZXNzL3ByZWZpeC4KICAjIHNoZWxsY2hlY2sgZGlzYWJsZT1TQzIwODYKICBzZXQgLS0gJGZvdW5kCiAgaW50ZXJmYWNlPSQyIGFkZHJlc3M9JHs0JS8qfQplbGlmIFsgIiRuZXR3b3JrX3JlcXVpcmVkIiA9IHllcyBdOyB0aGVuCiAgc2F5ICJ0aGlzIG1hY2hpbmUgaGFzIG5vIGFkZHJlc3MgaW4gJG5vZGVfbmV0d29yayIKICBleGl0IDEKZWxzZQogIHNheSAidGhpcyBtYWNoaW5lIGhhcyBubyBhZGRyZXNzIGluICRub2RlX25ldHdvcms6IGszcyB0YWtlcyB0aGUgaW50ZXJmYWNlIG9mIHRoZSBkZWZhdWx0IHJvdXRlIgpmaQppZiBbIC1uICIkYWRkcmVzcyIgXTsgdGhlbgogIHVtYXNrIDA3NwogIHByaW50ZiAnbm9kZS1pcDogIiVzIlxuZmxhbm5lbC1pZmFjZTogIiVzIlxuJyAiJGFkZHJlc3MiICIkaW50ZXJmYWNlIiA+L2V0Yy9yYW5jaGVyL2szcy9jb25maWcueWFtbC5kLzIwLWFkZHJlc3MueWFtbApmaQpiZWdpbiAnZm91bmRpbmcgb3Igam9pbmluZycKIyBBIHJlcGxhY2VkIGZpcnN0IHNlcnZlciBtdXN0IG5vdCBmb3VuZCBhIHNlY29uZCBjbHVzdGVyIGJlc2lkZSB0aGUgb25lIHRoYXQgaXMgcnVubmluZy4KYXBpX2Fuc3dlcnMoKSB7IFsgIiQoY3VybCAtc2sgLS1tYXgtdGltZSA1ICJodHRwczovLyRhcGlfaG9zdDo2NDQzL3BpbmciKSIgPSBwb25nIF07IH0KdW1hc2sgMDc3CmlmIFsgLWQgIiRkYXRhX2Rpci9zZXJ2ZXIvZGIvZXRjZCIgXTsgdGhlbgogIHNheSAndGhlIGNsdXN0ZXIgaXMgb24gZGlzayBhbHJlYWR5JwplbGlmIHJldHJ5IDMgNSBhcGlfYW5zd2VyczsgdGhlbgogIHNheSAiam9pbmluZyB0aGUgY2x1c3RlciB0aGF0IGFuc3dlcnMgYXQgJGFwaV9ob3N0IgogIHByaW50ZiAnc2VydmVyOiAiaHR0cHM6Ly8lczo2NDQzIlxuJyAiJGFwaV9ob3N0IiA+L2V0Yy9yYW5jaGVyL2szcy9jb25maWcueWFtbC5kLzMwLWNsdXN0ZXIueWFtbAplbHNlCiAgcHJpbnRmICdjbHVzdGVyLWluaXQ6IHRydWVcbicgPi9ldGMvcmFuY2hlci9rM3MvY29uZmlnLnlhbWwuZC8zMC1jbHVzdGVyLnlhbWwKZmkKYmVnaW4gImszcyAkcm9sZSIKY2FzZSAkKHVuYW1lIC1tKSBpbgphYXJjaDY0KSBhcmNoPWFybTY0IGJpbmFyeT1rM3MtYXJtNjQgOzsKKikgYXJjaD1hbWQ2NCBiaW5hcnk9azNzIDs7CmVzYWMKc3Vtcz1zaGEyNTZzdW0tJGFyY2gudHh0IGltYWdlcz1rM3MtYWlyZ2FwLWltYWdlcy0kYXJjaC50YXIuenN0CmlwIHJvdXRlIHNob3cgZGVmYXVsdCB8IGdyZXAgLXEgLiB8fCBzYXkgJ3RoZXJlIGlzIG5vIGRlZmF1bHQgcm91dGUsIGFuZCBrM3MgZG9lcyBub3Qgc3RhcnQgd2l0aG91dCBvbmU6IGEgZHVtbXkgaXMgZW5vdWdoJwojIGZldGNoIEZJTEUgU0VDT05EUwpmZXRjaCgpIHsgY3VybCAtZnNTTCAtLW1heC10aW1lICIkMiIgLW8gIiRzdGF0ZS8kMSIgIiRtaXJyb3IvJDEiOyB9CmhlbGRfYWdhaW5zdCgpIHsgZWNobyAiJDEgICRzdGF0ZS8kMiIgfCBzaGEyNTZzdW0gLWMgLS1xdWlldCAtOyB9Cmxpc3RlZCgpIHsgKGNkICIkc3RhdGUiICYmIGF3ayAtdiBmaWxlPSIkMSIgJyQyID09IGZpbGUnICIkc3VtcyIgfCBzaGEyNTZzdW0gLWMgLS1xdWlldCAtKTsgfQpmZXRjaF9yZWxlYXNlKCkgewogIGZldGNoICIkc3VtcyIgNjAgJiYgeyBbIC16ICIkc3Vtc19zaGEyNTYiIF0gfHwgaGVsZF9hZ2FpbnN0ICIkc3Vtc19zaGEyNTYiICIkc3VtcyI7IH0gJiYKICAgIGZldGNoIGluc3RhbGwuc2ggNjAgJiYgaGVsZF9hZ2FpbnN0ICIkaW5zdGFsbGVyX3NoYTI1NiIgaW5zdGFsbC5zaCAmJgogICAgZmV0Y2ggIiRiaW5hcnkiIDYwMCAmJiBsaXN0ZWQgIiRiaW5hcnkiICYmCiAgICBmZXRjaCAiJGltYWdlcyIgMTgwMCAmJiBsaXN0ZWQgIiRpbWFnZXMiCn0KcmV0cnkgMjAgMTUgZmV0Y2hfcmVsZWFzZQppbnN0YWxsIC1EIC1tIDA3NTUgIiRzdGF0ZS8kYmluYXJ5IiAvdXNyL2xvY2FsL2Jpbi9rM3MKaW5zdGFsbCAtRCAtbSAwNjQ0ICIkc3RhdGUvJGltYWdlcyIgIiRkYXRhX2Rpci9hZ2VudC9pbWFnZXMvJGltYWdlcyIKcm0gIiRzdGF0ZS8kYmluYXJ5IiAiJHN0YXRlLyRpbWFnZXMiCiMgVGhlIHJvbGUgaXMgZ2l2ZW4gYnkgbmFtZTogdGhlIGluc3RhbGxlciBkb2VzIG5vdCByZWFkIGNvbmZpZy55YW1sLgplbnYgSU5TVEFMTF9LM1NfU0tJUF9ET1dOTE9BRD10cnVlIElOU1RBTExfSzNTX1NLSVBfU1RBUlQ9dHJ1ZSBJTlNUQUxMX0szU19TS0lQX1NFTElOVVhfUlBNPXRydWUgXAogIHNoICIkc3RhdGUvaW5zdGFsbC5zaCIgIiRyb2xlIgojIHN5c3RlbWQgZ29lcyBvbiB0cnlpbmcgd2hlcmUgdGhlIEFQSSBkb2VzIG5vdCBhbnN3ZXIgeWV0OyBjbG91ZC1pbml0IG11c3Qgbm90IHdhaXQgZm9yIGl0LgpbIC1lIC9ydW4vZ2tjLXJlYm9vdCBdIHx8IHN5c3RlbWN0bCBzdGFydCAtLW5vLWJsb2NrICIkdW5pdCIKc2F5ICdmaW5pc2hlZCcK'
packages ca-certificates curl nftables
move_sshd /etc/ssh/sshd_config.d/10-gkc.conf 'Port 2244
PasswordAuthentication no
'
/usr/local/sbin/gkc-node
