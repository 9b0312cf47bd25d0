//! `textDocument/formatting` and `textDocument/rangeFormatting`

use crate::lsp::differences::differences;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{DocumentFormattingParams, DocumentRangeFormattingParams, MessageType, TextEdit, Uri};
use gkc_core::diagnostic::{Edit, edited};
use gkc_core::editor;
use gkc_core::source::{SourceFile, Span};
use serde_json::Value;

/// The edits that give a configuration its canonical layout. None where it has it, and where it is left alone.
pub fn answer(state: &mut State, params: &DocumentFormattingParams) -> Result<Value, Refusal> {
    formatted(state, &params.text_document.uri, |_, _| true)
}

/// Those of them that lie in a range.
pub fn of_range(state: &mut State, params: &DocumentRangeFormattingParams) -> Result<Value, Refusal> {
    let uri = &params.text_document.uri;
    let range = state
        .look(uri)
        .map(|look| look.offset(params.range.start)..=look.offset(params.range.end));
    let Some(range) = range else {
        return Ok(Value::Null);
    };
    // Keys change their order only where the whole file is formatted.
    formatted(state, uri, |span, moves| {
        !moves && range.contains(&span.start) && range.contains(&span.end)
    })
}

/// The edits that are `wanted`: told where they are, and whether they move lines.
fn formatted(state: &mut State, uri: &Uri, wanted: impl Fn(Span, bool) -> bool) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(uri) else {
        return Ok(Value::Null);
    };
    let Ok(new) = editor::format(look.file) else {
        return write(Vec::<TextEdit>::new());
    };
    let moves = |edit: &Edit| edit.text.contains('\n') || look.file.slice(edit.span).contains('\n');
    let edits = differences(look.file, &new).into_iter();
    let edits: Vec<Edit> = edits.filter(|edit| wanted(edit.span, moves(edit))).collect();
    let after = SourceFile::new(look.file.id(), look.file.path(), edited(look.file.text(), &edits));
    if after.text() != new && !editor::is_same(look.file, &after) {
        // A part of the edits, such as the indentation of half a mapping, can mean something else.
        return write(Vec::<TextEdit>::new());
    }
    if look.tell_a_secret(&edits) {
        let why = "not formatted: a literal secret would have to move, and gkc repeats none; move it to the secrets file first";
        state.show(MessageType::Info, why.to_owned());
        return write(Vec::<TextEdit>::new());
    }
    let edit = |edit: Edit| TextEdit {
        range: look.range(edit.span),
        new_text: edit.text,
    };
    write(edits.into_iter().map(edit).collect::<Vec<_>>())
}
