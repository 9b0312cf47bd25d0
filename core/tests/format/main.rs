//! What holds for every formatted text: it has the same data and the same comments, formatting it again changes nothing, and what
//! is not valid is left alone.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what went wrong by panicking"
)]

mod generated;
mod goldens;
mod laws;
mod mutated;
mod suite;

#[path = "../support/mod.rs"]
mod support;
