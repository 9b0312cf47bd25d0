//! What holds for everything that an editor shows and does. A formatted text has the same data and the same comments, formatting it again
//! changes nothing, and what is not valid is left alone. A name that is changed leaves the same findings, and can be changed back. Nothing
//! panics on a text that is being typed.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test says what went wrong by panicking"
)]

mod again;
mod generated;
mod goldens;
mod laws;
mod mutated;
mod names;
mod suite;
mod typed;

#[path = "../support/mod.rs"]
mod support;
