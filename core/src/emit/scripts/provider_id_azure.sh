# The resource of the virtual machine, which says the scale set that it belongs to.
identity() {
  resource=$(metadata '/metadata/instance/compute/resourceId?api-version=2021-02-01&format=text' -H 'Metadata: true') &&
    [ -n "$resource" ] && id="azure://$resource"
}
