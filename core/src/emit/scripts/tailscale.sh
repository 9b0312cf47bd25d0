begin 'tailscale'
keyring=/usr/share/keyrings/tailscale-archive-keyring.gpg
archive=https://pkgs.tailscale.com/stable/$family
install_tailscale() {
  curl -fsSL --max-time 60 -o "$keyring" "$archive/$codename.noarmor.gpg" &&
    echo "deb [signed-by=$keyring] $archive $codename main" >/etc/apt/sources.list.d/tailscale.list &&
    apt-get update -q &&
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q "tailscale=$tailscale_version"
}
retry 20 15 install_tailscale
systemctl enable --now tailscaled
