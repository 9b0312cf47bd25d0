//! Rules on the TLS certificate.

pub mod acme_email_invalid;
pub mod acme_staging_issuer;
pub mod ca_cert_invalid;
pub mod certificate_self_signed;
pub mod dns01_invalid;
pub mod tls_cert_expired;
pub mod tls_cert_san_mismatch;
pub mod tls_key_mismatch;

/// The secret with the certificate that the user brings.
const CERT: &str = "certificate.provided.cert";
