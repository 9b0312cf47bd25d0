# The module that gkc built from gitpod-k3s.yaml. Its variables are the values that only Terraform knows;
# build/terraform/module.tf.example shows the same call.
module "gkc" {
  source = "./build/terraform"

  base64decode_google_service_account_key_dns_private_key_ = base64decode(google_service_account_key.dns.private_key)
  google_compute_address_api_address                       = google_compute_address.api.address
  google_compute_address_web_address                       = google_compute_address.web.address
  google_sql_database_instance_db_private_ip_address       = google_sql_database_instance.db.private_ip_address
  google_sql_database_instance_db_server_ca_cert_0__cert   = google_sql_database_instance.db.server_ca_cert[0].cert
  google_sql_user_coder_name                               = google_sql_user.coder.name
  random_password_db_result                                = random_password.db.result
}
