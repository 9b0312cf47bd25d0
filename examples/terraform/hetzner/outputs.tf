output "servers" {
  description = "The servers' public addresses, for SSH at ssh_port and the Kubernetes API at 6443"
  value       = { for name, server in hcloud_server.server : name => server.ipv4_address }
}

output "ssh_port" {
  description = "The port of sshd on the machines"
  value       = module.gkc.ssh_port
}

output "rendered" {
  description = "Rendered files of build/ with values from Terraform, by path"
  value       = module.gkc.rendered
  sensitive   = true
}
