begin "address in $node_network_ipv6 on $interface"
# One that stays: neither one for privacy nor one whose time is over.
find_address_ipv6() {
  found=$(ip -o addr show dev "$interface" to "$node_network_ipv6" scope global primary -tentative -deprecated | head -n 1)
  [ -n "$found" ]
}
if ! retry "$network_tries" 5 find_address_ipv6; then
  say "this machine has no address in $node_network_ipv6 on $interface, and pods and services have IPv6: k3s would not start"
  exit 1
fi
# shellcheck disable=SC2086
set -- $found
address=$address,${4%/*}
