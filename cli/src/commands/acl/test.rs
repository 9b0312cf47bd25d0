//! `gkc acl test`

use super::text;
use crate::args::AclTest;
use crate::commands::print;
use crate::exit::{Failure, Status};
use gkc_core::tailnet::suite::{self, CheckResult};

pub fn run(args: &AclTest) -> Result<Status, Failure> {
    let mut results = Vec::new();
    for path in &args.suites {
        let suite = suite::read(&text(path)?)
            .map_err(|error| Failure::new(format!("cannot run `{path}`: {}", error.0)))?;
        results.extend(suite::run(&suite));
    }
    let mut out: String = results.iter().filter(|result| !result.passed).map(line).collect();
    out.push_str(&format!("{}\n", suite::summary(&results)));
    print(&out)?;
    Ok(if results.iter().any(CheckResult::fails) {
        Status::Findings
    } else {
        Status::Clean
    })
}

/// A check that fails, or one that is shown only: of low confidence, or with another reason for the same verdict.
fn line(result: &CheckResult) -> String {
    let word = if result.fails() { "failed" } else { "informational" };
    format!(
        "{word}: {} ({}): {}: expected {}, found {}\n",
        result.vector, result.kind, result.check, result.expected, result.found
    )
}
