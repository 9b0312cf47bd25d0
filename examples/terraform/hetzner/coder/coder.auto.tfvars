# cluster.os
image = "ubuntu-24.04"
