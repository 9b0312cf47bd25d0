# The module that gkc built from gitpod-k3s.yaml. Its variables are the values that only Terraform knows;
# build/terraform/module.tf.example shows the same call.
module "gkc" {
  source = "./build/terraform"

  azurerm_mysql_flexible_server_db_administrator_login = azurerm_mysql_flexible_server.db.administrator_login
  azurerm_mysql_flexible_server_db_fqdn                = azurerm_mysql_flexible_server.db.fqdn
  azurerm_public_ip_web_ip_address                     = azurerm_public_ip.web.ip_address
  azurerm_resource_group_cluster_name                  = azurerm_resource_group.cluster.name
  random_password_db_result                            = random_password.db.result
  var_subscription_id                                  = var.subscription_id
}
