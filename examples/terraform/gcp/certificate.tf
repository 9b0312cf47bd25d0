# The service account for the certificate: it answers the CA's challenges in the zone.
resource "google_service_account" "dns" {
  account_id   = "${var.name}-dns01"
  display_name = "cert-manager's DNS challenges"
}

resource "google_project_iam_member" "dns" {
  project = var.dns_project
  role    = "roles/dns.admin"
  member  = google_service_account.dns.member
}

resource "google_service_account_key" "dns" {
  service_account_id = google_service_account.dns.name
}
