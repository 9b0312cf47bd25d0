locals {
  servers = module.gkc.servers["servers"]

  # All servers by index: server 0 initializes the cluster, the others join it.
  server_places = { for place in range(local.servers.count) : format("%s-server-%d", var.name, place + 1) => place }

  # All machines of all pools. Hetzner has no scaling groups: a pool has its minimum number of machines.
  pool_machines = merge([
    for name, pool in module.gkc.pools : {
      for place in range(coalesce(pool.count, pool.min)) : format("%s-%s-%d", var.name, name, place + 1) => {
        pool         = name
        machine_type = pool.machine_type
      }
    }
  ]...)

  # Addresses by target of a DNS record. Records with the target `address` contain their own; addresses in a tailnet are known only to the
  # machines once they have joined.
  record_targets = {
    servers        = [for place in local.server_places : cidrhost(var.node_network, -32 - place)]
    servers-public = [for server in hcloud_server.server : server.ipv4_address if var.public_ipv4]
    nodes          = [for machine in hcloud_server.pool : machine.ipv4_address if var.public_ipv4]
  }

  dns_addresses = merge([
    for record in module.gkc.dns_records : {
      for place, address in merge(local.record_targets, { address = [record.value] })[record.target] :
      "${record.name}/${place}" => { name = record.name, address = address }
    } if record.target != "servers-tailnet"
  ]...)
}

# The network

resource "hcloud_network" "nodes" {
  name     = var.name
  ip_range = var.node_network
}

resource "hcloud_network_subnet" "nodes" {
  network_id   = hcloud_network.nodes.id
  type         = "cloud"
  network_zone = var.network_zone
  ip_range     = var.node_network
}

# Hetzner's firewalls apply only to the machines' public addresses. Traffic inside the private network is not filtered: this is how the load
# balancers reach the machines, so the ports that they forward stay closed here.
locals {
  balanced_ports = values(module.gkc.ingress_ports)
  public_rules = [
    for rule in module.gkc.firewall_rules : rule
    if length(rule.sources) > 0 && (!contains(local.balanced_ports, rule.from_port) || rule.from_port == module.gkc.ssh_port)
  ]
}

resource "hcloud_firewall" "servers" {
  name = "${var.name}-servers"

  dynamic "rule" {
    for_each = local.public_rules
    content {
      description = rule.value.name
      direction   = "in"
      protocol    = rule.value.protocol
      port        = rule.value.from_port == rule.value.to_port ? tostring(rule.value.from_port) : "${rule.value.from_port}-${rule.value.to_port}"
      source_ips  = rule.value.sources
    }
  }
}

resource "hcloud_firewall" "agents" {
  name = "${var.name}-agents"

  dynamic "rule" {
    for_each = [for rule in local.public_rules : rule if rule.to == "nodes"]
    content {
      description = rule.value.name
      direction   = "in"
      protocol    = rule.value.protocol
      port        = rule.value.from_port == rule.value.to_port ? tostring(rule.value.from_port) : "${rule.value.from_port}-${rule.value.to_port}"
      source_ips  = rule.value.sources
    }
  }
}

# The way out for machines without public IPv4 addresses: a machine that forwards and masquerades, and the network's route to it.

locals {
  gateway_address = cidrhost(var.node_network, -18)
  masquerade      = "POSTROUTING -s ${var.node_network} ! -d ${var.node_network} -j MASQUERADE"
  forward         = "sysctl -qw net.ipv4.ip_forward=1 && { iptables -t nat -C ${local.masquerade} || iptables -t nat -A ${local.masquerade}; }"
}

resource "hcloud_firewall" "gateway" {
  count = var.public_ipv4 ? 0 : 1

  name = "${var.name}-gateway"

  dynamic "rule" {
    for_each = length(var.gateway_sources) > 0 ? ["ssh"] : []
    content {
      description = rule.value
      direction   = "in"
      protocol    = "tcp"
      port        = "22"
      source_ips  = var.gateway_sources
    }
  }
}

resource "hcloud_server" "gateway" {
  count = var.public_ipv4 ? 0 : 1

  name         = "${var.name}-gateway"
  server_type  = var.gateway_type
  image        = var.image
  location     = var.location
  firewall_ids = [hcloud_firewall.gateway[0].id]
  labels       = { cluster = var.name, role = "gateway" }

  # At each boot, before the network is up: the machines start at the same time and wait for it. `runcmd` is for images without iptables.
  user_data = "#cloud-config\n${yamlencode({
    bootcmd        = [["sh", "-c", local.forward]]
    package_update = true
    packages       = ["iptables"]
    runcmd         = [["sh", "-c", local.forward]]
    ssh_pwauth     = false
    users          = [{ name = "gateway", shell = "/usr/sbin/nologin", ssh_authorized_keys = var.gateway_keys }]
  })}"

  network {
    subnet_id = hcloud_network_subnet.nodes.id
    ip        = local.gateway_address
    alias_ips = []
  }

  # While it is replaced, no machine reaches the internet.
  lifecycle {
    ignore_changes = [image, location, server_type, user_data]
  }
}

resource "hcloud_network_route" "out" {
  count = var.public_ipv4 ? 0 : 1

  network_id  = hcloud_network.nodes.id
  destination = "0.0.0.0/0"
  gateway     = local.gateway_address

  depends_on = [hcloud_server.gateway]
}

