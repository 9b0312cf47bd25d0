//! What the reference documents say about the golden trees, asserted by hand on data that was read back, not on what was
//! built before: a golden tree that is rewritten with a mistake in it fails here.
//!
//! Sources, named at each assertion: `G` is reference/gitpod.md, `K` reference/k3s-cloud-init.md, `T` reference/tailscale.md,
//! `R` reference/rule-catalogue.md, `A` design/artifacts.md, `L` design/config-language.md; then the section.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod airgap;
mod autoscaled_groups;
mod azure_external_db;
mod contracts;
mod dual_stack;
mod firewall;
mod gcp_large;
mod guide;
mod hetzner_large;
mod hetzner_medium;
mod hetzner_tailnet;
mod index;
mod isolation;
mod k3s;
mod login;
mod machines;
mod quickstart;
mod render;
mod rpi_tailscale;
mod tree;
mod way_out;

#[path = "../support/mod.rs"]
mod support;
