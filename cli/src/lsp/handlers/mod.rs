//! One file for each kind of request.

mod actions;
mod commands;
mod completion;
pub mod diagnostics;
mod folding;
mod formatting;
mod hints;
mod hover;
mod lenses;
mod links;
mod names;
mod preview;
mod symbols;
mod tokens;

use crate::lsp::state::{Refusal, State, read, refusal};
use lsp_server::ErrorCode;
use serde_json::Value;

/// Requests that are answered with edits of the document.
const EDITING: [&str; 5] = [
    "textDocument/codeAction",
    "textDocument/completion",
    "textDocument/formatting",
    "textDocument/rangeFormatting",
    "textDocument/rename",
];

/// The answer to a request.
pub fn answer(state: &mut State, method: &str, params: Value) -> Result<Value, Refusal> {
    if EDITING.contains(&method) && state.is_out_of_step(&params["textDocument"]["uri"]) {
        // They would be in the wrong places.
        return Ok(Value::Null);
    }
    match method {
        "gkc/preview" => preview::answer(state, &read(params)?),
        "gkc/why" => preview::why(state, &read(params)?),
        "textDocument/codeAction" => actions::answer(state, &read(params)?),
        "textDocument/codeLens" => lenses::answer(state, &read(params)?),
        "textDocument/completion" => completion::answer(state, &read(params)?),
        "textDocument/definition" => names::definition(state, &read(params)?),
        "textDocument/diagnostic" => diagnostics::answer(state, &read(params)?),
        "textDocument/documentHighlight" => names::highlight(state, &read(params)?),
        "textDocument/documentLink" => links::answer(state, &read(params)?),
        "textDocument/documentSymbol" => symbols::answer(state, &read(params)?),
        "textDocument/foldingRange" => folding::answer(state, &read(params)?),
        "textDocument/formatting" => formatting::answer(state, &read(params)?),
        "textDocument/hover" => hover::answer(state, &read(params)?),
        "textDocument/inlayHint" => hints::answer(state, &read(params)?),
        "textDocument/prepareRename" => names::prepare_rename(state, &read(params)?),
        "textDocument/rangeFormatting" => formatting::of_range(state, &read(params)?),
        "textDocument/references" => names::references(state, &read(params)?),
        "textDocument/rename" => names::rename(state, &read(params)?),
        "textDocument/selectionRange" => folding::selections(state, &read(params)?),
        "textDocument/semanticTokens/full" => tokens::answer(state, &read(params)?),
        "workspace/executeCommand" => commands::answer(state, &read(params)?),
        "workspace/symbol" => symbols::of_workspace(state, &read(params)?),
        _ => Err(refusal(
            ErrorCode::MethodNotFound,
            format!("unknown method `{method}`"),
        )),
    }
}