# The machines

# Servers on different hosts: etcd does not survive the loss of most of them.
resource "hcloud_placement_group" "servers" {
  name = "${var.name}-servers"
  type = "spread"
}

resource "hcloud_server" "server" {
  for_each = local.server_places

  name               = each.key
  server_type        = local.servers.machine_type
  image              = var.image
  location           = var.location
  placement_group_id = hcloud_placement_group.servers.id
  firewall_ids       = [hcloud_firewall.servers.id]
  labels             = { cluster = var.name, role = "server" }
  user_data          = each.value == 0 ? module.gkc.cloud_init_server_init : module.gkc.cloud_init_server_join

  # `alias_ips` is empty because Terraform from 1.4 on would otherwise attach the network again on each run (hcloud#650).
  network {
    subnet_id = hcloud_network_subnet.nodes.id
    ip        = cidrhost(var.node_network, -32 - each.value)
    alias_ips = []
  }

  # Used for `cluster.network.gateway`.
  public_net {
    ipv4_enabled = var.public_ipv4
  }

  # A server holds etcd's data. The provider replaces a machine for a change of some of these and stops it for the others, and Terraform
  # would do it to all servers at once. README.md has the steps for replacing them one by one, which applies all changes.
  lifecycle {
    ignore_changes = [image, location, public_net, server_type, user_data]
  }

  # Its script downloads files, which requires outbound access.
  depends_on = [hcloud_network_route.out]
}

resource "hcloud_server" "pool" {
  for_each = local.pool_machines

  name         = each.key
  server_type  = each.value.machine_type
  image        = var.image
  location     = var.location
  firewall_ids = [hcloud_firewall.agents.id]
  labels       = { cluster = var.name, role = "agent", pool = each.value.pool }
  user_data    = module.gkc.cloud_init_pools[each.value.pool]

  network {
    subnet_id = hcloud_network_subnet.nodes.id
    alias_ips = []
  }

  public_net {
    ipv4_enabled = var.public_ipv4
  }

  # Workspaces run here: drain and replace machines one by one, as described in README.md.
  lifecycle {
    ignore_changes = [image, location, public_net, server_type, user_data]
  }

  depends_on = [hcloud_network_route.out]
}

# The load balancers. Targets are separate resources, so user-data can contain the load balancers' addresses.

resource "hcloud_load_balancer" "api" {
  name               = "${var.name}-api"
  load_balancer_type = "lb11"
  location           = var.location
}

# The address is fixed, so it is known before anything is created. Hetzner assigns addresses from the other end of the range.
# The load balancer has no public address: its traffic bypasses the servers' firewall.
resource "hcloud_load_balancer_network" "api" {
  load_balancer_id        = hcloud_load_balancer.api.id
  subnet_id               = hcloud_network_subnet.nodes.id
  ip                      = cidrhost(var.node_network, -16)
  enable_public_interface = false
}

resource "hcloud_load_balancer_service" "api" {
  load_balancer_id = hcloud_load_balancer.api.id
  protocol         = "tcp"
  listen_port      = 6443
  destination_port = 6443

  health_check {
    protocol = "tcp"
    port     = 6443
    interval = 10
    timeout  = 5
    retries  = 3
  }
}

resource "hcloud_load_balancer_target" "api" {
  for_each = { for name, server in hcloud_server.server : name => server.id }

  type             = "server"
  load_balancer_id = hcloud_load_balancer.api.id
  server_id        = each.value
  use_private_ip   = true

  depends_on = [hcloud_load_balancer_network.api]
}

resource "hcloud_load_balancer" "web" {
  name               = "${var.name}-web"
  load_balancer_type = "lb11"
  location           = var.location
}

resource "hcloud_load_balancer_network" "web" {
  load_balancer_id = hcloud_load_balancer.web.id
  subnet_id        = hcloud_network_subnet.nodes.id
  ip               = cidrhost(var.node_network, -17)
}

# Packets are forwarded unchanged: TLS ends in the cluster.
resource "hcloud_load_balancer_service" "web" {
  for_each = toset([for port in local.balanced_ports : tostring(port)])

  load_balancer_id = hcloud_load_balancer.web.id
  protocol         = "tcp"
  listen_port      = tonumber(each.key)
  destination_port = tonumber(each.key)

  health_check {
    protocol = "tcp"
    port     = tonumber(each.key)
    interval = 10
    timeout  = 5
    retries  = 3
  }
}

resource "hcloud_load_balancer_target" "web" {
  for_each = { for name, machine in hcloud_server.pool : name => machine.id }

  type             = "server"
  load_balancer_id = hcloud_load_balancer.web.id
  server_id        = each.value
  use_private_ip   = true

  depends_on = [hcloud_load_balancer_network.web]
}

# DNS

moved {
  from = cloudflare_dns_record.gitpod
  to   = cloudflare_dns_record.platform
}

# Not proxied: Cloudflare's proxy does not forward SSH and has no certificates for names two levels down.
resource "cloudflare_dns_record" "platform" {
  for_each = local.dns_addresses

  zone_id = var.cloudflare_zone_id
  name    = each.value.name
  type    = "A"
  content = each.value.address
  ttl     = 300
  proxied = false
}
