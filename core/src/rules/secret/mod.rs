//! Rules on secrets, whatever they are for.

mod examples;

pub mod private_key_in_config;
pub mod secret_known_example;
pub mod secret_literal;
pub mod secret_name_invalid;
pub mod secret_reused;
pub mod secret_wrong_kind;
pub mod service_account_not_json;
