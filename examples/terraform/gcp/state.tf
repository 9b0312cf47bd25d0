# Gitpod's state: the database, and the service account for it and Cloud Storage. Gitpod creates its buckets itself.

resource "random_password" "db" {
  length      = 32
  special     = false
  min_lower   = 1
  min_upper   = 1
  min_numeric = 1
}

# The name of a deleted instance cannot be reused for a week.
resource "random_id" "db" {
  byte_length = 3
}

# Gitpod's driver (mysql 2.18) can only log in with mysql_native_password, which MySQL 8.4 has turned off. Google charges for
# 8.0's extended support.
resource "google_sql_database_instance" "db" {
  name                = "${var.name}-gitpod-${random_id.db.hex}"
  region              = var.region
  database_version    = "MYSQL_8_0"
  deletion_protection = true

  settings {
    tier              = "db-n1-standard-2"
    availability_type = "REGIONAL"

    # Gitpod creates its tables with the timestamp defaults of MySQL 5.7 (gitpod#4169).
    database_flags {
      name  = "explicit_defaults_for_timestamp"
      value = "off"
    }

    backup_configuration {
      enabled            = true
      binary_log_enabled = true
    }

    # Only Google's proxy, which Gitpod includes, can connect to the public address.
    ip_configuration {
      ipv4_enabled = true
    }
  }
}

# Gitpod requires this database and creates the others itself.
resource "google_sql_database" "gitpod" {
  name      = "gitpod"
  instance  = google_sql_database_instance.db.name
  charset   = "utf8mb4"
  collation = "utf8mb4_general_ci"
}

resource "google_sql_user" "gitpod" {
  name     = "gitpod"
  instance = google_sql_database_instance.db.name
  host     = "%"
  password = random_password.db.result
}

resource "google_service_account" "gitpod" {
  account_id   = "${var.name}-gitpod"
  display_name = "Gitpod's database and storage"
}

resource "google_project_iam_member" "gitpod" {
  for_each = toset(["roles/cloudsql.client", "roles/storage.admin"])

  project = var.project
  role    = each.key
  member  = google_service_account.gitpod.member
}

resource "google_service_account_key" "gitpod" {
  service_account_id = google_service_account.gitpod.name
}
