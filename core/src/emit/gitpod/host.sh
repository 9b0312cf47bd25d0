begin 'kernel headers'
# Gitpod's ws-daemon mounts /usr/src and does not start without it.
mkdir -p /usr/src
headers() { DEBIAN_FRONTEND=noninteractive apt-get install -y -q "linux-headers-$(uname -r)"; }
retry 3 20 headers || say "no headers for kernel $(uname -r): tools that build kernel modules will fail"
