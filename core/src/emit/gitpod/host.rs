//! What workspaces need on a node.

use crate::facts::hosts::{Os, host};

/// The part of the node's script.
pub(in crate::emit) const SCRIPT: &str = include_str!("host.sh");

/// The kernel modules: Docker in a workspace needs shiftfs, where the kernel has it (gitpod#3102, #7741).
pub(in crate::emit) fn modules(os: Os) -> &'static [&'static str] {
    if host(os).shiftfs { &["shiftfs"] } else { &[] }
}
