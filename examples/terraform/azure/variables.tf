variable "subscription_id" {
  description = "The subscription for all resources"
  type        = string
}

variable "dns_zone" {
  description = "The DNS zone that contains or equals the domain of gitpod-k3s.yaml"
  type        = string
  default     = "acme.dev"
}

variable "dns_resource_group" {
  description = "The resource group of the DNS zone"
  type        = string
  default     = "acme-dns"
}

variable "admin_ssh_key" {
  description = "An RSA or Ed25519 public key, which Azure requires for every machine; gkc's user-data creates the login user"
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
  default     = "uksouth"
}

variable "zones" {
  description = "Availability zones of the location, for the servers in turn; empty where it has none"
  type        = list(string)
  default     = ["1", "2", "3"]
}

variable "node_network" {
  description = "cluster.network.nodes"
  type        = string
  default     = "10.2.0.0/16"
}

variable "image" {
  description = "cluster.os, as an Azure image reference"
  type        = object({ publisher = string, offer = string, sku = string, version = string })
  default = {
    publisher = "Canonical"
    offer     = "0001-com-ubuntu-server-jammy"
    sku       = "22_04-lts-gen2"
    version   = "latest"
  }
}
