locals {
  servers = module.gkc.servers["servers"]

  # All servers by index: server 0 initializes the cluster, the others join it.
  server_places = { for place in range(local.servers.count) : format("%s-server-%d", var.name, place + 1) => place }
}

# Servers

# Their addresses are separate resources, so the DNS record that machines register at does not depend on any machine.
resource "google_compute_address" "server" {
  for_each = local.server_places

  name         = each.key
  region       = var.region
  address_type = "INTERNAL"
  subnetwork   = google_compute_subnetwork.nodes.id
}

resource "google_compute_instance" "server" {
  for_each = local.server_places

  name         = each.key
  zone         = var.zones[each.value % length(var.zones)]
  machine_type = local.servers.machine_type
  tags         = ["${var.name}-server"]

  boot_disk {
    initialize_params {
      image = var.image
      size  = 64
      type  = "pd-ssd"
    }
  }

  network_interface {
    subnetwork = google_compute_subnetwork.nodes.id
    network_ip = google_compute_address.server[each.key].address
  }

  # The identity of the cluster autoscaler.
  service_account {
    email  = google_service_account.servers.email
    scopes = ["cloud-platform"]
  }

  metadata = {
    user-data = each.value == 0 ? module.gkc.cloud_init_server_init : module.gkc.cloud_init_server_join
  }

  # A server holds etcd's data, and cloud-init runs once, when the server is created. For each of these, Google replaces a machine or
  # requires that it is stopped, and Terraform would do it to all servers at once. README.md has the steps for replacing them one by one,
  # which applies all changes.
  lifecycle {
    ignore_changes = [boot_disk, machine_type, metadata["user-data"], network_interface, service_account, zone]
  }

  # Its script downloads files, which requires outbound access.
  depends_on = [google_compute_router_nat.out]
}

# The identity that resizes the pools' groups and lists their machines.
resource "google_service_account" "servers" {
  account_id   = "${var.name}-servers"
  display_name = "The cluster autoscaler, on servers"
}

resource "google_project_iam_member" "servers" {
  project = var.project
  role    = "roles/compute.instanceAdmin.v1"
  member  = google_service_account.servers.member
}

# One group per zone: unmanaged groups cannot span zones. A group can be empty, for which Google requires its network. A group that goes is
# deleted last, since Google keeps a group that a load balancer uses.
resource "google_compute_instance_group" "servers" {
  for_each = toset(var.zones)

  name    = "${var.name}-servers-${each.key}"
  zone    = each.key
  network = google_compute_network.nodes.id

  lifecycle {
    create_before_destroy = true
    ignore_changes        = [instances]
  }
}

# A resource per server: a replaced server gets into its group, and so behind the load balancer, in the same run.
resource "google_compute_instance_group_membership" "server" {
  for_each = local.server_places

  zone           = google_compute_instance.server[each.key].zone
  instance_group = google_compute_instance_group.servers[google_compute_instance.server[each.key].zone].name
  instance       = google_compute_instance.server[each.key].self_link

  lifecycle {
    precondition {
      condition     = contains(var.zones, google_compute_instance.server[each.key].zone)
      error_message = "${each.key} is still in zone ${google_compute_instance.server[each.key].zone}, which is not in var.zones. README.md has the steps for leaving a zone."
    }
  }
}

# Pools

locals {
  # A pool has a group in each zone, with its share of the machines: the autoscaler does not support groups that span zones.
  groups = merge([
    for name, pool in module.gkc.pools : {
      for place, zone in distinct(var.zones) : "${name}-${zone}" => {
        pool = name
        zone = zone
        size = floor(coalesce(pool.count, pool.min) / length(distinct(var.zones))) + (place < coalesce(pool.count, pool.min) % length(distinct(var.zones)) ? 1 : 0)
      }
    }
  ]...)

  # The OS, labels and taints of a pool's machines, for when it has none: the autoscaler reads them from `kube-env`.
  node_settings = {
    for name, pool in module.gkc.pools : name => join(";", [
      "os=linux",
      "os_distribution=ubuntu",
      "node_labels=${join(",", [for label, value in pool.labels : "${label}=${value}"])}",
      "node_taints=${join(",", [for taint in pool.taints : replace(taint, "/^([^=:]*):/", "$1=:")])}",
    ])
  }
}

# Templates are immutable: the new one is created before the old one is deleted.
resource "google_compute_instance_template" "pool" {
  for_each = module.gkc.pools

  name_prefix  = "${var.name}-${each.key}-"
  machine_type = each.value.machine_type
  tags         = ["${var.name}-agent"]

  disk {
    source_image = var.image
    boot         = true
    auto_delete  = true
    disk_size_gb = 256
    disk_type    = "pd-ssd"
  }

  network_interface {
    subnetwork = google_compute_subnetwork.nodes.id
  }

  metadata = {
    user-data = module.gkc.cloud_init_pools[each.key]
    kube-env  = "AUTOSCALER_ENV_VARS: ${local.node_settings[each.key]}"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# New machines of a group get the new user-data. Running machines keep theirs until they are replaced, because workspaces run on them
# (`type` is OPPORTUNISTIC). So changes of user-data are not ignored here.
resource "google_compute_instance_group_manager" "pool" {
  for_each = local.groups

  # The autoscaler finds a pool's groups by this name.
  name               = "${var.name}-${each.value.pool}"
  base_instance_name = "${var.name}-${each.value.pool}"
  zone               = each.value.zone
  target_size        = each.value.size

  version {
    instance_template = google_compute_instance_template.pool[each.value.pool].id
  }

  update_policy {
    type                  = "OPPORTUNISTIC"
    minimal_action        = "REPLACE"
    max_surge_fixed       = 1
    max_unavailable_fixed = 0
  }

  # The autoscaler sets the size of autoscaled pools. For other pools, run `gcloud compute instance-groups managed resize` after changing
  # the count. A group that goes is deleted last, since Google keeps a group that a load balancer uses.
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [target_size]
  }

  depends_on = [google_compute_router_nat.out]
}
