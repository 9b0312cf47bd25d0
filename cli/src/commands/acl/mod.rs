//! `gkc acl`: one file for each of its commands.

mod check;
mod merge;
mod query;
mod test;

use super::{not_text, say};
use crate::args::Acl;
use crate::exit::{Failure, Status};
use crate::render::summary::counts;
use crate::render::{Findings, human};
use crate::workspace::load;
use camino::Utf8Path;
use gkc_core::diagnostic::Diagnostic;
use gkc_core::source::SourceFile;
use gkc_core::tailnet::model::Tailnet;

/// Runs a command of the policy engine.
pub fn run(args: &Acl, color: bool) -> Result<Status, Failure> {
    match args {
        Acl::Check(args) => check::run(args, color),
        Acl::Merge(args) => merge::run(args, color),
        Acl::Query(args) => query::run(args, color),
        Acl::Test(args) => test::run(args),
    }
}

/// A policy's text, or the one finding that says why it is no text.
fn read(path: &Utf8Path) -> Result<(SourceFile, Option<Diagnostic>), Failure> {
    let loaded = load(path)?;
    let problem = not_text(&loaded);
    Ok((loaded.file, problem))
}

/// A file that is not for findings: it can be read or it cannot.
fn text(path: &Utf8Path) -> Result<String, Failure> {
    match read(path)? {
        (file, None) => Ok(file.text().to_owned()),
        (_, Some(problem)) => Err(Failure::new(format!("cannot read `{path}`: {}", problem.message))),
    }
}

fn tailnet(path: &Utf8Path) -> Result<Tailnet, Failure> {
    serde_json::from_str(&text(path)?)
        .map_err(|error| Failure::new(format!("`{path}` is not a valid tailnet: {error}")))
}

/// Shows findings in one file to people.
fn show(file: SourceFile, found: Vec<Diagnostic>, color: bool) {
    if found.is_empty() {
        return;
    }
    let findings = Findings::in_one(file, found);
    say(&human::render(&findings, color));
    if let Some(summary) = counts(findings.diagnostics.iter()) {
        say(&format!("{summary}\n"));
    }
}
