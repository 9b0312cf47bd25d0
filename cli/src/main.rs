//! The `gkc` command.
//!
//! Everything that is known about configurations is in `gkc-core`; here are arguments, files, and what people and machines
//! read.

mod args;
mod commands;
mod exit;
mod render;
mod workspace;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = args::Args::parse();
    match commands::run(args) {
        Ok(status) => status.into(),
        Err(failure) => {
            anstream::eprintln!("gkc: {failure}");
            exit::Status::Failure.into()
        }
    }
}
