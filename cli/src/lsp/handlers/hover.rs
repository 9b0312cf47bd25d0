//! `textDocument/hover`

use crate::lsp::plain::plain;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{Contents, Hover, HoverParams, MarkupContent, MarkupKind};
use gkc_core::editor;
use serde_json::Value;

/// The findings at a place, each with its rule's page, what the key there means, and what follows from its value.
pub fn answer(state: &mut State, params: &HoverParams) -> Result<Value, Refusal> {
    let at = &params.text_document_position_params;
    let Some(look) = state.look(&at.text_document.uri) else {
        return Ok(Value::Null);
    };
    let (found, offset) = (look.findings(), look.offset(at.position));
    let Some(hover) = editor::hover(look.draft, &look.inputs, &found, look.file.id(), offset) else {
        return Ok(Value::Null);
    };
    let (kind, value) = match look.agreed().markdown_hover {
        true => (MarkupKind::Markdown, hover.markdown),
        false => (MarkupKind::PlainText, plain(&hover.markdown)),
    };
    write(Hover {
        contents: Contents::MarkupContent(MarkupContent { kind, value }),
        range: Some(look.range(hover.span)),
    })
}
