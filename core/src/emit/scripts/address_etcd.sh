if [ -n "$address" ]; then
  umask 077
  # etcd's own; k3s gives the kubelet the address in the tailnet.
  printf 'node-ip: "%s"\n' "$address" >/etc/rancher/k3s/config.yaml.d/20-address.yaml
fi
