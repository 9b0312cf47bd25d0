//! Rules on the MySQL database.

mod keys;

pub mod ca_not_pem;
pub mod cloudsql_instance_format;
pub mod encryption_key_alphabet;
pub mod encryption_key_duplicate;
pub mod encryption_key_length;
pub mod encryption_key_public_default;
pub mod encryption_keys_primary;
pub mod host_has_scheme;
pub mod incluster_production;
pub mod password_shell_unsafe;
pub mod port_invalid;
pub mod tls_missing;
pub mod username_azure;
