# The database, in its own subnet, at an address that is known only inside the network.

# Azure demands characters of three kinds.
resource "random_password" "db" {
  length      = 32
  special     = false
  min_lower   = 1
  min_upper   = 1
  min_numeric = 1
}

# The server's name is part of a public DNS name, so it must be unique among all customers'.
resource "random_id" "db" {
  byte_length = 3
}

resource "azurerm_subnet" "database" {
  name                 = "database"
  resource_group_name  = azurerm_resource_group.cluster.name
  virtual_network_name = azurerm_virtual_network.nodes.name
  address_prefixes     = [local.database_range]

  delegation {
    name = "postgresql"

    service_delegation {
      name    = "Microsoft.DBforPostgreSQL/flexibleServers"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

resource "azurerm_private_dns_zone" "database" {
  name                = "${var.name}.postgres.database.azure.com"
  resource_group_name = azurerm_resource_group.cluster.name
}

resource "azurerm_private_dns_zone_virtual_network_link" "database" {
  name                = var.name
  private_dns_zone_id = azurerm_private_dns_zone.database.id
  virtual_network_id  = azurerm_virtual_network.nodes.id
}

resource "azurerm_postgresql_flexible_server" "db" {
  name                          = "${var.name}-coder-${random_id.db.hex}"
  resource_group_name           = azurerm_resource_group.cluster.name
  location                      = azurerm_resource_group.cluster.location
  version                       = "17"
  sku_name                      = "GP_Standard_D2ds_v5"
  storage_mb                    = 65536
  auto_grow_enabled             = true
  administrator_login           = "coder"
  administrator_password        = random_password.db.result
  delegated_subnet_id           = azurerm_subnet.database.id
  private_dns_zone_id           = azurerm_private_dns_zone.database.id
  public_network_access_enabled = false
  backup_retention_days         = 14

  # Storage that has grown cannot shrink, and Azure chooses the zone.
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [storage_mb, zone]
  }

  depends_on = [azurerm_private_dns_zone_virtual_network_link.database]
}

resource "azurerm_postgresql_flexible_server_database" "coder" {
  name      = "coder"
  server_id = azurerm_postgresql_flexible_server.db.id

  lifecycle {
    prevent_destroy = true
  }
}
