begin 'tailscale'
keyring=/usr/share/keyrings/tailscale-archive-keyring.gpg
# Without internet access, the package comes from the machine's configured archives.
add_archive() {
  [ -n "$archive" ] || return 0
  curl -fsSL --max-time 60 -o "$keyring" "$archive/$codename.noarmor.gpg" &&
    echo "deb [signed-by=$keyring] $archive $codename main" >/etc/apt/sources.list.d/tailscale.list
}
install_tailscale() {
  add_archive && apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q "tailscale=$tailscale_version"
}
retry 20 15 install_tailscale
systemctl enable --now tailscaled
