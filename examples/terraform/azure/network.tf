# The network, and access to the machines.

locals {
  # The machines use one half of the range, the database a small part of the other half.
  machine_range  = cidrsubnet(var.node_network, 1, 0)
  database_range = cidrsubnet(var.node_network, 8, 255)

  # This network has no IPv6: `cluster.network.ipv6` requires further resources. A rule without any IPv4 source is left out, since a rule
  # without sources could admit everybody.
  ipv4_rules     = [for rule in module.gkc.firewall_rules : merge(rule, { sources = [for source in rule.sources : source if length(regexall(":", source)) == 0] })]
  firewall_rules = [for rule in local.ipv4_rules : rule if length(rule.sources) > 0]
  unreachable    = [for rule in local.ipv4_rules : rule.name if length(rule.sources) == 0]
}

resource "azurerm_resource_group" "cluster" {
  name     = var.name
  location = var.location
}

resource "azurerm_virtual_network" "nodes" {
  name                = var.name
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location
  address_space       = [var.node_network]
}

resource "azurerm_subnet" "nodes" {
  name                 = "nodes"
  resource_group_name  = azurerm_resource_group.cluster.name
  virtual_network_name = azurerm_virtual_network.nodes.name
  address_prefixes     = [local.machine_range]
}

# Rules that apply only to servers refer to this group.
resource "azurerm_application_security_group" "servers" {
  name                = "${var.name}-servers"
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location
}

# The rules are part of the group: Azure gets all of them in one request, so a rule that moves never meets another one at its priority.
resource "azurerm_network_security_group" "nodes" {
  name                = "${var.name}-nodes"
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location

  dynamic "security_rule" {
    for_each = local.firewall_rules
    content {
      name                    = security_rule.value.name
      priority                = 100 + security_rule.key
      direction               = "Inbound"
      access                  = "Allow"
      protocol                = title(security_rule.value.protocol)
      source_port_range       = "*"
      source_address_prefixes = security_rule.value.sources
      destination_port_range  = security_rule.value.from_port == security_rule.value.to_port ? tostring(security_rule.value.from_port) : "${security_rule.value.from_port}-${security_rule.value.to_port}"

      destination_address_prefix                 = security_rule.value.to == "servers" ? null : "*"
      destination_application_security_group_ids = security_rule.value.to == "servers" ? [azurerm_application_security_group.servers.id] : null
    }
  }

  # Azure's own last rules admit everything from this network, peered networks and VPNs. The rules above have what the machines require;
  # the load balancer's probes come from an address that Azure counts as part of the network.
  security_rule {
    name                       = "probes"
    priority                   = 4095
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "*"
    source_port_range          = "*"
    source_address_prefix      = "AzureLoadBalancer"
    destination_port_range     = "*"
    destination_address_prefix = "*"
  }

  security_rule {
    name                       = "not-listed"
    priority                   = 4096
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "*"
    source_port_range          = "*"
    source_address_prefix      = "VirtualNetwork"
    destination_port_range     = "*"
    destination_address_prefix = "*"
  }

  lifecycle {
    precondition {
      condition     = length(local.unreachable) == 0
      error_message = "This network has no IPv6, and these rules have only IPv6 sources: ${join(", ", local.unreachable)}. Add IPv4 sources to cluster.firewall, or remove the key."
    }
  }
}

resource "azurerm_subnet_network_security_group_association" "nodes" {
  subnet_id                 = azurerm_subnet.nodes.id
  network_security_group_id = azurerm_network_security_group.nodes.id
}

# Outbound access, for images and packages: the load balancer's rules do not provide it reliably.
resource "azurerm_public_ip" "out" {
  name                = "${var.name}-out"
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location
  allocation_method   = "Static"
  sku                 = "Standard"
}

resource "azurerm_nat_gateway" "out" {
  name                = var.name
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location
}

resource "azurerm_nat_gateway_public_ip_association" "out" {
  nat_gateway_id       = azurerm_nat_gateway.out.id
  public_ip_address_id = azurerm_public_ip.out.id
}

resource "azurerm_subnet_nat_gateway_association" "out" {
  subnet_id      = azurerm_subnet.nodes.id
  nat_gateway_id = azurerm_nat_gateway.out.id
}

# Inbound access. One address: the API's port leads to the servers, the platform's ports lead to the pools.

resource "azurerm_public_ip" "web" {
  name                = "${var.name}-web"
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location
  allocation_method   = "Static"
  sku                 = "Standard"
}

resource "azurerm_lb" "web" {
  name                = "${var.name}-web"
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location
  sku                 = "Standard"

  frontend_ip_configuration {
    name                 = "web"
    public_ip_address_id = azurerm_public_ip.web.id
  }
}

resource "azurerm_lb_backend_address_pool" "servers" {
  name            = "servers"
  loadbalancer_id = azurerm_lb.web.id
}

resource "azurerm_lb_backend_address_pool" "agents" {
  name            = "agents"
  loadbalancer_id = azurerm_lb.web.id
}

locals {
  # Packets are forwarded unchanged: TLS ends in the cluster.
  balanced = merge(
    { for name, port in module.gkc.ingress_ports : trimprefix(name, "workspace-") => { port = port, pool = azurerm_lb_backend_address_pool.agents.id } },
    { api = { port = 6443, pool = azurerm_lb_backend_address_pool.servers.id } },
  )
}

resource "azurerm_lb_probe" "web" {
  for_each = local.balanced

  name            = each.key
  loadbalancer_id = azurerm_lb.web.id
  protocol        = "Tcp"
  port            = each.value.port
}

resource "azurerm_lb_rule" "web" {
  for_each = local.balanced

  name                           = each.key
  loadbalancer_id                = azurerm_lb.web.id
  protocol                       = "Tcp"
  frontend_port                  = each.value.port
  backend_port                   = each.value.port
  frontend_ip_configuration_name = "web"
  backend_address_pool_ids       = [each.value.pool]
  probe_id                       = azurerm_lb_probe.web[each.key].id
  disable_outbound_snat          = true

  # Idle connections, such as a terminal, last for half an hour instead of four minutes, and both ends learn that one was closed.
  idle_timeout_in_minutes = 30
  tcp_reset_enabled       = true
}

# DNS

locals {
  # Addresses by target of a DNS record. Records with the target `address` contain their own; addresses in a tailnet are known only to the
  # machines once they have joined.
  record_targets = {
    servers        = [for interface in azurerm_network_interface.server : interface.private_ip_address]
    servers-public = [azurerm_public_ip.web.ip_address]
    nodes          = [azurerm_public_ip.web.ip_address]
  }
}

moved {
  from = azurerm_dns_a_record.gitpod
  to   = azurerm_dns_a_record.platform
}

resource "azurerm_dns_a_record" "platform" {
  for_each = { for record in module.gkc.dns_records : record.name => record if record.target != "servers-tailnet" }

  name                = each.key == var.dns_zone ? "@" : trimsuffix(each.key, ".${var.dns_zone}")
  zone_name           = var.dns_zone
  resource_group_name = var.dns_resource_group
  ttl                 = 300
  records             = merge(local.record_targets, { address = [each.value.value] })[each.value.target]
}
