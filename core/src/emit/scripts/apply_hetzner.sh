
in_autoscaler() { kubectl -n kube-system get secret gkc-autoscaler -o "jsonpath={.data.$1}" | base64 -d; }

# hetzner PATH OPTION...: asks the API. The token comes on standard input, where no other process sees it.
hetzner() {
  path=$1
  shift
  printf 'header = "Authorization: Bearer %s"\n' "$token" |
    curl --silent --show-error --config - --get "$@" "https://api.hetzner.cloud/v1/$path"
}

# A number can be an ID or a name, and the autoscaler tries both, too.
is_at_hetzner() {
  case $2 in
  *[!0-9]*) ;;
  *)
    answer=$(hetzner "$1/$2") || exit 1
    case $answer in *'"id"'*) return 0 ;; esac
    ;;
  esac
  answer=$(hetzner "$1" --data-urlencode "name=$2") || exit 1
  case $answer in *'"id"'*) return 0 ;; esac
  return 1
}

need_at_hetzner() {
  name=$(in_autoscaler "$2")
  if [ -n "$name" ] && ! is_at_hetzner "$1" "$name"; then
    say "the Hetzner project has no '$name' among its $1: create it, or change cluster.autoscaler.hetzner.$2"
    exit 1
  fi
}

# The autoscaler reports no error for what does not exist: its machines then have no firewall, or no private address.
check_hetzner() {
  token=$(in_autoscaler token)
  answer=$(hetzner networks) || exit 1
  case $answer in
  *'"networks"'*) ;;
  *)
    say "Hetzner does not accept cluster.autoscaler.hetzner.token: $answer"
    exit 1
    ;;
  esac
  need_at_hetzner networks network
  need_at_hetzner firewalls firewall
  need_at_hetzner ssh_keys sshKey
  say 'network and firewall of the autoscaler: found'
}
