//! Rules on the Git hosts that users log in with.

pub mod oauth_type_mismatch;
