//! Properties of the writers: other readers read back what was written, and Terraform renders a template to what
//! is written when its values are known.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what went wrong by panicking"
)]

mod awkward;
mod exact;
mod formats;
mod postgres_url;
mod shell;
mod support;
mod terraform;
