//! A code quality report of GitLab CI, as <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format> defines it.

use super::Outcome;
use super::entry::{Entry, entries};
use super::fingerprint::fingerprints;
use gkc_core::diagnostic::Severity;

/// A finding.
#[derive(serde::Serialize)]
pub struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(serde::Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(serde::Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// The name of a file that cannot be read where a rule is expected.
const UNREADABLE: &str = "unreadable-file";

/// The findings as they are written; `path` gives the paths of files in the repository.
pub fn render(outcomes: &[Outcome], path: &dyn Fn(&str) -> String) -> Vec<Issue> {
    let entries = entries(outcomes);
    let issue = |(entry, fingerprint): (&Entry<'_>, String)| Issue {
        description: entry.message.to_owned(),
        check_name: entry.rule.unwrap_or(UNREADABLE).to_owned(),
        fingerprint,
        severity: match entry.severity {
            Severity::Error => "major",
            Severity::Warning => "minor",
            Severity::Info => "info",
        },
        location: Location {
            path: path(entry.path),
            lines: Lines {
                begin: entry.start.line,
                end: entry.end.line,
            },
        },
    };
    entries.iter().zip(fingerprints(&entries)).map(issue).collect()
}
