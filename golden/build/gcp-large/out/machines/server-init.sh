#!/bin/sh
set -eu
# Makes the machine that it is run on the first server of acme-prod. Made by gkc: do not edit, build again.
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
put_base64 /etc/rancher/k3s/config.yaml 0600 root:root 'dG9rZW46ICJnb2xkZW4tc2VydmVyLXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCmFnZW50LXRva2VuOiAiZ29sZGVuLWFnZW50LXRva2VuLTAxMjM0NTY3ODlhYmNkZWYiCnRscy1zYW46CiAgLSAiazNzLmdpdHBvZC5hY21lLmRldiIKY2x1c3Rlci1jaWRyOiAiMTAuMTA0LjAuMC8xNCIKc2VydmljZS1jaWRyOiAiMTAuMTA4LjAuMC8yMCIKY2x1c3Rlci1kbnM6ICIxMC4xMDguMC4xMCIKZGlzYWJsZToKICAtICJ0cmFlZmlrIgogIC0gImxvY2FsLXN0b3JhZ2UiCnNlY3JldHMtZW5jcnlwdGlvbjogdHJ1ZQp3cml0ZS1rdWJlY29uZmlnLW1vZGU6ICIwNjAwIgpldGNkLXNuYXBzaG90LXNjaGVkdWxlLWNyb246ICIwICovNiAqICogKiIKZXRjZC1zbmFwc2hvdC1yZXRlbnRpb246IDEyCmV0Y2QtczM6IHRydWUKZXRjZC1zMy1jb25maWctc2VjcmV0OiAiazNzLWV0Y2Qtc25hcHNob3QtczMiCmt1YmUtYXBpc2VydmVyLWFyZzoKICAtICJhdWRpdC1sb2ctbWF4YWdlPTMwIgo='
put /etc/rancher/k3s/config.yaml.d/10-node.yaml 0600 root:root '# What is particular to this server; config.yaml is the same on all of them.
with-node-id: true
node-taint:
  - "CriticalAddonsOnly=true:NoExecute"
