//! Rules on operating systems and SSH.

pub mod arch_not_amd64;
pub mod os_cgroup_v1;
pub mod ssh_gateway_port_conflict;
