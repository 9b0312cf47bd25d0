//! Rules on the Gitpod installation itself.

pub mod acme_email_invalid;
pub mod acme_staging_issuer;
pub mod certificate_self_signed;
pub mod dns01_invalid;
pub mod duration_format;
pub mod gitpod_kind_unsupported;
pub mod images_not_public;
pub mod no_auth_provider_on_public;
pub mod no_authorized_keys;
pub mod oauth_duplicate_host;
pub mod oauth_host_has_scheme;
pub mod quantity_format;
pub mod release_invalid;
pub mod repository_invalid;
pub mod tls_cert_san_mismatch;
pub mod tls_key_mismatch;
