//! What client and server can do for each other.

use gen_lsp_types::{
    ClientCapabilities, CodeActionKind, CodeActionOptions, CodeActionProvider, CodeLensOptions,
    CompletionOptions, DefinitionProvider, DiagnosticOptions, DiagnosticProvider, DiagnosticTag,
    DocumentFormattingProvider, DocumentHighlightProvider, DocumentLinkOptions,
    DocumentRangeFormattingProvider, DocumentSymbolProvider, ExecuteCommandOptions, FoldingRangeProvider,
    Full, HoverProvider, InlayHintProvider, MarkupKind, PositionEncodingKind, ReferencesProvider,
    RenameOptions, RenameProvider, Save, SaveOptions, SelectionRangeProvider, SemanticTokensLegend,
    SemanticTokensOptions, SemanticTokensProvider, ServerCapabilities, TextDocumentSync,
    TextDocumentSyncKind, TextDocumentSyncOptions, WorkspaceSymbolProvider,
};
use gkc_core::source::Encoding;

/// Fixes all that can be fixed without changing what the file means, for use on save.
pub const FIX_ALL: &str = "source.fixAll.gkc";

/// The command of clients that can show an artifact: with the configuration and the path of the artifact.
pub const PREVIEW: &str = "gkc.preview";

/// The command that moves a secret to the secrets file: with the configuration and the name of the secret.
pub const MOVE_SECRET: &str = "gkc.moveSecret";

/// The command of clients that take no code actions but commands: makes a change, which is its argument.
pub const APPLY: &str = "gkc.apply";

/// The types and the modifiers of tokens, in the order of their numbers: words of the language, names, variables, expressions; and whether a
/// name is given there.
pub const LEGEND: (&[&str], &[&str]) = (&["enumMember", "type", "variable", "macro"], &["declaration"]);