'
put_base64 /etc/rancher/k3s/registries.yaml 0600 root:root 'bWlycm9yczoKICBkb2NrZXIuaW86CiAgICBlbmRwb2ludDoKICAgICAgLSAiaHR0cHM6Ly9taXJyb3IuYWNtZS5kZXYiCmNvbmZpZ3M6CiAgbWlycm9yLmFjbWUuZGV2OgogICAgYXV0aDoKICAgICAgdXNlcm5hbWU6ICJrM3MiCiAgICAgIHBhc3N3b3JkOiAiZ29sZGVuLW1pcnJvci1sb2dpbi12YWx1ZSIK'
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
put_base64 /usr/local/sbin/gkc-node 0700 root:root 'IyEvYmluL3NoCiMgTWFrZXMgdGhpcyBtYWNoaW5lIGEgbm9kZSBvZiB0aGUgY2x1c3Rlci4gY2xvdWQtaW5pdCBydW5zIGl0IG9uY2UuCnNldCAtZXUKcm9sZT1zZXJ2ZXIKdW5pdD1rM3MKazNzX3JlbGVhc2U9J0lOU1RBTExfSzNTX1ZFUlNJT049djEuMzIuOCtrM3MxJwppbnN0YWxsZXI9aHR0cHM6Ly9yYXcuZ2l0aHVidXNlcmNvbnRlbnQuY29tL2szcy1pby9rM3MvdjEuMzUuNSUyQmszczEvaW5zdGFsbC5zaAppbnN0YWxsZXJfc2hhMjU2PTg1OThlMDAyZTYxZDY1OGZlZDdiNzU0MmZjNmQyYzY2ZDhkYTZlYWU2OWUwODg4MzAxMDVkMmVlMWZmYjZkOTEKbW9kdWxlcz0nYnJfbmV0ZmlsdGVyIG92ZXJsYXknCm5vZGVfbmV0d29yaz0xMC4xMDAuMC4wLzIwCm5ldHdvcmtfcmVxdWlyZWQ9eWVzCm5ldHdvcmtfdHJpZXM9NjAKYXBpX2hvc3Q9J2szcy5naXRwb2QuYWNtZS5kZXYnCmRhdGFfZGlyPS92YXIvbGliL3JhbmNoZXIvazNzCiMgV2hhdCBoYXBwZW5lZCBzbyBmYXIsIGZvciBwZW9wbGUgYW5kIGZvciB3aG9ldmVyIHdhaXRzOiB0aGUgbGFzdCBsaW5lIG9mIHRoZSBzdGF0dXMgZmlsZSBpcyB0aGUgc3RhdGUuCnN0YXRlPS92YXIvbGliL2drYwpta2RpciAtcCAiJHN0YXRlIgpzYXkoKSB7CiAgZWNobyAiZ2tjOiAkKiIKICBlY2hvICIkKGRhdGUgLXUgKyVZLSVtLSVkVCVIOiVNOiVTWikgJCoiID4+IiRzdGF0ZS9zdGF0dXMiCn0Kc3RlcD1zdGFydAplbmRlZCgpIHsKICBjb2RlPSQ/CiAgWyAiJGNvZGUiIC1lcSAwIF0gfHwgc2F5ICJmYWlsZWQgYXQ6ICRzdGVwIChleGl0IGNvZGUgJGNvZGUpIgp9CnRyYXAgZW5kZWQgRVhJVApiZWdpbigpIHsKICBzdGVwPSQqCiAgc2F5ICIkc3RlcCIKfQojIHJldHJ5IFRJTUVTIFBBVVNFIENPTU1BTkQuLi46IGJvdW5kZWQsIHNpbmNlIGEgbWFjaGluZSB0aGF0IHdhaXRzIGZvciBldmVyIGxvb2tzIGxpa2Ugb25lIHRoYXQgd29ya3MuCnJldHJ5KCkgewogIHRpbWVzPSQxIHBhdXNlPSQyCiAgc2hpZnQgMgogIHVudGlsICIkQCI7IGRvCiAgICB0aW1lcz0kKCh0aW1lcyAtIDEpKQogICAgWyAiJHRpbWVzIiAtZ3QgMCBdIHx8IHJldHVybiAxCiAgICBzbGVlcCAiJHBhdXNlIgogIGRvbmUKfQpiZWdpbiAnY2xvY2snCiMgQ2VydGlmaWNhdGVzIGFuZCBwYWNrYWdlIGxpc3RzIGFyZSByZWZ1c2VkIGJ5IGEgbWFjaGluZSB3aG9zZSBjbG9jayBpcyB3cm9uZywgYW5kIGEgUmFzcGJlcnJ5IFBpJ3Mgc3RvcHMgd2l0aCBpdC4KaW5fdGltZSgpIHsgWyAiJCh0aW1lZGF0ZWN0bCBzaG93IC1wIE5UUFN5bmNocm9uaXplZCAtLXZhbHVlKSIgPSB5ZXMgXTsgfQpyZXRyeSAxMiA1IGluX3RpbWUgfHwgc2F5ICd0aGUgY2xvY2sgaXMgbm90IHN5bmNocm9uaXNlZCB5ZXQnCmJlZ2luICdrZXJuZWwgc2V0dGluZ3MnCmZvciBtb2R1bGUgaW4gJG1vZHVsZXM7IGRvCiAgbW9kcHJvYmUgIiRtb2R1bGUiIHx8IHNheSAidGhlIGtlcm5lbCBoYXMgbm8gbW9kdWxlICRtb2R1bGUiCmRvbmUKc3lzY3RsIC0tcXVpZXQgLS1zeXN0ZW0KYmVnaW4gJ3BhY2tldCBmaWx0ZXInCnN5c3RlbWN0bCBkYWVtb24tcmVsb2FkCnN5c3RlbWN0bCBlbmFibGUgZ2tjLWd1YXJkLnNlcnZpY2UKc3lzdGVtY3RsIHJlc3RhcnQgZ2tjLWd1YXJkLnNlcnZpY2UKYmVnaW4gImFkZHJlc3MgaW4gJG5vZGVfbmV0d29yayIKIyBUaGUgZmlyc3QgYWRkcmVzcyBvZiB0aGlzIG1hY2hpbmUgdGhhdCBsaWVzIGluIHRoZSBub2RlIG5ldHdvcmssIHdpdGggaXRzIGludGVyZmFjZS4KZmluZF9hZGRyZXNzKCkgewogIGZvdW5kPSQoaXAgLW8gYWRkciBzaG93IHRvICIkbm9kZV9uZXR3b3JrIiBzY29wZSBnbG9iYWwgfCBoZWFkIC1uIDEpCiAgWyAtbiAiJGZvdW5kIiBdCn0KYWRkcmVzcz0KaWYgcmV0cnkgIiRuZXR3b3JrX3RyaWVzIiA1IGZpbmRfYWRkcmVzczsgdGhlbgogICMgRmllbGRzOiBpbmRleCwgaW50ZXJmYWNlLCBmYW1pbHksIGFkZHJlc3MvcHJlZml4LgogICMgc2hlbGxjaGVjayBkaXNhYmxlPVNDMjA4NgogIHNldCAtLSAkZm91bmQKICBpbnRlcmZhY2U9JDIgYWRkcmVzcz0kezQlLyp9CmVsaWYgWyAiJG5ldHdvcmtfcmVxdWlyZWQiID0geWVzIF07IHRoZW4KICBzYXkgInRoaXMgbWFjaGluZSBoYXMgbm8gYWRkcmVzcyBpbiAkbm9kZV9uZXR3b3JrIgogIGV4aXQgMQplbHNlCiAgc2F5ICJ0aGlzIG1hY2hpbmUgaGFzIG5vIGFkZHJlc3MgaW4gJG5vZGVfbmV0d29yazogazNzIHRha2VzIHRoZSBpbnRlcmZhY2Ugb2YgdGhlIGRlZmF1bHQgcm91dGUiCmZpCmlmIFsgLW4gIiRhZGRyZXNzIiBdOyB0aGVuCiAgdW1hc2sgMDc3CiAgcHJpbnRmICdub2RlLWlwOiAiJXMiXG5mbGFubmVsLWlmYWNlOiAiJXMiXG4nICIkYWRkcmVzcyIgIiRpbnRlcmZhY2UiID4vZXRjL3JhbmNoZXIvazNzL2NvbmZpZy55YW1sLmQvMjAtYWRkcmVzcy55YW1sCmZpCiMgVGhlIHByb2plY3QsIHRoZSB6b25lIGFuZCB0aGUgbmFtZTsgdGhlIHpvbmUgY29tZXMgYXMgcHJvamVjdHMvPG51bWJlcj4vem9uZXMvPHpvbmU+LgppZGVudGl0eSgpIHsKICBwcm9qZWN0PSQoZ29vZ2xlIHByb2plY3QvcHJvamVjdC1pZCkgJiYgem9uZT0kKGdvb2dsZSBpbnN0YW5jZS96b25lKSAmJiBuYW1lPSQoZ29vZ2xlIGluc3RhbmNlL25hbWUpICYmCiAgICBbIC1uICIkbmFtZSIgXSAmJiBpZD0iZ2NlOi8vJHByb2plY3QvJHt6b25lIyMqL30vJG5hbWUiCn0KZ29vZ2xlKCkgewogIG1ldGFkYXRhICIvY29tcHV0ZU1ldGFkYXRhL3YxLyQxIiAtSCAnTWV0YWRhdGEtRmxhdm9yOiBHb29nbGUnCn0KbWV0YWRhdGEoKSB7CiAgcGF0aD0kMQogIHNoaWZ0CiAgY3VybCAtZnNTIC0tbm9wcm94eSAnKicgLS1tYXgtdGltZSA1ICIkQCIgImh0dHA6Ly8xNjkuMjU0LjE2OS4yNTQkcGF0aCIKfQpiZWdpbiAnaWRlbnRpdHkgYXQgdGhlIHByb3ZpZGVyJwppZiAhIHJldHJ5IDYgNSBpZGVudGl0eTsgdGhlbgogIHNheSAndGhlIG1ldGFkYXRhIHNlcnZpY2UgZG9lcyBub3Qgc2F5IHdoaWNoIG1hY2hpbmUgdGhpcyBpcycKICBleGl0IDEKZmkKIyBUaGUgY2x1c3RlciBhdXRvc2NhbGVyIGtub3dzIGEgbm9kZSBieSBpdC4KdW1hc2sgMDc3CnByaW50ZiAna3ViZWxldC1hcmcrOlxuICAtICJwcm92aWRlci1pZD0lcyJcbicgIiRpZCIgPi9ldGMvcmFuY2hlci9rM3MvY29uZmlnLnlhbWwuZC8zMC1wcm92aWRlci55YW1sCmJlZ2luICdmb3VuZGluZyBvciBqb2luaW5nJwojIEEgcmVwbGFjZWQgZmlyc3Qgc2VydmVyIG11c3Qgbm90IGZvdW5kIGEgc2Vjb25kIGNsdXN0ZXIgYmVzaWRlIHRoZSBvbmUgdGhhdCBpcyBydW5uaW5nLgphcGlfYW5zd2VycygpIHsgWyAiJChjdXJsIC1zayAtLW1heC10aW1lIDUgImh0dHBzOi8vJGFwaV9ob3N0OjY0NDMvcGluZyIpIiA9IHBvbmcgXTsgfQp1bWFzayAwNzcKaWYgWyAtZCAiJGRhdGFfZGlyL3NlcnZlci9kYi9ldGNkIiBdOyB0aGVuCiAgc2F5ICd0aGUgY2x1c3RlciBpcyBvbiBkaXNrIGFscmVhZHknCmVsaWYgcmV0cnkgMyA1IGFwaV9hbnN3ZXJzOyB0aGVuCiAgc2F5ICJqb2luaW5nIHRoZSBjbHVzdGVyIHRoYXQgYW5zd2VycyBhdCAkYXBpX2hvc3QiCiAgcHJpbnRmICdzZXJ2ZXI6ICJodHRwczovLyVzOjY0NDMiXG4nICIkYXBpX2hvc3QiID4vZXRjL3JhbmNoZXIvazNzL2NvbmZpZy55YW1sLmQvMzAtY2x1c3Rlci55YW1sCmVsc2UKICBwcmludGYgJ2NsdXN0ZXItaW5pdDogdHJ1ZVxuJyA+L2V0Yy9yYW5jaGVyL2szcy9jb25maWcueWFtbC5kLzMwLWNsdXN0ZXIueWFtbApmaQpiZWdpbiAiazNzICRyb2xlIgpmZXRjaF9pbnN0YWxsZXIoKSB7CiAgY3VybCAtZnNTTCAtLW1heC10aW1lIDYwIC1vICIkc3RhdGUvaW5zdGFsbC1rM3Muc2giICIkaW5zdGFsbGVyIiAmJgogICAgZWNobyAiJGluc3RhbGxlcl9zaGEyNTYgICRzdGF0ZS9pbnN0YWxsLWszcy5zaCIgfCBzaGEyNTZzdW0gLWMgLS1xdWlldCAtCn0KcmV0cnkgMjAgMTUgZmV0Y2hfaW5zdGFsbGVyCiMgVGhlIHJvbGUgaXMgZ2l2ZW4gYnkgbmFtZTogdGhlIGluc3RhbGxlciBkb2VzIG5vdCByZWFkIGNvbmZpZy55YW1sLiBJdCBob2xkcyB0aGUgYmluYXJ5IGFnYWluc3QgaXRzIHJlbGVhc2UncyBjaGVja3N1bXMuCmluc3RhbGxfazNzKCkgewogIGVudiAiJGszc19yZWxlYXNlIiBJTlNUQUxMX0szU19TS0lQX1NUQVJUPXRydWUgSU5TVEFMTF9LM1NfU0tJUF9TRUxJTlVYX1JQTT10cnVlIFwKICAgIHNoICIkc3RhdGUvaW5zdGFsbC1rM3Muc2giICIkcm9sZSIKfQpyZXRyeSAyMCAxNSBpbnN0YWxsX2szcwojIHN5c3RlbWQgZ29lcyBvbiB0cnlpbmcgd2hlcmUgdGhlIEFQSSBkb2VzIG5vdCBhbnN3ZXIgeWV0OyBjbG91ZC1pbml0IG11c3Qgbm90IHdhaXQgZm9yIGl0LgpbIC1lIC9ydW4vZ2tjLXJlYm9vdCBdIHx8IHN5c3RlbWN0bCBzdGFydCAtLW5vLWJsb2NrICIkdW5pdCIKc2F5ICdmaW5pc2hlZCcK'
packages ca-certificates curl nftables
move_sshd /etc/ssh/sshd_config.d/10-gkc.conf 'Port 2244
PasswordAuthentication no
'
/usr/local/sbin/gkc-node
