# Project, zone and name. The metadata service returns the zone as projects/<number>/zones/<zone>.
identity() {
  project=$(google project/project-id) && zone=$(google instance/zone) && name=$(google instance/name) &&
    [ -n "$name" ] && id="gce://$project/${zone##*/}/$name"
}
google() {
  metadata "/computeMetadata/v1/$1" -H 'Metadata-Flavor: Google'
}
