//! The Tailscale policy engine: reads a policy, checks it, evaluates it against a tailnet, proves claims about it
//! and merges a cluster's needs into it.
//!
//! Pure: no file, clock, environment, randomness or thread is used, and no other part of the crate than source
//! text, diagnostics and facts. `docs/tailscale.md` says what is decided and what is not known.

pub mod addr;
pub mod approve;
pub mod check;
pub mod claim;
pub mod compile;
pub mod cover;
pub mod expand;
pub mod explain;
pub mod filter;
pub mod hujson;
pub mod merge;
pub mod model;
pub mod opened;
pub mod policy;
pub mod prove;
pub mod ranges;
pub mod reach;
pub mod reason;
pub mod route;
pub mod selector;
pub mod ssh;
mod ssh_tests;
mod stand_ins;
pub mod suite;
pub mod tests;
pub mod validate;
