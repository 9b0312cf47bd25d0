begin 'clock'
# With a wrong clock, certificates and package lists are rejected. A Raspberry Pi has no battery-backed clock.
in_time() { [ "$(timedatectl show -p NTPSynchronized --value)" = yes ]; }
retry 12 5 in_time || say 'the clock is not synchronized yet'
