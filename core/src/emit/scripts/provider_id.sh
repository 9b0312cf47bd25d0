metadata() {
  path=$1
  shift
  curl -fsS --noproxy '*' --max-time 5 "$@" "http://169.254.169.254$path"
}
begin 'identity at the provider'
if ! retry 6 5 identity; then
  say 'the metadata service does not say which machine this is'
  exit 1
fi
# The cluster autoscaler knows a node by it.
umask 077
printf 'kubelet-arg+:\n  - "provider-id=%s"\n' "$id" >/etc/rancher/k3s/config.yaml.d/30-provider.yaml
