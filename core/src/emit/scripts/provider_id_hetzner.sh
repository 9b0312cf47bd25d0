# The server's ID at Hetzner.
identity() {
  number=$(metadata /hetzner/v1/metadata/instance-id) && [ -n "$number" ] && id="hcloud://$number"
}
