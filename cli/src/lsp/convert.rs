//! Places, findings and edits of the core as the protocol has them.

use super::capabilities::Agreed;
use super::document::{Document, mark, uri_of};
use camino::Utf8Path;
use gen_lsp_types::{
    Code, CodeDescription, Diagnostic as LspDiagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DiagnosticTag, DocumentChange, Edit as LspEdit, Location, Message,
    OptionalVersionedTextDocumentIdentifier, Position, Range as LspRange, TextDocumentEdit,
    TextDocumentIdentifier, TextEdit, Uri, WorkspaceEdit,
};
use gkc_core::diagnostic::{Diagnostic, Edit, Severity, Tag};
use gkc_core::source::{Encoding, FileId, Files, SourceFile, Span};
use similar::{DiffOp, DiffTag, TextDiff};
use std::collections::HashMap;
use std::ops::Range;
use std::time::Duration;

/// A span in the units of the client.
pub fn range(file: &SourceFile, span: Span, encoding: Encoding) -> LspRange {
    LspRange {
        start: position(file, span.start, encoding),
        end: position(file, span.end, encoding),
    }
}

/// A byte in the units of the client.
pub fn position(file: &SourceFile, offset: u32, encoding: Encoding) -> Position {
    let position = file.lines().position(file.text(), offset, encoding);
    let mark = match position.line {
        1 if offset > 0 => mark(file.text(), encoding),
        _ => 0,
    };
    Position {
        line: position.line - 1,
        character: position.column - 1 + mark,
    }
}

/// Edits of documents as one change, for the versions that they were made for where the client can be told.
pub fn workspace_edit(
    edits: HashMap<Uri, Vec<TextEdit>>,
    version: impl Fn(&Uri) -> Option<i32>,
    versioned: bool,
) -> WorkspaceEdit {
    if !versioned {
        return WorkspaceEdit {
            changes: Some(edits),
            ..WorkspaceEdit::default()
        };
    }
    let change = |(uri, edits): (Uri, Vec<TextEdit>)| {
        DocumentChange::TextDocumentEdit(TextDocumentEdit {
            text_document: OptionalVersionedTextDocumentIdentifier {
                version: version(&uri),
                text_document_identifier: TextDocumentIdentifier { uri },
            },
            edits: edits.into_iter().map(LspEdit::TextEdit).collect(),
        })
    };
    let mut edits: Vec<_> = edits.into_iter().collect();
    edits.sort_by(|(a, _), (b, _)| a.0.cmp(&b.0));
    WorkspaceEdit {
        document_changes: Some(edits.into_iter().map(change).collect()),
        ..WorkspaceEdit::default()
    }
}

/// After that long a difference is taken as it is, however large.
const MAX_DIFF: Duration = Duration::from_millis(200);

/// The edits that make one text of another, each as small as words allow: what stays is not sent.
pub fn differences(file: &SourceFile, new: &str) -> Vec<Edit> {
    let old = file.text();
    let lines = TextDiff::configure().timeout(MAX_DIFF).diff_lines(old, new);
    let mut edits = Vec::new();
    for (lines, new) in changes(&lines, new) {
        let old = old.get(lines.clone()).unwrap_or("");
        let words = TextDiff::configure().timeout(MAX_DIFF).diff_words(old, new);
        for (words, new) in changes(&words, new) {
            let (same, old, new) = without_ends(old.get(words.clone()).unwrap_or(""), new);
            let start = lines.start + words.start + same;
            edits.push(with_whole_breaks(file, start..start + old.len(), new));
        }
    }
    edits
}

/// The parts that differ: the bytes of the old text, and what is there in the new one.
fn changes<'t>(diff: &TextDiff<'_, '_, '_, str>, new: &'t str) -> Vec<(Range<usize>, &'t str)> {
    let (old_starts, new_starts) = (starts(diff.old_slices()), starts(diff.new_slices()));
    let bytes = |starts: &[usize], parts: Range<usize>| {
        let at = |part: usize| starts.get(part).copied().unwrap_or(0);
        at(parts.start)..at(parts.end)
    };
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let change = |op: &DiffOp| {
        let text = new.get(bytes(&new_starts, op.new_range())).unwrap_or("");
        (bytes(&old_starts, op.old_range()), text)
    };
    changed.map(change).collect()
}

/// An edit that begins and ends between lines, not inside of a line break: there is no place there for the protocol.
fn with_whole_breaks(file: &SourceFile, mut range: Range<usize>, new: &str) -> Edit {
    let text = file.text();
    let inside = |at: usize| {
        text.get(..at).is_some_and(|text| text.ends_with('\r'))
            && text.get(at..).is_some_and(|text| text.starts_with('\n'))
    };
    let mut new = new.to_owned();
    if inside(range.end) {
        range.end += 1;
        new.push('\n');
    }
    if inside(range.start) {
        range.start -= 1;
        new.insert(0, '\r');
    }
    Edit {
        span: file.span(range),
        text: new,
    }
}

/// What is left of two texts without what they have in common at their beginnings and ends, and the length of the common beginning.
fn without_ends<'t>(old: &'t str, new: &'t str) -> (usize, &'t str, &'t str) {
    let same = |(a, b): (char, char)| (a == b).then(|| a.len_utf8());
    let start: usize = old.chars().zip(new.chars()).map_while(same).sum();
    let (old, new) = (old.get(start..).unwrap_or(""), new.get(start..).unwrap_or(""));
    let end: usize = old.chars().rev().zip(new.chars().rev()).map_while(same).sum();
    let cut = |text: &'t str| text.get(..text.len() - end).unwrap_or("");
    (start, cut(old), cut(new))
}

