variable "project" {
  description = "The project for all resources except the DNS records"
  type        = string
}

variable "dns_project" {
  description = "The project of the DNS zone: certificate.acme.dns01.cloudDNS.project"
  type        = string
  default     = "acme-dns"
}

variable "dns_zone" {
  description = "The name in Cloud DNS of the zone that contains the domain of gitpod-k3s.yaml"
  type        = string
}

# These variables repeat values of gitpod-k3s.yaml.

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
  description = "cluster.autoscaler.gcp.zones: servers and pools are spread across these zones"
  type        = list(string)
  default     = ["europe-west1-b", "europe-west1-c", "europe-west1-d"]
}

variable "image" {
  description = "cluster.os, as a Google Cloud image"
  type        = string
  default     = "ubuntu-os-cloud/ubuntu-2204-lts"
}

variable "node_network" {
  description = "cluster.network.nodes"
  type        = string
  default     = "10.100.0.0/20"
}
