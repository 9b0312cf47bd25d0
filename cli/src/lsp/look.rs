//! What a request is answered from.

use super::capabilities::Agreed;
use super::convert::{Places, position, range, workspace_edit};
use super::document::{Document, Surroundings, offset};
use crate::workspace::{MAX_LOCK_BYTES, OUT, is_built, read_regular};
use camino::Utf8Path;
use gen_lsp_types::{Diagnostic as LspDiagnostic, Position, Range, Uri, WorkspaceEdit};
use gkc_core::check;
use gkc_core::diagnostic::{Diagnostic, Edit};
use gkc_core::editor::Draft;
use gkc_core::source::{FileId, SourceFile, Span};
use std::collections::HashMap;

/// What is known of a document as it is now: of a configuration, or of the policy of one.
pub struct Look<'s> {
    /// The configuration.
    pub document: &'s Document,
    /// What is known of it.
    pub draft: &'s Draft,
    /// The document that was asked about, as the configuration's analysis has it.
    pub file: &'s SourceFile,
    /// What surrounds the configuration.
    pub inputs: Surroundings,
    pub(super) documents: &'s HashMap<Uri, Document>,
    pub(super) agreed: Agreed,
}

impl Look<'_> {
    /// Whether it was the configuration that was asked about.
    pub fn is_config(&self) -> bool {
        self.file.id() == FileId::CONFIG
    }

    /// What was agreed on with the client.
    pub fn agreed(&self) -> Agreed {
        self.agreed
    }

    /// Whether secrets of the configuration can move to the file beside it: it is in a file, and the client makes edits.
    pub fn can_move_secrets(&self) -> bool {
        let is_known = self.document.uri.0.starts_with("file:") && !self.document.is_out_of_step;
        self.agreed.applies_edits && is_known
    }

    /// Whether the client has a file open.
    pub fn is_open(&self, path: &Utf8Path) -> bool {
        let mut open = self.documents.values().filter(|document| document.is_open);
        open.any(|document| document.path == path)
    }

    /// Whether edits repeat a literal secret.
    pub fn tell_a_secret(&self, edits: &[Edit]) -> bool {
        let tells = |text: &String| self.draft.analysis.without_literals(text) != *text;
        edits.iter().map(|edit| &edit.text).any(tells)
    }

    /// Whether the tree beside the configuration is what would be written now; `None` where there is no tree, and where that is not known
    /// yet.
    pub fn is_built(&self) -> Option<bool> {
        let out = self.inputs.path(OUT);
        let lock = read_regular(&out.join(gkc_core::artifact::LOCK), MAX_LOCK_BYTES).ok()?;
        match self.draft.analysis.is_built(&lock) {
            // It comes with the artifacts; a client that cannot be told then gets it now.
            true if self.document.proof.is_built.is_none() && !self.agreed.refreshes_lenses => {
                is_built(&out, &check(self.draft.file(), &self.inputs))
            }
            true => self.document.proof.is_built,
            false => Some(false),
        }
    }

    /// A position of the client in bytes of the document.
    pub fn offset(&self, position: Position) -> u32 {
        u32::try_from(offset(self.file, position, self.agreed.encoding)).unwrap_or(u32::MAX)
    }

    /// A span of the document for the client.
    pub fn range(&self, span: Span) -> Range {
        range(self.file, span, self.agreed.encoding)
    }

    /// A byte of the document for the client.
    pub fn position(&self, offset: u32) -> Position {
        position(self.file, offset, self.agreed.encoding)
    }

    /// Everything that is known to be wrong, as the user wants to hear it.
    pub fn findings(&self) -> Vec<Diagnostic> {
        self.inputs.selection.apply(self.document.findings())
    }

    /// The files of the configuration as the client calls them.
    pub fn places(&self) -> Places<'_> {
        let open = self.documents.values();
        let open = open.map(|document| (document.path.as_path(), &document.uri));
        let files = &self.draft.analysis.files;
        Places::of(self.document, files, open.collect(), self.agreed)
    }

    /// Findings of the document for the client.
    pub fn diagnostics<'d>(&self, found: impl IntoIterator<Item = &'d Diagnostic>) -> Vec<LspDiagnostic> {
        let places = self.places();
        let here = found
            .into_iter()
            .filter(|finding| finding.span.file == self.file.id());
        here.map(|finding| places.diagnostic(finding, self.range(finding.span)))
            .collect()
    }

    /// Edits of the configuration and its policy as one change.
    pub fn edit(&self, edits: &[Edit]) -> WorkspaceEdit {
        let version = |uri: &Uri| self.documents.get(uri)?.version;
        workspace_edit(self.places().edits(edits), version, self.agreed.versioned_edits)
    }
}
