begin "address in $node_network_ipv6 on $interface"
# A stable address: neither temporary (privacy extensions) nor deprecated.
find_address_ipv6() {
  found=$(ip -o addr show dev "$interface" to "$node_network_ipv6" scope global primary -tentative -deprecated | head -n 1)
  [ -n "$found" ]
}
if ! retry "$network_tries" 5 find_address_ipv6; then
  say "no address in $node_network_ipv6 on $interface: k3s cannot start with IPv6 pods and services"
  exit 1
fi
# shellcheck disable=SC2086
set -- $found
address=$address,${4%/*}
