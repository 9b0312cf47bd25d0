//! The marker comments around gkc's own entries: finding them, taking the entries out, and telling where a place of
//! the text without them was in the text with them.

use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};
use crate::tailnet::findings::merge::MERGE_MARKERS;
use crate::tailnet::hujson::{Document, parse};

/// What a marker that begins an own part says first.
pub(super) const BEGIN: &str = "gkc: begin";
/// What the marker that ends it says.
pub(super) const END: &str = "gkc: end";
/// What the first says beyond that.
pub(super) const NOTICE: &str = " (written by gkc and replaced on its next run; edit outside)";

/// A text without gkc's own parts.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Base {
    /// The text.
    pub(super) text: String,
    /// The parts taken out: where each began in this text, and how long it was.
    removed: Vec<(usize, usize)>,
}

impl Base {
    /// Where a byte of this text was before the parts were taken out.
    pub(super) fn original(&self, at: usize) -> usize {
        let before = self.removed.iter().filter(|(start, _)| *start <= at);
        at + before.map(|(_, length)| length).sum::<usize>()
    }
}

/// Takes gkc's own parts out.
///
/// # Errors
/// Markers that do not pair.
pub(super) fn strip(file: &SourceFile) -> Result<Base, Vec<Diagnostic>> {
    let (document, _) = parse(file);
    let parts = own_parts(file, &document)?;
    let text = file.text();
    let mut out = String::with_capacity(text.len());
    let mut removed = Vec::new();
    let mut from = 0;
    for (start, end) in parts {
        out.push_str(text.get(from..start).unwrap_or(""));
        removed.push((out.len(), end - start));
        from = end;
    }
    out.push_str(text.get(from..).unwrap_or(""));
    Ok(Base { text: out, removed })
}

fn own_parts(file: &SourceFile, document: &Document) -> Result<Vec<(usize, usize)>, Vec<Diagnostic>> {
    let mut parts = Vec::new();
    let mut faults = Vec::new();
    let mut open: Option<Span> = None;
    for comment in &document.comments {
        let said = content(file.slice(*comment));
        let begins = said == BEGIN || said.starts_with(&format!("{BEGIN} ("));
        match (begins, said == END, open) {
            (true, _, None) => open = Some(*comment),
            (true, _, Some(_)) => faults.push(unpaired(*comment, "starts inside another")),
            (_, true, Some(begin)) => {
                parts.push((start_of(file.text(), begin), end_of(file, *comment)));
                open = None;
            }
            (_, true, None) => faults.push(unpaired(*comment, "ends a part that was not started")),
            _ => {}
        }
    }
    faults.extend(open.map(|begin| unpaired(begin, "is not ended")));
    if faults.is_empty() { Ok(parts) } else { Err(faults) }
}

fn unpaired(span: Span, what: &str) -> Diagnostic {
    MERGE_MARKERS.at(span, format!("gkc marker {what}")).help(format!(
        "restore `// {BEGIN}` and `// {END}`, or remove both and the part between them"
    ))
}

fn content(comment: &str) -> &str {
    let inner = comment.strip_prefix("//").or_else(|| {
        comment
            .strip_prefix("/*")
            .map(|c| c.strip_suffix("*/").unwrap_or(c))
    });
    inner.unwrap_or(comment).trim()
}

/// An own part begins right after a bracket, with a line break and white space of its own before the marker. Where
/// somebody moved it, only the marker itself is its beginning.
fn start_of(text: &str, begin: Span) -> usize {
    let at = begin.start as usize;
    let before = text.get(..at).unwrap_or("");
    let trimmed = before.trim_end_matches([' ', '\t']);
    let line = trimmed
        .strip_suffix('\n')
        .map_or(trimmed, |t| t.strip_suffix('\r').unwrap_or(t));
    if line.ends_with(['[', '{']) {
        line.len()
    } else {
        at
    }
}

/// A `//` comment at the end of a line of CRLF holds the CR, which is not ours.
fn end_of(file: &SourceFile, end: Span) -> usize {
    let text = file.slice(end);
    end.start as usize + text.trim_end_matches(['\r', ' ', '\t']).len()
}
