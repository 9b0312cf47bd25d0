begin 'join the tailnet'
join_tailnet() {
  # The secret of an OAuth client has no tags of its own, and is no key without them.
  case $(head -c 13 /etc/gkc/tailscale-key) in
  tskey-client-) set -- "--advertise-tags=$tailscale_tags" "$@" ;;
  esac
  timeout 90 tailscale up --auth-key=file:/etc/gkc/tailscale-key --timeout=60s "$@"
}
