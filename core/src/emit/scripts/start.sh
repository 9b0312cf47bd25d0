# systemd goes on trying where the API does not answer yet; cloud-init must not wait for it.
[ -e /run/gkc-reboot ] || systemctl start --no-block "$unit"
