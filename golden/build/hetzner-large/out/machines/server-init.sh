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
put_base64 /etc/gkc/proxy.env 0600 root:root 'SFRUUF9QUk9YWT0naHR0cDovL3Byb3h5LmFjbWUuZGV2OjMxMjgnCmh0dHBfcHJveHk9J2h0dHA6Ly9wcm94eS5hY21lLmRldjozMTI4JwpIVFRQU19QUk9YWT0naHR0cDovL3Byb3h5LmFjbWUuZGV2OjMxMjgnCmh0dHBzX3Byb3h5PSdodHRwOi8vcHJveHkuYWNtZS5kZXY6MzEyOCcKTk9fUFJPWFk9J2xvY2FsaG9zdCwxMjcuMC4wLjAvOCw6OjEsLnN2YywuY2x1c3Rlci5sb2NhbCwxMC4yLjAuMC8xNiwxMC40Mi4wLjAvMTYsMTAuNDMuMC4wLzE2LDE2OS4yNTQuMTY5LjI1NCxrM3MuZ2l0cG9kLmFjbWUuZGV2LGdpdHBvZC5hY21lLmRldiwuZ2l0cG9kLmFjbWUuZGV2Jwpub19wcm94eT0nbG9jYWxob3N0LDEyNy4wLjAuMC84LDo6MSwuc3ZjLC5jbHVzdGVyLmxvY2FsLDEwLjIuMC4wLzE2LDEwLjQyLjAuMC8xNiwxMC40My4wLjAvMTYsMTY5LjI1NC4xNjkuMjU0LGszcy5naXRwb2QuYWNtZS5kZXYsZ2l0cG9kLmFjbWUuZGV2LC5naXRwb2QuYWNtZS5kZXYnCg=='
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
put_base64 /usr/local/sbin/gkc-node 0700 root:root 'IyEvYmluL3NoCiMgTWFrZXMgdGhpcyBtYWNoaW5lIGEgbm9kZSBvZiB0aGUgY2x1c3Rlci4gY2xvdWQtaW5pdCBydW5zIGl0IG9uY2UuCnNldCAtZXUKcm9sZT1zZXJ2ZXIKdW5pdD1rM3MKazNzX3JlbGVhc2U9J0lOU1RBTExfSzNTX1ZFUlNJT049djEuMzMuNCtrM3MxJwppbnN0YWxsZXI9aHR0cHM6Ly9yYXcuZ2l0aHVidXNlcmNvbnRlbnQuY29tL2szcy1pby9rM3MvdjEuMzUuNSUyQmszczEvaW5zdGFsbC5zaAppbnN0YWxsZXJfc2hhMjU2PTg1OThlMDAyZTYxZDY1OGZlZDdiNzU0MmZjNmQyYzY2ZDhkYTZlYWU2OWUwODg4MzAxMDVkMmVlMWZmYjZkOTEKbW9kdWxlcz0nYnJfbmV0ZmlsdGVyIG92ZXJsYXknCm5vZGVfbmV0d29yaz0xMC4yLjAuMC8xNgpuZXR3b3JrX3JlcXVpcmVkPXllcwpuZXR3b3JrX3RyaWVzPTYwCmFwaV9ob3N0PSdrM3MuZ2l0cG9kLmFjbWUuZGV2JwpkYXRhX2Rpcj0vdmFyL2xpYi9yYW5jaGVyL2szcwojIFdoYXQgaGFwcGVuZWQgc28gZmFyLCBmb3IgcGVvcGxlIGFuZCBmb3Igd2hvZXZlciB3YWl0czogdGhlIGxhc3QgbGluZSBvZiB0aGUgc3RhdHVzIGZpbGUgaXMgdGhlIHN0YXRlLgpzdGF0ZT0vdmFyL2xpYi9na2MKbWtkaXIgLXAgIiRzdGF0ZSIKc2F5KCkgewogIGVjaG8gImdrYzogJCoiCiAgZWNobyAiJChkYXRlIC11ICslWS0lbS0lZFQlSDolTTolU1opICQqIiA+PiIkc3RhdGUvc3RhdHVzIgp9CnN0ZXA9c3RhcnQKZW5kZWQoKSB7CiAgY29kZT0kPwogIFsgIiRjb2RlIiAtZXEgMCBdIHx8IHNheSAiZmFpbGVkIGF0OiAkc3RlcCAoZXhpdCBjb2RlICRjb2RlKSIKfQp0cmFwIGVuZGVkIEVYSVQKYmVnaW4oKSB7CiAgc3RlcD0kKgogIHNheSAiJHN0ZXAiCn0KIyByZXRyeSBUSU1FUyBQQVVTRSBDT01NQU5ELi4uOiBib3VuZGVkLCBzaW5jZSBhIG1hY2hpbmUgdGhhdCB3YWl0cyBmb3IgZXZlciBsb29rcyBsaWtlIG9uZSB0aGF0IHdvcmtzLgpyZXRyeSgpIHsKICB0aW1lcz0kMSBwYXVzZT0kMgogIHNoaWZ0IDIKICB1bnRpbCAiJEAiOyBkbwogICAgdGltZXM9JCgodGltZXMgLSAxKSkKICAgIFsgIiR0aW1lcyIgLWd0IDAgXSB8fCByZXR1cm4gMQogICAgc2xlZXAgIiRwYXVzZSIKICBkb25lCn0KIyBUaGUgaW5zdGFsbGVyIGhhbmRzIHRoZXNlIG9uIHRvIGszcywgd2hpY2ggaGFuZHMgdGhlbSBvbiB0byBjb250YWluZXJkLgpzZXQgLWEKLiAvZXRjL2drYy9wcm94eS5lbnYKc2V0ICthCmJlZ2luICdjbG9jaycKIyBDZXJ0aWZpY2F0ZXMgYW5kIHBhY2thZ2UgbGlzdHMgYXJlIHJlZnVzZWQgYnkgYSBtYWNoaW5lIHdob3NlIGNsb2NrIGlzIHdyb25nLCBhbmQgYSBSYXNwYmVycnkgUGkncyBzdG9wcyB3aXRoIGl0Lgppbl90aW1lKCkgeyBbICIkKHRpbWVkYXRlY3RsIHNob3cgLXAgTlRQU3luY2hyb25pemVkIC0tdmFsdWUpIiA9IHllcyBdOyB9CnJldHJ5IDEyIDUgaW5fdGltZSB8fCBzYXkgJ3RoZSBjbG9jayBpcyBub3Qgc3luY2hyb25pc2VkIHlldCcKYmVnaW4gJ2tlcm5lbCBzZXR0aW5ncycKZm9yIG1vZHVsZSBpbiAkbW9kdWxlczsgZG8KICBtb2Rwcm9iZSAiJG1vZHVsZSIgfHwgc2F5ICJ0aGUga2VybmVsIGhhcyBubyBtb2R1bGUgJG1vZHVsZSIKZG9uZQpzeXNjdGwgLS1xdWlldCAtLXN5c3RlbQpiZWdpbiAncGFja2V0IGZpbHRlcicKc3lzdGVtY3RsIGRhZW1vbi1yZWxvYWQKc3lzdGVtY3RsIGVuYWJsZSBna2MtZ3VhcmQuc2VydmljZQpzeXN0ZW1jdGwgcmVzdGFydCBna2MtZ3VhcmQuc2VydmljZQpiZWdpbiAiYWRkcmVzcyBpbiAkbm9kZV9uZXR3b3JrIgojIFRoZSBmaXJzdCBhZGRyZXNzIG9mIHRoaXMgbWFjaGluZSB0aGF0IGxpZXMgaW4gdGhlIG5vZGUgbmV0d29yaywgd2l0aCBpdHMgaW50ZXJmYWNlLgpmaW5kX2FkZHJlc3MoKSB7CiAgZm91bmQ9JChpcCAtbyBhZGRyIHNob3cgdG8gIiRub2RlX25ldHdvcmsiIHNjb3BlIGdsb2JhbCB8IGhlYWQgLW4gMSkKICBbIC1uICIkZm91bmQiIF0KfQphZGRyZXNzPQppZiByZXRyeSAiJG5ldHdvcmtfdHJpZXMiIDUgZmluZF9hZGRyZXNzOyB0aGVuCiAgIyBGaWVsZHM6IGluZGV4LCBpbnRlcmZhY2UsIGZhbWlseSwgYWRkcmVzcy9wcmVmaXguCiAgIyBzaGVsbGNoZWNrIGRpc2FibGU9U0MyMDg2CiAgc2V0IC0tICRmb3VuZAogIGludGVyZmFjZT0kMiBhZGRyZXNzPSR7NCUvKn0KZWxpZiBbICIkbmV0d29ya19yZXF1aXJlZCIgPSB5ZXMgXTsgdGhlbgogIHNheSAidGhpcyBtYWNoaW5lIGhhcyBubyBhZGRyZXNzIGluICRub2RlX25ldHdvcmsiCiAgZXhpdCAxCmVsc2UKICBzYXkgInRoaXMgbWFjaGluZSBoYXMgbm8gYWRkcmVzcyBpbiAkbm9kZV9uZXR3b3JrOiBrM3MgdGFrZXMgdGhlIGludGVyZmFjZSBvZiB0aGUgZGVmYXVsdCByb3V0ZSIKZmkKaWYgWyAtbiAiJGFkZHJlc3MiIF07IHRoZW4KICB1bWFzayAwNzcKICBwcmludGYgJ25vZGUtaXA6ICIlcyJcbmZsYW5uZWwtaWZhY2U6ICIlcyJcbicgIiRhZGRyZXNzIiAiJGludGVyZmFjZSIgPi9ldGMvcmFuY2hlci9rM3MvY29uZmlnLnlhbWwuZC8yMC1hZGRyZXNzLnlhbWwKZmkKYmVnaW4gJ2ZvdW5kaW5nIG9yIGpvaW5pbmcnCiMgQSByZXBsYWNlZCBmaXJzdCBzZXJ2ZXIgbXVzdCBub3QgZm91bmQgYSBzZWNvbmQgY2x1c3RlciBiZXNpZGUgdGhlIG9uZSB0aGF0IGlzIHJ1bm5pbmcuCmFwaV9hbnN3ZXJzKCkgeyBbICIkKGN1cmwgLXNrIC0tbWF4LXRpbWUgNSAiaHR0cHM6Ly8kYXBpX2hvc3Q6NjQ0My9waW5nIikiID0gcG9uZyBdOyB9CnVtYXNrIDA3NwppZiBbIC1kICIkZGF0YV9kaXIvc2VydmVyL2RiL2V0Y2QiIF07IHRoZW4KICBzYXkgJ3RoZSBjbHVzdGVyIGlzIG9uIGRpc2sgYWxyZWFkeScKZWxpZiByZXRyeSAzIDUgYXBpX2Fuc3dlcnM7IHRoZW4KICBzYXkgImpvaW5pbmcgdGhlIGNsdXN0ZXIgdGhhdCBhbnN3ZXJzIGF0ICRhcGlfaG9zdCIKICBwcmludGYgJ3NlcnZlcjogImh0dHBzOi8vJXM6NjQ0MyJcbicgIiRhcGlfaG9zdCIgPi9ldGMvcmFuY2hlci9rM3MvY29uZmlnLnlhbWwuZC8zMC1jbHVzdGVyLnlhbWwKZWxzZQogIHByaW50ZiAnY2x1c3Rlci1pbml0OiB0cnVlXG4nID4vZXRjL3JhbmNoZXIvazNzL2NvbmZpZy55YW1sLmQvMzAtY2x1c3Rlci55YW1sCmZpCmJlZ2luICJrM3MgJHJvbGUiCmZldGNoX2luc3RhbGxlcigpIHsKICBjdXJsIC1mc1NMIC0tbWF4LXRpbWUgNjAgLW8gIiRzdGF0ZS9pbnN0YWxsLWszcy5zaCIgIiRpbnN0YWxsZXIiICYmCiAgICBlY2hvICIkaW5zdGFsbGVyX3NoYTI1NiAgJHN0YXRlL2luc3RhbGwtazNzLnNoIiB8IHNoYTI1NnN1bSAtYyAtLXF1aWV0IC0KfQpyZXRyeSAyMCAxNSBmZXRjaF9pbnN0YWxsZXIKIyBUaGUgcm9sZSBpcyBnaXZlbiBieSBuYW1lOiB0aGUgaW5zdGFsbGVyIGRvZXMgbm90IHJlYWQgY29uZmlnLnlhbWwuIEl0IGhvbGRzIHRoZSBiaW5hcnkgYWdhaW5zdCBpdHMgcmVsZWFzZSdzIGNoZWNrc3Vtcy4KaW5zdGFsbF9rM3MoKSB7CiAgZW52ICIkazNzX3JlbGVhc2UiIElOU1RBTExfSzNTX1NLSVBfU1RBUlQ9dHJ1ZSBJTlNUQUxMX0szU19TS0lQX1NFTElOVVhfUlBNPXRydWUgXAogICAgc2ggIiRzdGF0ZS9pbnN0YWxsLWszcy5zaCIgIiRyb2xlIgp9CnJldHJ5IDIwIDE1IGluc3RhbGxfazNzCiMgc3lzdGVtZCBnb2VzIG9uIHRyeWluZyB3aGVyZSB0aGUgQVBJIGRvZXMgbm90IGFuc3dlciB5ZXQ7IGNsb3VkLWluaXQgbXVzdCBub3Qgd2FpdCBmb3IgaXQuClsgLWUgL3J1bi9na2MtcmVib290IF0gfHwgc3lzdGVtY3RsIHN0YXJ0IC0tbm8tYmxvY2sgIiR1bml0IgpzYXkgJ2ZpbmlzaGVkJwo='
packages ca-certificates curl nftables
move_sshd /etc/ssh/sshd_config.d/10-gkc.conf 'Port 2244
PasswordAuthentication no
'
/usr/local/sbin/gkc-node
