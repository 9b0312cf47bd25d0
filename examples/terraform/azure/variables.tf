variable "subscription_id" {
  description = "The subscription that everything is made in"
  type        = string
}

variable "dns_zone" {
  description = "The DNS zone that the domain of gitpod-k3s.yaml is in, or is"
  type        = string
  default     = "acme.dev"
}

variable "dns_resource_group" {
  description = "The resource group of that zone"
  type        = string
  default     = "acme-dns"
}

variable "admin_ssh_key" {
  description = "An RSA or Ed25519 public key, since Azure makes no machine without one; gkc's user-data makes the user that people log in as"
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
  default     = "uksouth"
}

variable "node_network" {
  description = "cluster.network.nodes"
  type        = string
  default     = "10.2.0.0/16"
}

variable "image" {
  description = "cluster.os, as Azure calls it"
  type        = object({ publisher = string, offer = string, sku = string, version = string })
  default = {
    publisher = "Canonical"
    offer     = "0001-com-ubuntu-server-jammy"
    sku       = "22_04-lts-gen2"
    version   = "latest"
  }
}
