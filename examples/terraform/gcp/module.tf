# The module that gkc built from gitpod-k3s.yaml. Its variables are the values that only Terraform knows;
# build/terraform/module.tf.example shows the same call.
module "gkc" {
  source = "./build/terraform"

  base64decode_google_service_account_key_dns_private_key_    = base64decode(google_service_account_key.dns.private_key)
  base64decode_google_service_account_key_gitpod_private_key_ = base64decode(google_service_account_key.gitpod.private_key)
  google_compute_address_api_address                          = google_compute_address.api.address
  google_compute_address_web_address                          = google_compute_address.web.address
  google_service_account_gitpod_project                       = google_service_account.gitpod.project
  google_service_account_servers_project                      = google_service_account.servers.project
  google_sql_database_instance_db_connection_name             = google_sql_database_instance.db.connection_name
  google_sql_user_gitpod_name                                 = google_sql_user.gitpod.name
  random_password_db_result                                   = random_password.db.result
}
