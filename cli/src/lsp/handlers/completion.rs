//! `textDocument/completion`

use crate::lsp::convert::range;
use crate::lsp::document::offset;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionParams, Documentation,
    InsertTextMode, MarkupContent, MarkupKind, TextEdit,
};
use gkc_core::editor::{Completion, completions};
use serde_json::Value;

/// Keys and words that can be typed at a place.
pub fn answer(state: &mut State, params: &CompletionParams) -> Result<Value, Refusal> {
    let encoding = state.agreed.encoding;
    let at = &params.text_document_position_params;
    let Some(document) = state.config(&at.text_document.uri) else {
        return Ok(Value::Null);
    };
    let file = &document.file;
    let found = completions(file, offset(file, at.position, encoding));
    let item = |(index, completion): (usize, Completion)| {
        let docs = completion.docs.map(|docs| MarkupContent {
            kind: MarkupKind::Markdown,
            value: docs,
        });
        CompletionItem {
            label: completion.label,
            kind: Some(match completion.is_key {
                true => CompletionItemKind::Property,
                false => CompletionItemKind::EnumMember,
            }),
            documentation: docs.map(Documentation::MarkupContent),
            // The order of the documentation, not of the alphabet.
            sort_text: Some(format!("{index:03}")),
            // The text has its indentation already.
            insert_text_mode: Some(InsertTextMode::AsIs),
            text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
                range: range(file, completion.span, encoding),
                new_text: completion.text,
            })),
            ..CompletionItem::default()
        }
    };
    let items: Vec<CompletionItem> = found.into_iter().enumerate().map(item).collect();
    write(items)
}
