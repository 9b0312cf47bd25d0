//! `textDocument/hover`

use crate::lsp::convert::range;
use crate::lsp::document::offset;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{Contents, Hover, HoverParams, MarkupContent, MarkupKind};
use gkc_core::editor;
use serde_json::Value;

/// The findings at a place, each with its rule's page, and what the key there means.
pub fn answer(state: &mut State, params: &HoverParams) -> Result<Value, Refusal> {
    let encoding = state.agreed.encoding;
    let at = &params.text_document_position_params;
    let Some((document, found, _)) = state.judged(&at.text_document.uri) else {
        return Ok(Value::Null);
    };
    let file = &document.file;
    let offset = u32::try_from(offset(file, at.position, encoding)).unwrap_or(u32::MAX);
    let Some(hover) = editor::hover(file, &found, offset) else {
        return Ok(Value::Null);
    };
    write(Hover {
        contents: Contents::MarkupContent(MarkupContent {
            kind: MarkupKind::Markdown,
            value: hover.markdown,
        }),
        range: Some(range(file, hover.span, encoding)),
    })
}
