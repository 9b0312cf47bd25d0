//! Places, findings and edits of the core as the protocol has them.

use super::document::Document;
use camino::{Utf8Path, Utf8PathBuf};
use gen_lsp_types::{
    Code, CodeDescription, Diagnostic as LspDiagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    DocumentChange, Edit as LspEdit, Location, Message, OptionalVersionedTextDocumentIdentifier, Position,
    Range, TextDocumentEdit, TextDocumentIdentifier, TextEdit, Uri, WorkspaceEdit,
};
use gkc_core::diagnostic::{Diagnostic, Edit, Severity};
use gkc_core::source::{Encoding, FileId, Files, SourceFile, Span};
use std::collections::HashMap;
use url::Url;

/// Where a document is on disk. `None` for one that is in no file.
pub fn path_of(uri: &Uri) -> Option<Utf8PathBuf> {
    let path = Url::parse(&uri.0).ok()?.to_file_path().ok()?;
    Utf8PathBuf::from_path_buf(path).ok()
}

/// A span in the units of the client.
pub fn range(file: &SourceFile, span: Span, encoding: Encoding) -> Range {
    Range {
        start: position(file, span.start, encoding),
        end: position(file, span.end, encoding),
    }
}

/// A byte in the units of the client.
pub fn position(file: &SourceFile, offset: u32, encoding: Encoding) -> Position {
    let position = file.lines().position(file.text(), offset, encoding);
    Position {
        line: position.line - 1,
        character: position.column - 1,
    }
}

/// Edits of a document.
pub fn edits(file: &SourceFile, edits: &[Edit], encoding: Encoding) -> Vec<TextEdit> {
    let edit = |edit: &Edit| TextEdit {
        range: range(file, edit.span, encoding),
        new_text: edit.text.clone(),
    };
    edits.iter().map(edit).collect()
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

/// The change from one text to another as one edit of the part that differs; none where they are equal.
pub fn difference(file: &SourceFile, new: &str) -> Option<Edit> {
    let old = file.text();
    if old == new {
        return None;
    }
    let same = |(a, b): (char, char)| (a == b).then(|| a.len_utf8());
    let start: usize = old.chars().zip(new.chars()).map_while(same).sum();
    let (old_rest, new_rest) = (old.get(start..)?, new.get(start..)?);
    let end: usize = old_rest
        .chars()
        .rev()
        .zip(new_rest.chars().rev())
        .map_while(same)
        .sum();
    Some(Edit {
        span: file.span(start..old.len() - end),
        text: new_rest.get(..new_rest.len() - end)?.to_owned(),
    })
}

/// The files of an analysis as the client calls them.
pub struct Places<'f> {
    files: &'f Files,
    config: &'f Uri,
    folder: &'f Utf8Path,
    open: HashMap<&'f Utf8Path, &'f Uri>,
    encoding: Encoding,
}

impl<'f> Places<'f> {
    /// Of a configuration that refers to `files`. Documents that are `open` keep the names that the client gave them.
    pub fn of(
        document: &'f Document,
        files: &'f Files,
        open: HashMap<&'f Utf8Path, &'f Uri>,
        encoding: Encoding,
    ) -> Places<'f> {
        Places {
            files,
            open,
            config: &document.uri,
            folder: document.path.parent().unwrap_or(Utf8Path::new("")),
            encoding,
        }
    }

    /// A place in one of them.
    pub fn location(&self, span: Span) -> Option<Location> {
        let file = self.files.get(span.file)?;
        let uri = match span.file {
            FileId::CONFIG => self.config.clone(),
            // Files that the configuration names are named from its folder.
            _ => self.uri_of(&self.folder.join(file.path()))?,
        };
        let range = range(file, span, self.encoding);
        Some(Location { uri, range })
    }

    /// What the client calls a file that the configuration names, or would call it.
    pub fn uri_of(&self, path: &Utf8Path) -> Option<Uri> {
        match self.open.get(path) {
            Some(uri) => Some((*uri).clone()),
            None => Some(Uri(Url::from_file_path(path).ok()?.into())),
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
        let mut by_document = HashMap::from([(self.config.clone(), Vec::new())]);
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
    pub fn diagnostic(&self, finding: &Diagnostic, range: Range) -> LspDiagnostic {
        let related = finding.labels.iter().filter_map(|label| {
            let location = self.location(label.span)?;
            let message = label.message.clone();
            Some(DiagnosticRelatedInformation { location, message })
        });
        let related: Vec<_> = related.collect();
        LspDiagnostic {
            range,
            severity: Some(severity(finding.severity)),
            code: Some(Code::String(finding.rule.name.to_owned())),
            code_description: Some(CodeDescription {
                href: Uri(gkc_core::page_of(finding.rule.name)),
            }),
            source: Some("gkc".to_owned()),
            message: Message::String(words(finding)),
            tags: None,
            related_information: (!related.is_empty()).then_some(related),
            data: None,
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
