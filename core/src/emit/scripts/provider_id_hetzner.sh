# The number of the server.
identity() {
  number=$(metadata /hetzner/v1/metadata/instance-id) && [ -n "$number" ] && id="hcloud://$number"
}
