//! Rules on who may sign up.

pub mod passlist_alias;
pub mod passlist_duplicate;
pub mod passlist_empty_but_enabled;
pub mod passlist_ignored;
pub mod passlist_lookalike;
pub mod passlist_not_domain;
pub mod passlist_public_mail;
pub mod passlist_subdomain_not_implied;
pub mod passlist_trailing_dot;
pub mod passlist_uppercase;
pub mod passlist_wildcard;
pub mod signups_open;
