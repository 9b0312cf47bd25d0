//! `workspace/executeCommand`: what changes more than documents.

use crate::lsp::capabilities::MOVE_SECRET;
use crate::lsp::state::{Refusal, State, refusal};
use crate::workspace::line_of;
use gen_lsp_types::{ExecuteCommandParams, Uri};
use gkc_core::editor::move_secret;
use lsp_server::ErrorCode;
use serde_json::{Value, json};

/// Runs a command.
pub fn answer(state: &mut State, params: &ExecuteCommandParams) -> Result<Value, Refusal> {
    let arguments = params.arguments.as_deref().unwrap_or_default();
    match (params.command.as_str(), arguments) {
        (MOVE_SECRET, [Value::String(uri), Value::String(name)]) => {
            let edit = moved(state, &Uri(uri.clone()), name)?;
            state.ask(
                "workspace/applyEdit",
                json!({"label": "Move a secret to the secrets file", "edit": edit}),
            );
            state.surroundings_changed();
            Ok(Value::Null)
        }
        (MOVE_SECRET, _) => Err(refusal(
            ErrorCode::InvalidParams,
            "expected a document and the name of a secret",
        )),
        (other, _) => Err(refusal(
            ErrorCode::InvalidParams,
            format!("unknown command `{other}`"),
        )),
    }
}

/// Adds a secret to the secrets file, and returns the change that replaces it by its variable. Its value is in no message: the server
/// writes the file itself.
fn moved(state: &mut State, uri: &Uri, name: &str) -> Result<Value, Refusal> {
    let failed = |why: String| refusal(ErrorCode::RequestFailed, why);
    let look = state.look(uri).filter(|look| look.is_config());
    let look = look.ok_or_else(|| failed("the document is not an open configuration".to_owned()))?;
    let secrets = look.inputs.secrets();
    let moved = move_secret(look.draft, name, &secrets.names().collect::<Vec<_>>());
    let moved = moved.ok_or_else(|| failed(format!("the configuration has no literal secret `{name}`")))?;
    let line = line_of(&moved.variable, &moved.value);
    secrets
        .add(&line)
        .map_err(|failure| failed(failure.to_string()))?;
    Ok(json!(look.edit(&[moved.edit])))
}
