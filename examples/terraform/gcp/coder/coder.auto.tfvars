# cluster.os
image = "ubuntu-os-cloud/ubuntu-2404-lts-amd64"
