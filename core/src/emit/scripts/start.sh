# systemd retries while the API is unreachable; cloud-init must not block on it.
[ -e /run/gkc-reboot ] || systemctl start --no-block "$unit"
