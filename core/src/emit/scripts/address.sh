begin "address in $node_network"
# The first address of this machine in the node network, with its interface.
find_address() {
  found=$(ip -o addr show to "$node_network" scope global | head -n 1)
  [ -n "$found" ]
}
address=
if retry "$network_tries" 5 find_address; then
  # Fields: index, interface, family, address/prefix.
  # shellcheck disable=SC2086
  set -- $found
  interface=$2 address=${4%/*}
elif [ "$network_required" = yes ]; then
  say "no address in $node_network on any interface"
  exit 1
else
  say "no address in $node_network: k3s uses the interface of the default route"
fi
