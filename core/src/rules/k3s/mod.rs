//! Rules on k3s.

mod manifests;
pub(in crate::rules) mod node_ports;
pub(in crate::rules) mod passthrough;

pub mod airgap_invalid;
pub mod bind_loopback_multi_node;
pub mod cloud_controller_disabled;
pub mod cni_missing;
pub mod coredns_custom_invalid;
pub mod coredns_disabled;
pub mod cron_invalid;
pub mod datastore_endpoint_invalid;
pub mod datastore_tls_disabled;
pub mod flannel_external_ip_unset;
pub mod k3s_address_shared;
pub mod k3s_argument_invalid;
pub mod k3s_disable_unknown_component;
pub mod k3s_key_managed;
pub mod k3s_part_disabled;
pub mod k3s_token_full;
pub mod k3s_unknown_key;
pub mod k3s_value_invalid;
pub mod k3s_version_invalid;
pub mod k3s_version_too_old;
pub mod k3s_version_unpinned;
pub mod kernel_defaults_unset;
pub mod kubeconfig_world_readable;
pub mod manifest_invalid;
pub mod max_pods_exceed_range;
pub mod nodeport_range_overlap;
pub mod registries_invalid;
pub mod resolv_conf_stub;
pub mod secrets_encryption_off;
pub mod servicelb_disabled_without_lb;
pub mod snapshots_pointless;
pub mod sqlite_with_several_servers;
