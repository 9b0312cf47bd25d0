output "servers" {
  description = "The servers' addresses, for SSH at ssh_port and the Kubernetes API at 6443: public ones if they have any"
  value = {
    for name, place in local.server_places :
    name => var.public_ipv4 ? hcloud_server.server[name].ipv4_address : cidrhost(var.node_network, -32 - place)
  }
}

output "gateway" {
  description = "The public address of the NAT gateway; null if the machines have their own"
  value       = one(hcloud_server.gateway[*].ipv4_address)
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
