begin "address in $node_network"
# The first address of this machine that lies in the node network, with its interface.
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
  say "this machine has no address in $node_network"
  exit 1
else
  say "this machine has no address in $node_network: k3s takes the interface of the default route"
fi
