//! What client and server can do for each other.

use gen_lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProvider, CompletionOptions,
    DiagnosticOptions, DiagnosticProvider, DocumentFormattingProvider, DocumentSymbolProvider, HoverProvider,
    PositionEncodingKind, Save, SaveOptions, ServerCapabilities, TextDocumentSync, TextDocumentSyncKind,
    TextDocumentSyncOptions,
};
use gkc_core::source::Encoding;

/// Fixes all that can be fixed without changing what the file means, for use on save.
pub const FIX_ALL: &str = "source.fixAll.gkc";

/// What was agreed on with the client.
#[derive(Clone, Copy)]
pub struct Agreed {
    /// What columns count.
    pub encoding: Encoding,
    /// Whether the client asks for findings, and wants to be told when to ask again. Else they are sent to it.
    pub asks_for_findings: bool,
    /// Whether edits may name the version of the text that they are for.
    pub versioned_edits: bool,
}

impl Agreed {
    /// What a client offers that the server can use.
    pub fn with(client: &ClientCapabilities) -> Agreed {
        let general = client.general.as_ref();
        let encodings = general
            .and_then(|general| general.position_encodings.as_deref())
            .unwrap_or_default();
        // The text is kept in UTF-8, and counting its bytes is cheapest.
        let encoding = match encodings {
            all if all.contains(&PositionEncodingKind::UTF8) => Encoding::Utf8,
            all if all.contains(&PositionEncodingKind::UTF32) => Encoding::Utf32,
            _ => Encoding::Utf16,
        };
        let workspace = client.workspace.as_ref();
        let refreshes = workspace
            .and_then(|workspace| workspace.diagnostics.as_ref())
            .is_some_and(|diagnostics| diagnostics.refresh_support == Some(true));
        let asks = client
            .text_document
            .as_ref()
            .is_some_and(|document| document.diagnostic.is_some());
        let versioned = workspace
            .and_then(|workspace| workspace.workspace_edit.as_ref())
            .is_some_and(|edit| edit.document_changes == Some(true));
        Agreed {
            encoding,
            asks_for_findings: asks && refreshes,
            versioned_edits: versioned,
        }
    }

    /// What the server can do.
    pub fn of_server(self) -> ServerCapabilities {
        let kinds = vec![CodeActionKind::QuickFix, CodeActionKind::Custom(FIX_ALL.into())];
        ServerCapabilities {
            position_encoding: Some(match self.encoding {
                Encoding::Utf8 => PositionEncodingKind::UTF8,
                Encoding::Utf16 => PositionEncodingKind::UTF16,
                Encoding::Utf32 => PositionEncodingKind::UTF32,
            }),
            text_document_sync: Some(TextDocumentSync::Options(TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(Save::SaveOptions(SaveOptions::default())),
                ..TextDocumentSyncOptions::default()
            })),
            completion_provider: Some(CompletionOptions::default()),
            document_formatting_provider: Some(DocumentFormattingProvider::Bool(true)),
            document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
            hover_provider: Some(HoverProvider::Bool(true)),
            code_action_provider: Some(CodeActionProvider::CodeActionOptions(CodeActionOptions {
                code_action_kinds: Some(kinds),
                ..CodeActionOptions::default()
            })),
            diagnostic_provider: self.asks_for_findings.then(|| {
                DiagnosticProvider::DiagnosticOptions(DiagnosticOptions {
                    // A policy's findings depend on the configuration that refers to it.
                    inter_file_dependencies: true,
                    ..DiagnosticOptions::default()
                })
            }),
            ..ServerCapabilities::default()
        }
    }
}
