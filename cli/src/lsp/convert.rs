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
use std::collections::HashMap;

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
                href: Uri(gkc_core::page_of(finding.rule)),
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
