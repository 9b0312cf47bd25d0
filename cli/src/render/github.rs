//! Annotations in a run of GitHub Actions, as
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands> describes them.

use super::Outcome;
use super::entry::{Entry, entries};
use super::text::readable;
use gkc_core::diagnostic::Severity;

/// A workflow command for each finding; `path` gives the paths of files in the repository.
pub fn render(outcomes: &[Outcome], path: &dyn Fn(&str) -> String) -> String {
    entries(outcomes)
        .iter()
        .map(|entry| command(entry, path))
        .collect()
}

fn command(entry: &Entry<'_>, path: &dyn Fn(&str) -> String) -> String {
    let kind = match entry.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    };
    let mut properties = vec![("file", path(entry.path))];
    if let Some(rule) = entry.rule {
        properties.push(("line", entry.start.line.to_string()));
        properties.push(("endLine", entry.end.line.to_string()));
        // Columns of a range of several lines are refused.
        if entry.start.line == entry.end.line {
            properties.push(("col", entry.start.column.to_string()));
            properties.push(("endColumn", entry.end.column.to_string()));
        }
        properties.push(("title", rule.to_owned()));
    }
    let properties: Vec<String> = properties
        .iter()
        .map(|(key, value)| format!("{key}={}", escape(value).replace(':', "%3A").replace(',', "%2C")))
        .collect();
    let lines: Vec<&str> = std::iter::once(entry.message)
        .chain(entry.more.iter().map(String::as_str))
        .collect();
    format!(
        "::{kind} {}::{}\n",
        properties.join(","),
        escape(&readable(&lines.join("\n")))
    )
}

/// The characters that end a command, and the one that escapes them.
fn escape(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
