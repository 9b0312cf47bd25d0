variable "project" {
  description = "The project that everything but the DNS records is made in"
  type        = string
}

variable "dns_project" {
  description = "The project of the DNS zone: certificate.acme.dns01.cloudDNS.project"
  type        = string
  default     = "acme-dns"
}

variable "dns_zone" {
  description = "Cloud DNS's name of the zone that the domain of gitpod-k3s.yaml is in"
  type        = string
}

# These say again what gitpod-k3s.yaml says.

variable "name" {
  description = "cluster.name"
  type        = string
  default     = "acme"
}

variable "region" {
  description = "cluster.location"
  type        = string
  default     = "europe-west1"
}

variable "zones" {
  description = "cluster.autoscaler.gcp.zones: servers and pools are spread over them"
  type        = list(string)
  default     = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
}

variable "image" {
  description = "cluster.os, as Google calls it"
  type        = string
  default     = "ubuntu-os-cloud/ubuntu-2204-lts"
}

variable "node_network" {
  description = "cluster.network.nodes"
  type        = string
  default     = "10.100.0.0/20"
}
