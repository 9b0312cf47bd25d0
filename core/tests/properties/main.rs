//! What holds for every build: it is repeatable, it keeps secrets where they belong, and a value that only Terraform knows makes
//! the same tree as one that is written down.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod anywhere;
mod broken;
mod canary;
mod late;
mod leaks;
mod repeatable;
mod rotation;

#[path = "../support/mod.rs"]
mod support;
