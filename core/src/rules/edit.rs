//! Edits that respect quotes and neighbouring entries.

use super::Report;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
pub(super) use crate::emit::yaml_scalar::double_quoted;
use crate::source::Span;
use crate::syntax::entry_extent;

/// `text` as a replacement for the scalar at `span`, in the same quotes; plain if it was plain and needs none.
///
/// None for block scalars, aliases and tags.
pub(super) fn scalar(report: &Report<'_>, span: Span, text: &str) -> Option<String> {
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

/// The fix that replaces the scalar at `span` with `text`, if it can be edited.
pub(super) fn write(
    report: &Report<'_>,
    span: Span,
    text: &str,
    applicability: Applicability,
) -> Option<Fix> {
    Some(Fix {
        title: format!("use `{text}`"),
        applicability,
        edits: vec![Edit {
            span,
            text: scalar(report, span, text)?,
        }],
    })
}

/// The finding with its fix, where there is one.
pub(super) fn attach(finding: Diagnostic, fix: Option<Fix>) -> Diagnostic {
    fix.into_iter().fold(finding, Diagnostic::fix)
}

/// The fix that removes an item from a list, given the item before it: with its comma in brackets, otherwise with its line.
/// None next to a comment, an anchor or a tag.
pub(super) fn remove_item(report: &Report<'_>, title: String, before: Span, item: Span) -> Option<Fix> {
    let text = report.file.text();
    let (from, start) = (before.end as usize, item.start as usize);
    let gap = text.get(from..start)?;
    if gap.trim() == "," {
        let span = Span::new(item.file, from, item.end as usize);
        return Some(Fix::safe(title, span, ""));
    }
    let above = gap.get(..gap.rfind('\n')?)?;
    let line = from + above.strip_suffix('\r').unwrap_or(above).len();
    let behind = text.get(item.end as usize..)?.lines().next().unwrap_or("");
    let alone = text.get(line..start)?.trim() == "-" && behind.trim().is_empty();
    alone.then(|| Fix::safe(title, Span::new(item.file, line, item.end as usize), ""))
}

/// The finding with `near` as its help, and as a fix if it can be edited.
pub(super) fn respelt(report: &Report<'_>, finding: Diagnostic, span: Span, near: &str) -> Diagnostic {
    match scalar(report, span, near) {
        Some(text) => {
            let title = format!("use `{text}`");
            finding.help(title.clone()).fix(Fix::safe(title, span, text))
        }
        None => finding.help(format!("use `{near}`")),
    }
}

/// Whether every reader reads plain `text` as the same string, in flow and block collections.
pub(crate) fn is_plain_everywhere(text: &str) -> bool {
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

/// Numbers in any notation, base 60 and dates, but not IPv4 addresses.
fn may_be_a_number(lower: &str) -> bool {
    let digits = |c: char| c.is_ascii_digit() || "_.:+-e".contains(c);
    let prefixed = ["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix));
    let first = lower.starts_with(|c: char| c.is_ascii_digit());
    let address = lower.parse::<std::net::Ipv4Addr>().is_ok();
    prefixed || lower.parse::<f64>().is_ok() || first && lower.chars().all(digits) && !address
}

/// The span to delete in order to remove an entry of a mapping.
pub(super) fn entry(report: &Report<'_>, key: Span, value: Span) -> Span {
    entry_extent(report.file.text(), key, value)
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
            "v1.36.5+k3s1",
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
