locals {
  servers = module.gkc.servers["servers"]

  # All servers by index: server 0 initializes the cluster, the others join it.
  server_places = { for place in range(local.servers.count) : format("%s-server-%d", var.name, place + 1) => place }
}

locals {
  # The labels and taints of an autoscaled pool's machines, for when it has none. Tag names cannot contain slashes, so the autoscaler
  # reads `_` as a slash and `~2` as `_`.
  node_tags = {
    for name, pool in module.gkc.pools : name => pool.max == null ? {} : merge(
      {
        for label, value in pool.labels :
        "k8s.io_cluster-autoscaler_node-template_label_${replace(replace(label, "_", "~2"), "/", "_")}" => value
      },
      {
        for taint in pool.taints :
        "k8s.io_cluster-autoscaler_node-template_taint_${replace(replace(replace(taint, "/[=:].*/", ""), "_", "~2"), "/", "_")}" =>
        replace(taint, "/^[^=:]*=?/", "")
      },
    )
  }
}

# Servers. Their interfaces are separate resources, so the DNS record that machines register at does not depend on any machine.

resource "azurerm_network_interface" "server" {
  for_each = local.server_places

  name                = each.key
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location

  # Azure assigns addresses from the low end of the range.
  ip_configuration {
    name                          = "nodes"
    subnet_id                     = azurerm_subnet.nodes.id
    private_ip_address_allocation = "Static"
    private_ip_address            = cidrhost(local.machine_range, -32 - each.value)
  }
}

resource "azurerm_network_interface_application_security_group_association" "server" {
  for_each = local.server_places

  network_interface_id          = azurerm_network_interface.server[each.key].id
  application_security_group_id = azurerm_application_security_group.servers.id
}

resource "azurerm_network_interface_backend_address_pool_association" "server" {
  for_each = local.server_places

  network_interface_id    = azurerm_network_interface.server[each.key].id
  ip_configuration_name   = "nodes"
  backend_address_pool_id = azurerm_lb_backend_address_pool.servers.id
}

# The identity that resizes the scale sets and lists their machines.
resource "azurerm_user_assigned_identity" "servers" {
  name                = "${var.name}-servers"
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location
}

resource "azurerm_role_assignment" "servers" {
  scope                = azurerm_resource_group.cluster.id
  role_definition_name = "Virtual Machine Contributor"
  principal_id         = azurerm_user_assigned_identity.servers.principal_id
}

# The controller that removes nodes lists the zones of a region by the subscription's providers, and exits if it may not.
resource "azurerm_role_assignment" "providers" {
  scope                = "/subscriptions/${var.subscription_id}"
  role_definition_name = "Reader"
  principal_id         = azurerm_user_assigned_identity.servers.principal_id
}

resource "azurerm_linux_virtual_machine" "server" {
  for_each = local.server_places

  name                  = each.key
  resource_group_name   = azurerm_resource_group.cluster.name
  location              = azurerm_resource_group.cluster.location
  size                  = local.servers.machine_type
  zone                  = length(var.zones) == 0 ? null : var.zones[each.value % length(var.zones)]
  network_interface_ids = [azurerm_network_interface.server[each.key].id]
  admin_username        = "azure"
  custom_data           = base64encode(each.value == 0 ? module.gkc.cloud_init_server_init : module.gkc.cloud_init_server_join)

  admin_ssh_key {
    username   = "azure"
    public_key = var.admin_ssh_key
  }

  source_image_reference {
    publisher = var.image.publisher
    offer     = var.image.offer
    sku       = var.image.sku
    version   = var.image.version
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
    disk_size_gb         = 64
  }

  # The identity of the cluster autoscaler.
  identity {
    type         = "UserAssigned"
    identity_ids = [azurerm_user_assigned_identity.servers.id]
  }

  # A server holds etcd's data. Azure replaces or stops a machine for each of these, and Terraform would do it to all of them at once.
  # README.md has the steps for replacing servers one by one, which applies all changes.
  lifecycle {
    ignore_changes = [admin_ssh_key, admin_username, custom_data, location, os_disk, size, source_image_reference, zone]
  }

  # Its scripts download files, which requires outbound access.
  depends_on = [azurerm_subnet_nat_gateway_association.out, azurerm_nat_gateway_public_ip_association.out]
}

# Pools. New machines of a scale set get the new custom data, image and size. Running machines keep theirs until they are replaced, because
# workspaces run on them: `upgrade_mode` is Manual, and `features` in versions.tf keeps the provider from reimaging them. So these changes
# are not ignored here.
resource "azurerm_linux_virtual_machine_scale_set" "pool" {
  for_each = module.gkc.pools

  name                = "${var.name}-${each.key}"
  resource_group_name = azurerm_resource_group.cluster.name
  location            = azurerm_resource_group.cluster.location
  sku                 = each.value.machine_type
  instances           = coalesce(each.value.count, each.value.min)
  admin_username      = "azure"
  custom_data         = base64encode(module.gkc.cloud_init_pools[each.key])
  upgrade_mode        = "Manual"
  overprovision       = false
  tags                = local.node_tags[each.key]

  admin_ssh_key {
    username   = "azure"
    public_key = var.admin_ssh_key
  }

  source_image_reference {
    publisher = var.image.publisher
    offer     = var.image.offer
    sku       = var.image.sku
    version   = var.image.version
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Premium_LRS"
    disk_size_gb         = 256
  }

  network_interface {
    name    = "nodes"
    primary = true

    ip_configuration {
      name                                   = "nodes"
      primary                                = true
      subnet_id                              = azurerm_subnet.nodes.id
      load_balancer_backend_address_pool_ids = [azurerm_lb_backend_address_pool.agents.id]
    }
  }

  # The autoscaler sets the size of autoscaled pools. For other pools, run `az vmss scale` after changing the count. The others replace
  # the whole set, with every machine in it.
  lifecycle {
    ignore_changes = [admin_username, instances, location, os_disk[0].storage_account_type, upgrade_mode]
  }

  depends_on = [azurerm_subnet_nat_gateway_association.out, azurerm_nat_gateway_public_ip_association.out]
}
