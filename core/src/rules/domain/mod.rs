//! Rules on the name that Gitpod answers at.

pub mod apex_shared;
pub mod has_scheme_or_port;
pub mod missing;
pub mod not_fqdn;
pub mod not_public;
pub mod placeholder;
pub mod reserved_subdomain_conflict;
pub mod trailing_dot;
pub mod uppercase;
