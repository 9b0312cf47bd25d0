begin 'initialize or join the cluster'
# A replaced first server must not initialize a second cluster, and its own address may be the API's.
api_answers() {
  for api_host in $api_hosts; do
    [ "$(curl -sk --max-time 5 "https://$api_host:6443/ping")" != pong ] || return 0
  done
  return 1
}
umask 077
if [ -d "$data_dir/server/db/etcd" ]; then
  say 'etcd data found on disk'
elif retry "$api_tries" 5 api_answers; then
  say "joining the running cluster at $api_host"
  printf 'server: "https://%s:6443"\n' "$api_host" >/etc/rancher/k3s/config.yaml.d/30-cluster.yaml
else
  printf 'cluster-init: true\n' >/etc/rancher/k3s/config.yaml.d/30-cluster.yaml
fi
