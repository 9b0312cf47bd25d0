//! Rules on the machines.

pub(in crate::rules) mod labels;
mod names;
mod workloads;
pub(in crate::rules) mod written;

pub mod api_host_missing;
pub mod api_on_one_server;
pub mod api_unreachable;
pub mod autoscale_bounds;
pub mod autoscale_without_actor;
pub mod autoscaled_pool_holds_state;
pub mod autoscaler_idle;
pub mod autoscaler_names;
pub mod autoscaler_root_password;
pub mod autoscaler_zones;
pub mod cloud_name_invalid;
pub mod cluster_no_server;
pub mod duplicate_node_name;
pub mod etcd_even_servers;
pub mod kubelet_cgroup_v1;
pub mod label_restricted_prefix;
pub mod label_value_invalid;
pub mod location_unknown;
pub mod machine_type_unknown_or_retired;
pub mod manager_runs_workspaces;
pub mod no_schedulable_node;
pub mod node_name_invalid;
pub mod node_too_small;
pub mod single_server_no_backup;
pub mod taint_invalid;
pub mod workload_nowhere;
pub mod workload_unknown;
