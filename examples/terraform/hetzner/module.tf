# The module that gkc built from gitpod-k3s.yaml. Its variables are the values that only Terraform knows;
# build/terraform/module.tf.example shows the same call.
module "gkc" {
  source = "./build/terraform"

  hcloud_load_balancer_network_api_ip = hcloud_load_balancer_network.api.ip
  hcloud_load_balancer_web_ipv4       = hcloud_load_balancer.web.ipv4
}
