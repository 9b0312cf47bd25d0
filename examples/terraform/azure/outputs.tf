output "servers" {
  description = "The servers' addresses in the network; sshd listens on ssh_port"
  value       = { for name, interface in azurerm_network_interface.server : name => interface.private_ip_address }
}

output "ssh_port" {
  description = "The port of sshd on the machines"
  value       = module.gkc.ssh_port
}

output "api_address" {
  description = "Where kubectl reaches the Kubernetes API from outside"
  value       = azurerm_public_ip.web.ip_address
}

output "rendered" {
  description = "Rendered files of build/ with values from Terraform, by path"
  value       = module.gkc.rendered
  sensitive   = true
}
