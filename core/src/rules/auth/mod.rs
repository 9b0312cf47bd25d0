//! Rules on the Git hosts that users log in with.

pub mod git_host_unlikely;
pub mod oauth_client_unlikely;
pub mod oauth_type_mismatch;
