//! Rules on k3s.

mod passthrough;

pub mod airgap_invalid;
pub mod cron_invalid;
pub mod k3s_disable_unknown_component;
pub mod k3s_key_managed;
pub mod k3s_unknown_key;
pub mod k3s_value_invalid;
pub mod k3s_version_invalid;
pub mod k3s_version_unpinned;
pub mod no_default_storageclass;
pub mod sqlite_with_several_servers;
