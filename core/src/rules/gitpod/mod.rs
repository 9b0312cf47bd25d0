//! Rules on Gitpod: the installation, what it stands on, and what it demands of the cluster that nothing else does.

pub mod database;
pub mod registries;
pub mod signups;

pub mod admin_link_invalid;
pub mod arch_not_amd64;
pub mod cluster_domain_changed;
pub mod container_runtime_docker;
pub mod custom_ca_untrusted;
pub mod duration_format;
pub mod gitpod_kind_unsupported;
pub mod images_not_public;
pub mod ipv6_only;
pub mod label_conflict;
pub mod networkpolicy_disabled;
pub mod no_auth_provider_on_public;
pub mod no_default_storageclass;
pub mod oauth_duplicate_host;
pub mod oauth_host_has_scheme;
pub mod oauth_id_invalid;
pub mod os_cgroup_v1;
pub mod os_without_shiftfs;
pub mod pod_security_policies_gone;
pub mod pod_template_invalid;
pub mod registry_node_port_excluded;
pub mod release_invalid;
pub mod release_lacks_key;
pub mod repository_invalid;
pub mod secret_ref_unresolved;
pub mod shortname_invalid;
pub mod ssh_gateway_port_conflict;
pub mod ssh_host_key_unparseable;
pub mod tailscale_ssh_and_gateway;
pub mod timeout_exceeds_lifetime;
pub mod workspace_cidr_too_small;
pub mod workspaces_not_isolated;
