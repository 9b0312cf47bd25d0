//! Texts in the configuration that others read: the contents of files.

use crate::diagnostic::{Severity, Sink};
use crate::model::Spanned;
use crate::rules::Report;
use crate::source::Span;

/// How many faults of one file are reported: more say no more, and each is looked for in all of the text.
pub(super) const MOST_FAULTS: usize = 100;

/// The place of a part of a text in the configuration, or all of the text where that is spelt differently.
pub(super) fn place_in(report: &Report<'_>, text: &Spanned<&str>, at: usize, part: &str) -> Span {
    let written = report.text(text.span);
    let before = text
        .value
        .get(..at)
        .map_or(0, |before| before.matches(part).count());
    match written.match_indices(part).nth(before) {
        Some((start, _)) if !part.is_empty() => {
            let start = text.span.start as usize + start;
            Span::new(text.span.file, start, start + part.len())
        }
        _ => text.span,
    }
}

/// The lines of a text, each with its place.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split('\n').map(move |line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    })
}

/// Whether a text seems to be of Kubernetes.
pub(super) fn is_object(text: &str) -> bool {
    text.contains("apiVersion")
}

/// The first thing that is wrong with the YAML of a file, and its place in the configuration.
pub(super) fn first_error(
    content: &Spanned<&str>,
    sink: Sink,
    report: &Report<'_>,
) -> Option<(Span, String)> {
    let found = sink.finish();
    let error = found.iter().find(|found| found.severity == Severity::Error)?;
    let range = error.span.start as usize..error.span.end as usize;
    let part = content.value.get(range.clone()).unwrap_or_default();
    Some((
        place_in(report, content, range.start, part),
        format!("invalid YAML: {}", error.message),
    ))
}
