begin 'address in the tailnet'
find_tailnet_address() {
  address=$(tailscale ip -4) && [ -n "$address" ]
}
retry 12 5 find_tailnet_address
umask 077
printf 'node-ip: "%s"\nflannel-iface: "tailscale0"\n' "$address" >/etc/rancher/k3s/config.yaml.d/20-address.yaml
