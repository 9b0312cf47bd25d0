//! `gkc completions`

use super::print;
use crate::args::{Args, Completions};
use crate::exit::{Failure, Status};
use clap::CommandFactory;

pub fn run(args: &Completions) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "gkc", &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Status::Clean)
}
