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

/// The place to empty so that an entry of a mapping, or an item of a list, is gone: with its line where it has one for itself,
/// with its comma where it shares one.
pub(in crate::rules) fn entry(report: &Report<'_>, from: Span, to: Span) -> Span {
    let at = |start: u32| {
        report.text(Span {
            file: from.file,
            start,
            end: start + 1,
        })
    };
    let mut start = from.start;
    while start > 0 && matches!(at(start - 1), " " | "\t") {
        start -= 1;
    }
    let mut end = to.end;
    while matches!(at(end), " " | "\t") {
        end += 1;
    }
    let line = Span { start, end, ..from };
    if start == 0 || at(start - 1) == "\n" {
        return match at(end) {
            "\n" => Span { end: end + 1, ..line },
            "#" => Span {
                end: line_end(&at, end),
                ..line
            },
            _ => Span { end, ..from },
        };
    }
    if at(end) == "," {
        end += 1;
        while matches!(at(end), " " | "\t") {
            end += 1;
        }
        return Span { end, ..from };
    }
    match at(start.saturating_sub(1)) {
        "," => Span {
            start: start - 1,
            end: to.end,
            ..from
        },
        _ => Span { end: to.end, ..from },
    }
}

fn line_end<'t>(at: &impl Fn(u32) -> &'t str, mut end: u32) -> u32 {
    // A character of several bytes is read as nothing, so the bound is the next line break only.
    for _ in 0..4096 {
        end += 1;
        if at(end - 1) == "\n" {
            break;
        }
    }
    end
}
