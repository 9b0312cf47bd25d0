# The installer copies these into k3s's environment, and k3s passes them to containerd.
set -a
. /etc/gkc/proxy.env
set +a
