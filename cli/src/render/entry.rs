//! Findings with their places, for formats that have one record for each.

use super::{Findings, Outcome};
use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::source::Position;

/// A finding, or a file that could not be read.
pub struct Entry<'o> {
    /// The file, as it was named.
    pub path: &'o str,
    /// The name of the rule; none for a file that could not be read.
    pub rule: Option<&'o str>,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: &'o str,
    /// Help and note.
    pub more: Vec<String>,
    /// Where it starts.
    pub start: Position,
    /// Where it ends.
    pub end: Position,
}

/// The start of a file, where what is wrong with all of it is reported.
const START: Position = Position { line: 1, column: 1 };

/// All findings of a run in the order of the files.
pub fn entries(outcomes: &[Outcome]) -> Vec<Entry<'_>> {
    outcomes.iter().flat_map(of).collect()
}

/// The findings of one file that was named, and of those that it refers to.
pub fn of(outcome: &Outcome) -> Vec<Entry<'_>> {
    match outcome {
        Outcome::Checked(findings) => {
            let found = findings.diagnostics.iter();
            found.map(|found| entry(findings, found)).collect()
        }
        Outcome::Unread { path, why } => vec![Entry {
            path,
            rule: None,
            severity: Severity::Error,
            message: why,
            more: Vec::new(),
            start: START,
            end: START,
        }],
    }
}

fn entry<'o>(findings: &'o Findings, found: &'o Diagnostic) -> Entry<'o> {
    let file = findings.file_of(found.span.file);
    let help = found.help.iter().map(|help| format!("help: {help}"));
    let note = found.note.iter().map(|note| format!("note: {note}"));
    Entry {
        path: file.path(),
        rule: Some(found.rule.name),
        severity: found.severity,
        message: &found.message,
        more: help.chain(note).collect(),
        start: file.position(found.span.start),
        end: file.position(found.span.end),
    }
}
