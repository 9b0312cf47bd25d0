//! A line per finding, in the form that editors and `grep` know from compilers.

use super::Outcome;
use super::entry::{Entry, entries};
use super::text::one_line;

/// All findings, each as `FILE:LINE:COLUMN: SEVERITY: MESSAGE [RULE]`.
pub fn render(outcomes: &[Outcome]) -> String {
    entries(outcomes).iter().map(line).collect()
}

fn line(entry: &Entry<'_>) -> String {
    let (path, message) = (one_line(entry.path), one_line(entry.message));
    let severity = entry.severity.as_str();
    match entry.rule {
        Some(rule) => {
            let (line, column) = (entry.start.line, entry.start.column);
            format!("{path}:{line}:{column}: {severity}: {message} [{rule}]\n")
        }
        None => format!("{path}: {severity}: {message}\n"),
    }
}
