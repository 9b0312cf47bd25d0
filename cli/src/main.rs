//! The `gkc` command.
//!
//! Everything that is known about configurations is in `gkc-core`; here are arguments, files, and what people and machines
//! read.

mod args;
mod commands;
mod exit;
mod lsp;
mod render;
mod selection;
mod workspace;

use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match commands::run(args) {
        Ok(status) => status.into(),
        Err(failure) => {
            say(&format!("gkc: {failure}\n"));
            exit::Status::Failure.into()
        }
    }
}

/// Text for people. Where nobody can read it, the exit code still says how it went.
fn say(text: &str) {
    let _ = anstream::stderr().write_all(text.as_bytes());
}
