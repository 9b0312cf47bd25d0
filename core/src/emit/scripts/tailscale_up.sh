begin 'join the tailnet'
join_tailnet() { timeout 90 tailscale up --auth-key=file:/etc/gkc/tailscale-key --timeout=60s "$@"; }
