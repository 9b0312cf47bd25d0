# Coder's state: the database, at a private address in a network of Google's that is peered with the nodes'.

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

variable "database_network" {
  description = "A free address range for the database: outside cluster.network.nodes, pods and services"
  type        = string
  default     = "10.100.16.0/20"
}

# Google would choose any range that is free in the network, and does not know those of pods and services.
resource "google_compute_global_address" "database" {
  name          = "${var.name}-database"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  address       = cidrhost(var.database_network, 0)
  prefix_length = tonumber(split("/", var.database_network)[1])
  network       = google_compute_network.nodes.id
}

# Google refuses to delete the connection for days after the last instance: README.md says how to take it down.
resource "google_service_networking_connection" "database" {
  network                 = google_compute_network.nodes.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.database.name]
  deletion_policy         = "ABANDON"
}

resource "google_sql_database_instance" "db" {
  name                = "${var.name}-coder-${random_id.db.hex}"
  region              = var.region
  database_version    = "POSTGRES_17"
  deletion_protection = true

  settings {
    edition           = "ENTERPRISE"
    tier              = "db-custom-2-8192"
    availability_type = "REGIONAL"

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.nodes.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }
  }

  depends_on = [google_service_networking_connection.database]
}

resource "google_sql_database" "coder" {
  name     = "coder"
  instance = google_sql_database_instance.db.name
}

# The instance deletes its users and their objects itself.
resource "google_sql_user" "coder" {
  name            = "coder"
  instance        = google_sql_database_instance.db.name
  password        = random_password.db.result
  deletion_policy = "ABANDON"
}
