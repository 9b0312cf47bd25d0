//! Rules on the name that the platform answers at.

pub mod domain_apex_shared;
pub mod domain_has_scheme_or_port;
pub mod domain_missing;
pub mod domain_not_fqdn;
pub mod domain_not_public;
pub mod domain_placeholder;
pub mod domain_trailing_dot;
pub mod domain_uppercase;
pub mod host_is_platform;
pub mod reserved_subdomain_conflict;
