begin "address on $interface"
find_address() {
  found=$(ip -o addr show dev "$interface" scope global | head -n 1)
  [ -n "$found" ]
}
if ! retry "$network_tries" 5 find_address; then
  say "no address on $interface"
  exit 1
fi
# Fields: index, interface, family, address/prefix.
# shellcheck disable=SC2086
set -- $found
address=${4%/*}