/// What was agreed on with the client.
#[derive(Clone, Copy)]
pub struct Agreed {
    /// What columns count.
    pub encoding: Encoding,
    /// Whether the client asks for findings, and wants to be told when to ask again. Else they are sent to it.
    pub asks_for_findings: bool,
    /// Whether findings may name places that they have to do with.
    pub shows_related: bool,
    /// Whether findings may be tagged as being about something unused.
    pub shows_unused: bool,
    /// Whether findings may be tagged as being about something deprecated.
    pub shows_deprecated: bool,
    /// Whether edits may name the version of the text that they are for.
    pub versioned_edits: bool,
    /// Whether completions may have holes to fill in.
    pub snippets: bool,
    /// Whether the client prefers Markdown for hover; else it is text.
    pub markdown_hover: bool,
    /// The same of the documentation of completions.
    pub markdown_docs: bool,
    /// Whether completions may say that their indentation is right already.
    pub insert_modes: bool,
    /// Whether symbols may be inside each other; else they are a list.
    pub nested_symbols: bool,
    /// Whether code actions may be anything but commands.
    pub action_literals: bool,
    /// Whether the client can be told that code lenses changed.
    pub refreshes_lenses: bool,
    /// Whether the client asks what can be renamed before it asks to.
    pub prepares_renames: bool,
    /// Whether the client can be asked for settings.
    pub has_settings: bool,
    /// Whether the client can be asked to watch files.
    pub watches_files: bool,
    /// Whether it watches files of a folder that is named.
    pub watches_folders: bool,
    /// Whether the client has the command that shows artifacts.
    pub previews: bool,
    /// Whether the server can ask the client for edits.
    pub applies_edits: bool,
    /// Whether the client shows the progress of what the server does unasked.
    pub shows_progress: bool,
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
        let watched = workspace.and_then(|workspace| workspace.did_change_watched_files.as_ref());
        let document = client.text_document.as_ref();
        // A policy's findings come with those of its configuration.
        let asks = document
            .and_then(|document| document.diagnostic.as_ref())
            .is_some_and(|diagnostic| diagnostic.related_document_support == Some(true));
        let completion_item = document
            .and_then(|document| document.completion.as_ref())
            .and_then(|completion| completion.completion_item.as_ref());
        let is_markdown = |formats: Option<&Vec<MarkupKind>>| {
            // What the client prefers is first.
            let mut known = formats
                .into_iter()
                .flatten()
                .filter(|format| matches!(format, MarkupKind::Markdown | MarkupKind::PlainText));
            known.next() == Some(&MarkupKind::Markdown)
        };
        // Clients that ask for findings announce it with either.
        let published = document.and_then(|document| document.publish_diagnostics.as_ref());
        let asked = document.and_then(|document| document.diagnostic.as_ref());
        let findings = [
            published.map(|published| &published.diagnostics_capabilities),
            asked.map(|asked| &asked.diagnostics_capabilities),
        ];
        let findings = findings.into_iter().flatten();
        let tags = findings
            .clone()
            .filter_map(|findings| findings.tag_support.as_ref());
        let shows = |tag: DiagnosticTag| tags.clone().any(|tags| tags.value_set.contains(&tag));
        let hover = document.and_then(|document| document.hover.as_ref());
        let versioned = workspace
            .and_then(|workspace| workspace.workspace_edit.as_ref())
            .is_some_and(|edit| edit.document_changes == Some(true));
        Agreed {
            encoding,
            asks_for_findings: asks && refreshes,
            shows_related: findings
                .clone()
                .any(|findings| findings.related_information == Some(true)),
            shows_unused: shows(DiagnosticTag::Unnecessary),
            shows_deprecated: shows(DiagnosticTag::Deprecated),
            versioned_edits: versioned,
            snippets: completion_item.is_some_and(|item| item.snippet_support == Some(true)),
            markdown_hover: is_markdown(hover.and_then(|hover| hover.content_format.as_ref())),
            markdown_docs: is_markdown(completion_item.and_then(|item| item.documentation_format.as_ref())),
            insert_modes: completion_item.is_some_and(|item| item.insert_text_mode_support.is_some()),
            nested_symbols: document
                .and_then(|document| document.document_symbol.as_ref())
                .is_some_and(|symbols| symbols.hierarchical_document_symbol_support == Some(true)),
            action_literals: document
                .and_then(|document| document.code_action.as_ref())
                .is_some_and(|actions| actions.code_action_literal_support.is_some()),
            refreshes_lenses: workspace
                .and_then(|workspace| workspace.code_lens.as_ref())
                .is_some_and(|lenses| lenses.refresh_support == Some(true)),
            prepares_renames: document
                .and_then(|document| document.rename.as_ref())
                .is_some_and(|rename| rename.prepare_support == Some(true)),
            has_settings: workspace.is_some_and(|workspace| workspace.configuration == Some(true)),
            watches_files: watched.is_some_and(|watched| watched.dynamic_registration == Some(true)),
            watches_folders: watched.is_some_and(|watched| watched.relative_pattern_support == Some(true)),
            applies_edits: workspace.is_some_and(|workspace| workspace.apply_edit == Some(true)),
            previews: client
                .experimental
                .as_ref()
                .and_then(|experimental| experimental["commands"]["commands"].as_array())
                .is_some_and(|commands| commands.iter().any(|command| command == PREVIEW)),
            shows_progress: client
                .window
                .as_ref()
                .is_some_and(|window| window.work_done_progress == Some(true)),
        }
    }

    /// What the server can do.
    pub fn of_server(self) -> ServerCapabilities {
        let kinds = vec![
            CodeActionKind::QuickFix,
            CodeActionKind::RefactorRewrite,
            CodeActionKind::Custom(FIX_ALL.into()),
        ];
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
            document_range_formatting_provider: Some(DocumentRangeFormattingProvider::Bool(true)),
            document_symbol_provider: Some(DocumentSymbolProvider::Bool(true)),
            hover_provider: Some(HoverProvider::Bool(true)),
            definition_provider: Some(DefinitionProvider::Bool(true)),
            references_provider: Some(ReferencesProvider::Bool(true)),
            document_highlight_provider: Some(DocumentHighlightProvider::Bool(true)),
            rename_provider: Some(match self.prepares_renames {
                true => RenameProvider::RenameOptions(RenameOptions {
                    prepare_provider: Some(true),
                    ..RenameOptions::default()
                }),
                false => RenameProvider::Bool(true),
            }),
            folding_range_provider: Some(FoldingRangeProvider::Bool(true)),
            selection_range_provider: Some(SelectionRangeProvider::Bool(true)),
            execute_command_provider: Some(ExecuteCommandOptions {
                commands: vec![MOVE_SECRET.to_owned(), APPLY.to_owned()],
                ..ExecuteCommandOptions::default()
            }),
            code_lens_provider: Some(CodeLensOptions::default()),
            document_link_provider: Some(DocumentLinkOptions::default()),
            inlay_hint_provider: Some(InlayHintProvider::Bool(true)),
            workspace_symbol_provider: Some(WorkspaceSymbolProvider::Bool(true)),
            semantic_tokens_provider: Some(SemanticTokensProvider::SemanticTokensOptions(
                SemanticTokensOptions {
                    legend: SemanticTokensLegend {
                        token_types: LEGEND.0.iter().map(|word| (*word).to_owned()).collect(),
                        token_modifiers: LEGEND.1.iter().map(|word| (*word).to_owned()).collect(),
                    },
                    full: Some(Full::Bool(true)),
                    ..SemanticTokensOptions::default()
                },
            )),
            code_action_provider: Some(match self.action_literals {
                true => CodeActionProvider::CodeActionOptions(CodeActionOptions {
                    code_action_kinds: Some(kinds),
                    ..CodeActionOptions::default()
                }),
                false => CodeActionProvider::Bool(true),
            }),
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
