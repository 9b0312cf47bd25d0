begin "trust in $registry"
# The registry's own pods write to /etc/containerd/certs.d whom to trust, but k3s's containerd reads a folder of k3s. At each start k3s
# removes folders there that it wrote, and no links (k3s-io/k3s pkg/agent/containerd/config.go, cleanContainerdHosts). Until the pods have
# written, the link leads nowhere, and containerd passes over it.
(umask 022 && mkdir -p "$data_dir/$registries")
[ -d "$data_dir/$registries/$registry" ] ||
  ln -sfn "/etc/containerd/certs.d/$registry" "$data_dir/$registries/$registry"
