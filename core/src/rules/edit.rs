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

/// The fix that takes an item out of a list, given the item before it. None where anything but punctuation stands between
/// them: comments, anchors and tags belong to somebody.
pub(super) fn remove_item(report: &Report<'_>, title: String, before: Span, item: Span) -> Option<Fix> {
    let between = Span {
        end: item.start,
        ..Span {
            start: before.end,
            ..item
        }
    };
    let gap = report.text(between);
    let bare: String = gap.chars().filter(|c| !c.is_whitespace()).collect();
    let span = match bare.as_str() {
        "," => Span {
            start: before.end,
            ..item
        },
        "-" => Span {
            start: item.start - (gap.len() - gap.rfind('\n')?) as u32,
            ..item
        },
        _ => return None,
    };
    Some(Fix::safe(title, span, ""))
}
