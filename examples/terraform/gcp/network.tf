# The network, and access to the machines.

locals {
  # The sources of the load balancers' health checks (cloud.google.com/load-balancing/docs/health-check-concepts).
  probe_ranges = ["35.191.0.0/16", "209.85.152.0/22", "209.85.204.0/22"]

  # This network has no IPv6: `cluster.network.ipv6` requires further resources. A rule without any IPv4 source is left out, since Google
  # takes a rule without sources for one that admits everybody.
  ipv4_rules = {
    for rule in module.gkc.firewall_rules : rule.name => merge(rule, {
      sources = [for source in rule.sources : source if length(regexall(":", source)) == 0]
    })
  }
  firewall_rules = { for name, rule in local.ipv4_rules : name => rule if length(rule.sources) > 0 }
  unreachable    = [for name, rule in local.ipv4_rules : name if length(rule.sources) == 0]
}

resource "google_compute_network" "nodes" {
  name                    = var.name
  auto_create_subnetworks = false

  lifecycle {
    precondition {
      condition     = length(local.unreachable) == 0
      error_message = "This network has no IPv6, and these rules have only IPv6 sources: ${join(", ", local.unreachable)}. Add IPv4 sources to cluster.firewall, or remove the key."
    }
  }
}

resource "google_compute_subnetwork" "nodes" {
  name          = var.name
  network       = google_compute_network.nodes.id
  region        = var.region
  ip_cidr_range = var.node_network
}

resource "google_compute_firewall" "gkc" {
  for_each = local.firewall_rules

  name          = "${var.name}-${each.key}"
  network       = google_compute_network.nodes.id
  direction     = "INGRESS"
  source_ranges = each.value.sources
  target_tags   = each.value.to == "servers" ? ["${var.name}-server"] : ["${var.name}-server", "${var.name}-agent"]

  allow {
    protocol = each.value.protocol
    ports    = [each.value.from_port == each.value.to_port ? tostring(each.value.from_port) : "${each.value.from_port}-${each.value.to_port}"]
  }
}

resource "google_compute_firewall" "probes" {
  name          = "${var.name}-probes"
  network       = google_compute_network.nodes.id
  direction     = "INGRESS"
  source_ranges = local.probe_ranges
  target_tags   = ["${var.name}-server", "${var.name}-agent"]

  allow {
    protocol = "tcp"
    ports    = ["443", "6443"]
  }
}

# Outbound access, for images and packages: the machines have no public addresses.
resource "google_compute_router" "out" {
  name    = var.name
  network = google_compute_network.nodes.id
  region  = var.region
}

resource "google_compute_router_nat" "out" {
  name                               = var.name
  router                             = google_compute_router.out.name
  region                             = var.region
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"

  # By default a machine has 64 ports, and so 64 connections to one address, such as a registry's, at a time.
  enable_dynamic_port_allocation = true
  min_ports_per_vm               = 128
  max_ports_per_vm               = 8192
}

# Inbound access. Packets are forwarded unchanged: TLS ends in the cluster. Machines do not register through a load balancer: packets
# that a server sends to a Google load balancer in front of it stay on that server.

resource "google_compute_address" "api" {
  name   = "${var.name}-api"
  region = var.region
}

resource "google_compute_region_health_check" "api" {
  name   = "${var.name}-api"
  region = var.region

  tcp_health_check {
    port = 6443
  }
}

resource "google_compute_region_backend_service" "api" {
  name                  = "${var.name}-api"
  region                = var.region
  protocol              = "TCP"
  load_balancing_scheme = "EXTERNAL"
  health_checks         = [google_compute_region_health_check.api.id]

  dynamic "backend" {
    for_each = google_compute_instance_group.servers
    content {
      group          = backend.value.id
      balancing_mode = "CONNECTION"
    }
  }
}

resource "google_compute_forwarding_rule" "api" {
  name                  = "${var.name}-api"
  region                = var.region
  load_balancing_scheme = "EXTERNAL"
  ip_address            = google_compute_address.api.address
  ip_protocol           = "TCP"
  ports                 = ["6443"]
  backend_service       = google_compute_region_backend_service.api.id
}

resource "google_compute_address" "web" {
  name   = "${var.name}-web"
  region = var.region
}

resource "google_compute_region_health_check" "web" {
  name   = "${var.name}-web"
  region = var.region

  tcp_health_check {
    port = 443
  }
}

resource "google_compute_region_backend_service" "web" {
  name                  = "${var.name}-web"
  region                = var.region
  protocol              = "TCP"
  load_balancing_scheme = "EXTERNAL"
  health_checks         = [google_compute_region_health_check.web.id]

  dynamic "backend" {
    for_each = google_compute_instance_group_manager.pool
    content {
      group          = backend.value.instance_group
      balancing_mode = "CONNECTION"
    }
  }
}

resource "google_compute_forwarding_rule" "web" {
  name                  = "${var.name}-web"
  region                = var.region
  load_balancing_scheme = "EXTERNAL"
  ip_address            = google_compute_address.web.address
  ip_protocol           = "TCP"
  ports                 = [for port in values(module.gkc.ingress_ports) : tostring(port)]
  backend_service       = google_compute_region_backend_service.web.id
}

# DNS

locals {
  # Addresses by target of a DNS record. Records with the target `address` contain their own; addresses in a tailnet are known only to the
  # machines once they have joined.
  record_targets = {
    servers        = [for address in google_compute_address.server : address.address]
    servers-public = [google_compute_address.api.address]
    nodes          = [google_compute_address.web.address]
  }
}

moved {
  from = google_dns_record_set.gitpod
  to   = google_dns_record_set.platform
}

resource "google_dns_record_set" "platform" {
  for_each = { for record in module.gkc.dns_records : record.name => record if record.target != "servers-tailnet" }

  project      = var.dns_project
  managed_zone = var.dns_zone
  name         = "${each.key}."
  type         = "A"
  ttl          = 300
  rrdatas      = merge(local.record_targets, { address = [each.value.value] })[each.value.target]
}
