if [ -n "$address" ]; then
  umask 077
  printf 'node-ip: "%s"\nflannel-iface: "%s"\n' "$address" "$interface" >/etc/rancher/k3s/config.yaml.d/20-address.yaml
fi
