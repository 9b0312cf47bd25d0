//! Rules on operating systems, SSH, and what cloud-init does beside gkc's own.

mod keys;
mod paths;
mod shell;
mod units;
mod variables;

pub(super) use shell::{Hook, hooks};

pub mod authorized_key_invalid;
pub mod authorized_key_weak;
pub mod cron_file_invalid;
pub mod extra_file_mode;
pub mod extra_file_not_executable;
pub mod extra_file_owner;
pub mod extra_file_path;
pub mod extra_file_unread;
pub mod file_unparsable;
pub mod file_unwritten;
pub mod hook_asks;
pub mod hook_bashism;
pub mod hook_command_misspelt;
pub mod hook_deletes_root;
pub mod hook_file_mode;
pub mod hook_kubectl_on_agents;
pub mod hook_never_ends;
pub mod hook_pipes_download;
pub mod hook_reboots;
pub mod hook_syntax;
pub mod hook_too_early;
pub mod hook_unit_misspelt;
pub mod host_containerd_installed;
pub mod host_firewall_blocks_pods;
pub mod module_blocked;
pub mod module_misspelt;
pub mod no_authorized_keys;
pub mod package_name_invalid;
pub mod packet_filter_flushed;
pub mod path_misspelt;
pub mod script_syntax;
pub mod script_variable_misspelt;
pub mod ssh_port_taken;
pub mod ssh_user_invalid;
pub mod sysctl_conflict;
pub mod sysctl_invalid;
pub mod sysctl_unknown;
pub mod timezone_unknown;
pub mod unit_invalid;
