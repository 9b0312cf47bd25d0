//! Rules on secrets, whatever they are for.

pub mod known_example;
pub mod literal;
pub mod name_invalid;
pub mod private_key;
pub mod ref_unresolved;
pub mod reused;
pub mod service_account_not_json;
