//! Rules on the TLS certificate.

pub mod acme_email_invalid;
pub mod acme_staging_issuer;
pub mod ca_cert_invalid;
pub mod certificate_self_signed;
pub mod dns01_invalid;
pub mod dns01_without_proxy;
pub mod tls_cert_expired;
pub mod tls_cert_san_mismatch;
pub mod tls_key_mismatch;

use crate::date::Date;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::time::Time;

/// The first and the last day of a certificate; `None` for what is no certificate.
fn days(der: &[u8]) -> Option<(Date, Date)> {
    let validity = Certificate::from_der(der).ok()?.tbs_certificate.validity;
    let day = |time: Time| Date::from_unix(time.to_unix_duration().as_secs());
    Some((day(validity.not_before)?, day(validity.not_after)?))
}

/// The secrets that are certificates of an authority, and what fails without one; `{}` is the platform.
const AUTHORITIES: [(&str, &str); 4] = [
    (
        "certificate.customCa",
        "workspaces then trust no certificate of this authority",
    ),
    (
        "database.external.caCert",
        "{} finds no certificate in it and does not start",
    ),
    (
        "k3s.airgap.caCert",
        "machines cannot check the mirror's certificate and install nothing",
    ),
    (
        "k3s.datastore.caCert",
        "k3s cannot check the datastore's certificate and does not start",
    ),
];

/// The secret with the certificate that the user brings.
const CERT: &str = "certificate.provided.cert";
/// The secret with its key.
const KEY: &str = "certificate.provided.key";
