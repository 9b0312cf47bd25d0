# The module that gkc built from gitpod-k3s.yaml. Its variables are the values that only Terraform knows;
# build/terraform/module.tf.example shows the same call.
module "gkc" {
  source = "./build/terraform"

  azurerm_postgresql_flexible_server_db_administrator_login = azurerm_postgresql_flexible_server.db.administrator_login
  azurerm_postgresql_flexible_server_db_fqdn                = azurerm_postgresql_flexible_server.db.fqdn
  azurerm_public_ip_web_ip_address                          = azurerm_public_ip.web.ip_address
  random_password_db_result                                 = random_password.db.result
}