/// Where each part of a text begins, and where the last ends.
fn starts(parts: &[&str]) -> Vec<usize> {
    let ends = parts.iter().scan(0, |end, part| {
        *end += part.len();
        Some(*end)
    });
    std::iter::once(0).chain(ends).collect()
}

/// The files of an analysis as the client calls them.
pub struct Places<'f> {
    files: &'f Files,
    document: &'f Document,
    open: HashMap<&'f Utf8Path, &'f Uri>,
    agreed: Agreed,
}

impl<'f> Places<'f> {
    /// Of a configuration that refers to `files`. Documents that are `open` keep the names that the client gave them.
    pub fn of(
        document: &'f Document,
        files: &'f Files,
        open: HashMap<&'f Utf8Path, &'f Uri>,
        agreed: Agreed,
    ) -> Places<'f> {
        Places {
            files,
            open,
            document,
            agreed,
        }
    }

    /// A place in one of them.
    pub fn location(&self, span: Span) -> Option<Location> {
        let file = self.files.get(span.file)?;
        let uri = match span.file {
            FileId::CONFIG => self.document.uri.clone(),
            // Files that the configuration names are named from its folder.
            _ => self.uri_of(&self.document.beside(file))?,
        };
        let range = range(file, span, self.agreed.encoding);
        Some(Location { uri, range })
    }

    /// What the client calls a file that the configuration names, or would call it.
    pub fn uri_of(&self, path: &Utf8Path) -> Option<Uri> {
        match self.open.get(path) {
            Some(uri) => Some((*uri).clone()),
            None => uri_of(path),
        }
    }

    /// Edits by the documents that they are in.
    pub fn edits(&self, edits: &[Edit]) -> HashMap<Uri, Vec<TextEdit>> {
        let mut by_document: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
        for edit in edits {
            if let Some(Location { uri, range }) = self.location(edit.span) {
                let new_text = edit.text.clone();
                by_document
                    .entry(uri)
                    .or_default()
                    .push(TextEdit { range, new_text });
            }
        }
        by_document
    }

    /// Findings by the documents that they are in, the configuration among them even where it has none.
    pub fn by_document(&self, found: &[Diagnostic]) -> HashMap<Uri, Vec<LspDiagnostic>> {
        let mut by_document = HashMap::from([(self.document.uri.clone(), Vec::new())]);
        for finding in found {
            let Some(Location { uri, range }) = self.location(finding.span) else {
                continue;
            };
            by_document
                .entry(uri)
                .or_default()
                .push(self.diagnostic(finding, range));
        }
        by_document
    }

    /// A finding at its place.
    pub fn diagnostic(&self, finding: &Diagnostic, range: LspRange) -> LspDiagnostic {
        let related = finding.labels.iter().filter_map(|label| {
            let location = self.location(label.span)?;
            let message = label.message.clone();
            Some(DiagnosticRelatedInformation { location, message })
        });
        let related: Vec<_> = related.filter(|_| self.agreed.shows_related).collect();
        LspDiagnostic {
            range,
            severity: Some(severity(finding.severity)),
            code: Some(Code::String(finding.rule.name.to_owned())),
            code_description: Some(CodeDescription {
                href: Uri(gkc_core::page_of(finding.rule.name)),
            }),
            source: Some("gkc".to_owned()),
            message: Message::String(words(finding)),
            tags: self.tag(finding).map(|tag| vec![tag]),
            related_information: (!related.is_empty()).then_some(related),
            data: None,
        }
    }

    /// How the client shows a finding besides underlining it.
    fn tag(&self, finding: &Diagnostic) -> Option<DiagnosticTag> {
        match finding.rule.tag? {
            Tag::Unused if self.agreed.shows_unused => Some(DiagnosticTag::Unnecessary),
            Tag::Deprecated if self.agreed.shows_deprecated => Some(DiagnosticTag::Deprecated),
            _ => None,
        }
    }
}

fn severity(severity: Severity) -> DiagnosticSeverity {
    match severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Info => DiagnosticSeverity::Information,
    }
}

/// The message, with what to do and why where the finding says so.
fn words(finding: &Diagnostic) -> String {
    let mut words = finding.message.clone();
    for (what, text) in [("help", &finding.help), ("note", &finding.note)] {
        if let Some(text) = text {
            words.push_str(&format!("\n{what}: {text}"));
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use gkc_core::diagnostic::edited;

    #[test]
    fn differences_are_small_and_make_the_new_text() {
        let cases = [
            ("a: Secret\nb: [X, y]\n", "a: Secret\nb: [x, y]\n", 1),
            ("b: 1\na:  sesame é\nc: 2\n", "a: sesame é\nb: 1\nc: 2\n", 3),
            ("a: 1", "a: 1\n", 1),
            ("", "a\n", 1),
            ("a\r\nb\r\n", "a\nb\n", 2),
            ("same\n", "same\n", 0),
        ];
        for (old, new, most) in cases {
            let file = SourceFile::new(FileId::CONFIG, "x", old);
            let edits = differences(&file, new);
            assert_eq!(edited(old, &edits), new);
            let in_break =
                |at: u32| old[..at as usize].ends_with('\r') && old[at as usize..].starts_with('\n');
            assert!(
                !edits
                    .iter()
                    .any(|edit| in_break(edit.span.start) || in_break(edit.span.end))
            );
            assert!(edits.len() <= most, "{edits:?}");
        }
    }
}
