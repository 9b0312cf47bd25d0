//! `textDocument/foldingRange` and `textDocument/selectionRange`

use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{
    FoldingRange, FoldingRangeKind, FoldingRangeParams, SelectionRange, SelectionRangeParams,
};
use gkc_core::editor::{self, Fold, folds};
use serde_json::Value;

/// What of a configuration can be folded away.
pub fn answer(state: &mut State, params: &FoldingRangeParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let range = |fold: Fold| {
        Some(FoldingRange {
            start_line: u32::try_from(fold.first).ok()?,
            end_line: u32::try_from(fold.last).ok()?,
            kind: fold.is_comment.then_some(FoldingRangeKind::Comment),
            ..FoldingRange::default()
        })
    };
    write(
        folds(look.draft)
            .into_iter()
            .filter_map(range)
            .collect::<Vec<_>>(),
    )
}

/// What selections grow to.
pub fn selections(state: &mut State, params: &SelectionRangeParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let grown = params.positions.iter().filter_map(|position| {
        let spans = editor::selections(look.draft, look.offset(*position));
        spans.into_iter().rev().fold(None, |parent, span| {
            Some(SelectionRange {
                range: look.range(span),
                parent: parent.map(Box::new),
            })
        })
    });
    write(grown.collect::<Vec<SelectionRange>>())
}
