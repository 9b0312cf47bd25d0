//! `textDocument/inlayHint`

use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{InlayHint, InlayHintParams, Label};
use gkc_core::editor::{Hint, hints};
use serde_json::Value;

/// What is true in a range of a configuration and does not stand there.
pub fn answer(state: &mut State, params: &InlayHintParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let wanted = look.offset(params.range.start)..=look.offset(params.range.end);
    let hint = |hint: Hint| InlayHint {
        position: look.position(hint.offset),
        label: Label::String(hint.text),
        kind: None,
        text_edits: None,
        tooltip: None,
        padding_left: Some(true),
        padding_right: None,
        data: None,
    };
    let hints = hints(look.draft).into_iter();
    let hints = hints.filter(|hint| wanted.contains(&hint.offset)).map(hint);
    write(hints.collect::<Vec<_>>())
}
