//! `workspace/executeCommand`: what changes more than documents.

use crate::exit::Failure;
use crate::lsp::capabilities::{APPLY, MOVE_SECRET};
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
            let (variable, edit) = moved(state, &Uri(uri.clone()), name)?;
            let params = json!({"label": "Move a secret to the secrets file", "edit": edit});
            let id = state.ask("workspace/applyEdit", params);
            state.moving = Some((id, variable));
            state.surroundings_changed();
            Ok(Value::Null)
        }
        (APPLY, [edit]) => {
            state.ask("workspace/applyEdit", json!({"edit": edit}));
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

/// Adds a secret to the secrets file, and returns its variable and the change that replaces it by that. Its value is in no message: the
/// server writes the file itself.
fn moved(state: &mut State, uri: &Uri, name: &str) -> Result<(String, Value), Refusal> {
    let failed = |why: String| refusal(ErrorCode::RequestFailed, why);
    let look = state.look_at_config(uri);
    let look = look.ok_or_else(|| failed("the document is not an open configuration".to_owned()))?;
    if !look.can_move_secrets() {
        return Err(failed(
            "the document is not a file on disk, or the editor takes no edits from the server".to_owned(),
        ));
    }
    if let Some(problem) = &look.inputs.problem {
        return Err(failed(format!("the secrets file cannot be used: {problem}")));
    }
    let secrets = look.inputs.secrets();
    if look.is_open(secrets.path()) {
        let why = format!(
            "`{}` is open in the editor: save and close it first",
            secrets.path()
        );
        return Err(failed(why));
    }
    let taken: Vec<&str> = secrets.names().collect();
    let is_set = |variable: &str| taken.contains(&variable) || std::env::var_os(variable).is_some();
    let moved = move_secret(look.draft, name, &is_set);
    let moved = moved.ok_or_else(|| failed(format!("the configuration has no literal secret `{name}`")))?;
    let line = line_of(&moved.variable, &moved.value);
    secrets
        .update(|now| match now.names().any(|name| name == moved.variable) {
            true => Err(Failure::new(format!(
                "`{}` was set in the meantime",
                moved.variable
            ))),
            false => Ok(line),
        })
        .map_err(|failure| failed(failure.to_string()))?;
    let edit = json!(look.edit(&[moved.edit]));
    Ok((moved.variable, edit))
}
