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
    name = "mysql"

    service_delegation {
      name    = "Microsoft.DBforMySQL/flexibleServers"
      actions = ["Microsoft.Network/virtualNetworks/subnets/join/action"]
    }
  }
}

resource "azurerm_private_dns_zone" "database" {
  name                = "${var.name}.mysql.database.azure.com"
  resource_group_name = azurerm_resource_group.cluster.name
}

resource "azurerm_private_dns_zone_virtual_network_link" "database" {
  name                = var.name
  private_dns_zone_id = azurerm_private_dns_zone.database.id
  virtual_network_id  = azurerm_virtual_network.nodes.id
}

# Gitpod's driver (mysql 2.18) can only log in with mysql_native_password, which MySQL 8.4 has turned off. Azure charges for
# 8.0's extended support.
resource "azurerm_mysql_flexible_server" "db" {
  name                   = "${var.name}-gitpod-${random_id.db.hex}"
  resource_group_name    = azurerm_resource_group.cluster.name
  location               = azurerm_resource_group.cluster.location
  version                = "8.0.21"
  sku_name               = "GP_Standard_D2ds_v4"
  administrator_login    = "gitpod"
  administrator_password = random_password.db.result
  delegated_subnet_id    = azurerm_subnet.database.id
  private_dns_zone_id    = azurerm_private_dns_zone.database.id
  public_network_access  = "Disabled"
  backup_retention_days  = 7

  lifecycle {
    prevent_destroy = true
    ignore_changes  = [zone]
  }

  depends_on = [azurerm_private_dns_zone_virtual_network_link.database]
}

# Gitpod creates its tables with the timestamp defaults of MySQL 5.7 (gitpod#4169).
resource "azurerm_mysql_flexible_server_configuration" "timestamps" {
  name                = "explicit_defaults_for_timestamp"
  resource_group_name = azurerm_resource_group.cluster.name
  server_name         = azurerm_mysql_flexible_server.db.name
  value               = "OFF"
}

# Gitpod requires this database and creates the others itself.
resource "azurerm_mysql_flexible_database" "gitpod" {
  name                = "gitpod"
  resource_group_name = azurerm_resource_group.cluster.name
  server_name         = azurerm_mysql_flexible_server.db.name
  charset             = "utf8mb4"
  collation           = "utf8mb4_general_ci"
}
