//! Texts and places of edits, so that a file that was fixed is written the way its author wrote it.

use crate::rules::Report;
use crate::source::Span;

/// `text` as the scalar at `span` has to be written, in the quotes that are there; without any where none are needed.
///
/// Absent for scalars in a form that an edit would have to undo: blocks, aliases, tags.
pub(in crate::rules) fn rewritten(report: &Report<'_>, span: Span, text: &str) -> Option<String> {
    let old = report.text(span);
    match old.chars().next()? {
        '"' => Some(double_quoted(text)),
        '\'' if text.chars().all(|c| !c.is_control()) => Some(format!("'{}'", text.replace('\'', "''"))),
        '\'' => Some(double_quoted(text)),
        '|' | '>' | '&' | '*' | '!' => None,
        _ if is_plain_everywhere(text) => Some(text.to_owned()),
        _ => Some(double_quoted(text)),
    }
}

/// `text` in double quotes.
pub(in crate::rules) fn double_quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Whether `text` is the same string without quotes, in flow and block collections, to every reader.
fn is_plain_everywhere(text: &str) -> bool {
    let body = |c: char| c.is_ascii_alphanumeric() || "-_./+=:@".contains(c);
    let begins = |c: char| c.is_ascii_alphanumeric() || c == '/';
    let known = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "~"];
    let number = text.parse::<f64>().is_ok()
        || text.starts_with(|c: char| c.is_ascii_digit())
            && text.chars().all(|c| c.is_ascii_digit() || ":_.".contains(c))
            && !is_address(text);
    text.starts_with(begins)
        && text.chars().all(body)
        && !text.ends_with(':')
        && !known.contains(&text.to_ascii_lowercase().as_str())
        && !number
}

/// Four numbers with dots are no number to anybody.
fn is_address(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

/// The place to empty so that an entry of a mapping is gone: with its line where it has one for itself, with its comma where
/// it shares one.
pub(in crate::rules) fn entry(report: &Report<'_>, key: Span, value: Span) -> Span {
    let text = report.file.text();
    let (before, after) = (
        text.get(..key.start as usize).unwrap_or(""),
        text.get(value.end as usize..).unwrap_or(""),
    );
    let span = |start: usize, end: usize| Span::new(key.file, start, end);
    let (start, end) = (key.start as usize, value.end as usize);
    let blank = |c: char| c == ' ' || c == '\t';
    let rest = after.trim_start_matches(blank);
    let gap = after.len() - rest.len();
    if let Some(next) = rest.strip_prefix(',') {
        return span(start, text.len() - next.trim_start_matches(blank).len());
    }
    let bare = before.trim_end_matches(blank);
    let alone = bare.is_empty() || bare.ends_with('\n');
    if alone && (rest.is_empty() || rest.starts_with(['\n', '\r', '#'])) {
        let line = rest.find('\n').map_or(rest.len(), |at| at + 1);
        return span(bare.len(), end + gap + line);
    }
    match bare.strip_suffix(',') {
        Some(others) => span(others.len(), end),
        None => span(start, end),
    }
}
