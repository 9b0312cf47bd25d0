//! `textDocument/documentLink`

use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{DocumentLink, DocumentLinkParams};
use gkc_core::editor::links;
use serde_json::Value;

/// The files that a configuration names.
pub fn answer(state: &mut State, params: &DocumentLinkParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let places = look.places();
    let links = links(look.draft).into_iter().filter_map(|link| {
        Some(DocumentLink {
            range: look.range(link.span),
            target: Some(places.uri_of(&look.inputs.path(&link.path))?),
            tooltip: None,
            data: None,
        })
    });
    write(links.collect::<Vec<_>>())
}
