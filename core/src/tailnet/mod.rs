//! The Tailscale policy engine: reads a policy, checks it, evaluates it against a tailnet, proves claims about it
//! and merges a cluster's needs into it.
//!
//! Pure: no file, clock, environment, randomness or thread is used, and no other part of the crate than words, source
//! text, diagnostics and facts. `docs/tailscale.md` says what is decided and what is not known.
//!
//! ```
//! use gkc_core::source::{FileId, SourceFile};
//! use gkc_core::tailnet::{check::check_text, claim::Claim, compile::service, control::Control};
//! use gkc_core::tailnet::{model::Tailnet, prove::Prover, reach::Engine};
//!
//! let file = SourceFile::new(FileId::CONFIG, "policy.hujson", r#"{
//!     "tagOwners": {"tag:k3s": []},
//!     "acls": [{"action": "accept", "src": ["tag:k3s"], "dst": ["tag:k3s:6443"]}], // agents to servers
//! }"#);
//! let tailnet: Tailnet = serde_json::from_str(r#"{"nodes": [
//!     {"name": "server", "tags": ["tag:k3s"], "ips": ["100.64.0.1"]},
//!     {"name": "laptop", "user": "ada@corp.example", "ips": ["100.64.0.2"]}]}"#).unwrap();
//!
//! let checked = check_text(&file, Control::Tailscale, Some(&tailnet));
//! assert!(checked.is_valid());
//! let engine = Engine::new(&checked.policy, &tailnet);
//! let proof = Prover::new(&engine).decide(&Claim::OnlySources {
//!     dst: vec!["tag:k3s".to_owned()],
//!     service: service("tcp:6443").unwrap(),
//!     allowed: vec!["tag:k3s".to_owned()],
//! });
//! assert!(proof.holds);
//! ```

pub mod addr;
#[cfg(feature = "internals")]
pub mod approve;
#[cfg(not(feature = "internals"))]
pub(crate) mod approve;
pub mod check;
pub mod claim;
pub mod compile;
pub mod control;
#[cfg(feature = "internals")]
pub mod cover;
#[cfg(not(feature = "internals"))]
pub(crate) mod cover;
#[cfg(feature = "internals")]
pub mod expand;
#[cfg(not(feature = "internals"))]
pub(crate) mod expand;
pub mod explain;
#[cfg(feature = "internals")]
pub mod filter;
#[cfg(not(feature = "internals"))]
pub(crate) mod filter;
#[cfg(feature = "internals")]
pub mod findings;
#[cfg(not(feature = "internals"))]
pub(crate) mod findings;
#[cfg(feature = "internals")]
pub mod hujson;
#[cfg(not(feature = "internals"))]
pub(crate) mod hujson;
pub mod merge;
pub mod model;
#[cfg(feature = "internals")]
pub mod opened;
#[cfg(not(feature = "internals"))]
pub(crate) mod opened;
pub mod policy;
pub(crate) mod posture;
pub mod prove;
pub mod query;
#[cfg(feature = "internals")]
pub mod ranges;
#[cfg(not(feature = "internals"))]
pub(crate) mod ranges;
pub mod reach;
#[cfg(feature = "internals")]
pub mod reason;
#[cfg(not(feature = "internals"))]
pub(crate) mod reason;
#[cfg(feature = "internals")]
pub mod route;
#[cfg(not(feature = "internals"))]
pub(crate) mod route;
#[cfg(feature = "internals")]
pub mod selector;
#[cfg(not(feature = "internals"))]
pub(crate) mod selector;
#[cfg(feature = "internals")]
pub mod ssh;
#[cfg(not(feature = "internals"))]
pub(crate) mod ssh;
mod ssh_tests_section;
mod stand_ins;
pub mod suite;
#[cfg(feature = "internals")]
pub mod tests_section;
#[cfg(not(feature = "internals"))]
pub(crate) mod tests_section;
#[cfg(feature = "internals")]
pub mod validate;
#[cfg(not(feature = "internals"))]
pub(crate) mod validate;
