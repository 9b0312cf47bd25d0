//! Edits on what is written, with its quotes and its neighbours.

use super::Report;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::emit::yaml_scalar;
use crate::source::Span;

/// How the scalar at `span` is written when it says `text`: in the quotes it has, and with some where it needs them.
///
/// None for an alias, whose value stands elsewhere, and for a block scalar.
pub(super) fn scalar(report: &Report<'_>, span: Span, text: &str) -> Option<String> {
    match report.text(span).as_bytes().first()? {
        b'*' | b'|' | b'>' => None,
        b'\'' if !text.contains('\n') => Some(format!("'{}'", text.replace('\'', "''"))),
        b'"' => Some(yaml_scalar::double_quoted(text)),
        // A comma would end a value between brackets.
        _ if yaml_scalar::plain_is_safe(text) && !text.contains(',') => Some(text.to_owned()),
        _ => Some(yaml_scalar::double_quoted(text)),
    }
}

/// The fix that makes the scalar at `span` say `text`, where it can be edited.
pub(super) fn write(
    report: &Report<'_>,
    span: Span,
    text: &str,
    applicability: Applicability,
) -> Option<Fix> {
    Some(Fix {
        title: format!("write `{text}`"),
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

/// The fix that takes an item out of a list, given the item before it: in brackets with the comma before it, else with its
/// line. None where a comment, an anchor or a tag stands beside it, which belongs to somebody.
pub(super) fn remove_item(report: &Report<'_>, title: String, before: Span, item: Span) -> Option<Fix> {
    let text = report.file.text();
    let (from, start) = (before.end as usize, item.start as usize);
    let gap = text.get(from..start)?;
    if gap.trim() == "," {
        let span = Span::new(item.file, from, item.end as usize);
        return Some(Fix::safe(title, span, ""));
    }
    let line = from + gap.rfind('\n')?;
    let behind = text.get(item.end as usize..)?.lines().next().unwrap_or("");
    let alone = text.get(line..start)?.trim() == "-" && behind.trim().is_empty();
    alone.then(|| Fix::safe(title, Span::new(item.file, line, item.end as usize), ""))
}
