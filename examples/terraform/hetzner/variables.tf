variable "hcloud_token" {
  description = "An API token of the Hetzner Cloud project, with read and write access"
  type        = string
  sensitive   = true
}

variable "cloudflare_api_token" {
  description = "An API token of Cloudflare that may edit the zone"
  type        = string
  sensitive   = true
}

variable "cloudflare_zone_id" {
  description = "The zone that the domain of gitpod-k3s.yaml is in"
  type        = string
}

# These say again what gitpod-k3s.yaml says.

variable "name" {
  description = "cluster.name"
  type        = string
  default     = "acme"
}

variable "location" {
  description = "cluster.location"
  type        = string
  default     = "nbg1"
}

variable "network_zone" {
  description = "Hetzner's network zone of that location"
  type        = string
  default     = "eu-central"
}

variable "image" {
  description = "cluster.os"
  type        = string
  default     = "ubuntu-24.04"
}

variable "node_network" {
  description = "cluster.network.nodes"
  type        = string
  default     = "10.2.0.0/16"
}
