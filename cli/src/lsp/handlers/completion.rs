//! `textDocument/completion`

use crate::lsp::look::Look;
use crate::lsp::plain::plain;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, CompletionParams, Documentation,
    InsertTextFormat, InsertTextMode, MarkupContent, MarkupKind, TextEdit,
};
use gkc_core::editor::{Completion, CompletionKind, completions};
use serde_json::Value;

/// Keys, words and names that can be typed at a place.
pub fn answer(state: &mut State, params: &CompletionParams) -> Result<Value, Refusal> {
    let at = &params.text_document_position_params;
    let Some(look) = state.look(&at.text_document.uri) else {
        return Ok(Value::Null);
    };
    let secrets = look.inputs.secrets().names();
    let variables: Vec<String> = secrets.map(str::to_owned).collect();
    let found = completions(
        look.draft,
        &variables,
        look.file.id(),
        look.offset(at.position) as usize,
    );
    let found = found.into_iter().enumerate();
    write(
        found
            .map(|(index, found)| item(&look, index, found))
            .collect::<Vec<_>>(),
    )
}

fn item(look: &Look<'_>, index: usize, found: Completion) -> CompletionItem {
    let agreed = look.agreed();
    let docs = found.docs.map(|docs| match agreed.markdown_docs {
        true => Documentation::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: docs,
        }),
        false => Documentation::String(plain(&docs)),
    });
    let snippets = agreed.snippets;
    CompletionItem {
        label: found.label,
        kind: Some(match found.kind {
            CompletionKind::Key => CompletionItemKind::Property,
            CompletionKind::Word => CompletionItemKind::EnumMember,
            CompletionKind::Name => CompletionItemKind::Reference,
        }),
        documentation: docs,
        // The order of the documentation, not of the alphabet.
        sort_text: Some(format!("{index:04}")),
        insert_text_format: snippets.then_some(InsertTextFormat::Snippet),
        // The text has its indentation already.
        insert_text_mode: agreed.insert_modes.then_some(InsertTextMode::AsIs),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit {
            range: look.range(found.span),
            new_text: if snippets { found.snippet } else { found.text },
        })),
        ..CompletionItem::default()
    }
}
