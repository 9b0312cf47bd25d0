# The installer hands these on to k3s, which hands them on to containerd.
set -a
. /etc/gkc/proxy.env
set +a
