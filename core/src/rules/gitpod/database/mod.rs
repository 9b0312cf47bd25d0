//! Rules on the MySQL database.

mod keys;

pub mod db_cloudsql_instance_format;
pub mod db_encryption_key_alphabet;
pub mod db_encryption_key_duplicate;
pub mod db_encryption_key_length;
pub mod db_encryption_key_public_default;
pub mod db_encryption_key_removed;
pub mod db_encryption_keys_primary;
pub mod db_host_has_scheme;
pub mod db_incluster_production;
pub mod db_password_shell_unsafe;
pub mod db_port_invalid;
pub mod db_tls_missing;
pub mod db_username_azure;
