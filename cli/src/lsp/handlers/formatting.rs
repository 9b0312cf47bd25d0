//! `textDocument/formatting`

use crate::lsp::convert::{difference, edits};
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::DocumentFormattingParams;
use serde_json::Value;

/// The edit that gives a configuration its canonical layout. None where it has it, and where it is left alone.
pub fn answer(state: &mut State, params: &DocumentFormattingParams) -> Result<Value, Refusal> {
    let encoding = state.agreed.encoding;
    let Some(document) = state.config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let file = &document.file;
    let changed = gkc_core::editor::format(file)
        .ok()
        .and_then(|new| difference(file, &new));
    write(edits(file, changed.as_slice(), encoding))
}
