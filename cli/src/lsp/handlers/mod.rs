//! One file for each kind of request.

mod actions;
mod completion;
pub mod diagnostics;
mod formatting;
mod hover;
mod symbols;

use crate::lsp::state::{Refusal, State, read, refusal};
use lsp_server::ErrorCode;
use serde_json::Value;

/// The answer to a request.
pub fn answer(state: &mut State, method: &str, params: Value) -> Result<Value, Refusal> {
    match method {
        "textDocument/codeAction" => actions::answer(state, &read(params)?),
        "textDocument/completion" => completion::answer(state, &read(params)?),
        "textDocument/diagnostic" => diagnostics::answer(state, &read(params)?),
        "textDocument/documentSymbol" => symbols::answer(state, &read(params)?),
        "textDocument/formatting" => formatting::answer(state, &read(params)?),
        "textDocument/hover" => hover::answer(state, &read(params)?),
        _ => Err(refusal(
            ErrorCode::MethodNotFound,
            format!("unknown method `{method}`"),
        )),
    }
}
