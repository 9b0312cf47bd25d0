metadata() {
  path=$1
  shift
  curl -fsS --noproxy '*' --max-time 5 "$@" "http://169.254.169.254$path"
}
begin 'provider ID'
if ! retry 6 5 identity; then
  say 'the metadata service did not return the ID of this machine'
  exit 1
fi
# The controllers of the provider match nodes to machines by this ID.
umask 077
printf 'kubelet-arg+:\n  - "provider-id=%s"\n' "$id" >/etc/rancher/k3s/config.yaml.d/30-provider.yaml
