begin 'clock'
# Certificates and package lists are refused by a machine whose clock is wrong, and a Raspberry Pi's stops with it.
in_time() { [ "$(timedatectl show -p NTPSynchronized --value)" = yes ]; }
retry 12 5 in_time || say 'the clock is not synchronised yet'
