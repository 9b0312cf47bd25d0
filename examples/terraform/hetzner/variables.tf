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
  default     = "ubuntu-22.04"
}

variable "node_network" {
  description = "cluster.network.nodes"
  type        = string
  default     = "10.2.0.0/16"
}

variable "public_ipv4" {
  description = "Whether the machines have public IPv4 addresses: false if cluster.network.gateway is set"
  type        = bool
  default     = true
}

# For the NAT gateway, which exists only without public IPv4 addresses.

variable "gateway_type" {
  description = "The machine type of the NAT gateway, one that the location sells"
  type        = string
  default     = "cpx12"
}

variable "gateway_sources" {
  description = "Address ranges that can reach sshd on the NAT gateway"
  type        = list(string)
  default     = []
}

variable "gateway_keys" {
  description = "SSH keys of the user `gateway` of the NAT gateway, who has no shell: for `ssh -J` to the machines"
  type        = list(string)
  default     = []
}
