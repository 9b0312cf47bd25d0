# The virtual machine's resource ID, which includes its scale set.
identity() {
  resource=$(metadata '/metadata/instance/compute/resourceId?api-version=2021-02-01&format=text' -H 'Metadata: true') &&
    [ -n "$resource" ] && id="azure://$resource"
}
