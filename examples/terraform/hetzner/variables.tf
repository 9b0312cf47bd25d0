variable "hcloud_token" {
  description = "An API token of the Hetzner Cloud project, with read and write access"
  type        = string
  sensitive   = true
}

variable "cloudflare_api_token" {
  description = "A Cloudflare API token that can edit the zone"
  type        = string
  sensitive   = true
}

variable "cloudflare_zone_id" {
  description = "The ID of the zone that contains the domain of gitpod-k3s.yaml"
  type        = string
}

# These variables repeat values of gitpod-k3s.yaml.

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
  description = "The Hetzner network zone of the location"
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
