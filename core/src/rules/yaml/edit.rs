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
    const WORDS: [&str; 10] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "inf"];
    let begins = |c: char| c.is_ascii_alphanumeric() || c == '/';
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_./+=:@".contains(c);
    let lower = text.to_ascii_lowercase();
    text.starts_with(begins)
        && text.chars().all(inner)
        && !text.ends_with(':')
        && !WORDS.contains(&lower.as_str())
        && !may_be_a_number(&lower)
}

/// Numbers in any notation, base 60 and dates; four numbers with dots are none of them.
fn may_be_a_number(lower: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || "_.:+-e".contains(c);
    let prefixed = ["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix));
    let first = lower.starts_with(|c: char| c.is_ascii_digit());
    let address = lower.parse::<std::net::Ipv4Addr>().is_ok();
    prefixed || lower.parse::<f64>().is_ok() || first && lower.chars().all(digits) && !address
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

#[cfg(test)]
mod tests {
    use super::is_plain_everywhere;

    #[test]
    fn what_a_reader_could_mistake_is_quoted() {
        for plain in [
            "48h",
            "2Gi",
            "10.96.0.10",
            "10.2.0.0/16",
            "2001:db8::/64",
            "v1.33.4+k3s1",
            "tag:k3s",
            "k3s-1",
        ] {
            assert!(is_plain_everywhere(plain), "{plain}");
        }
        for quoted in [
            "2",
            "1e3",
            "0x1f",
            "12:30",
            "2023-11-01",
            "2022.10",
            "no",
            "a b",
            "::1",
            "",
            "-a",
            "a:",
            "a,b",
        ] {
            assert!(!is_plain_everywhere(quoted), "{quoted}");
        }
    }
}
