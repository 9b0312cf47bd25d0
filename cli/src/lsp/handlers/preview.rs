//! Requests of gkc's own: `gkc/preview` and `gkc/why`. docs/editors.md describes them.

use crate::lsp::convert::range;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{Position, TextDocumentIdentifier};
use gkc_core::editor::{self, Reason};
use gkc_core::source::{FileId, SourceFile};
use serde::Deserialize;
use serde_json::{Value, json};

/// What to show.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PreviewParams {
    text_document: TextDocumentIdentifier,
    position: Position,
    /// The artifact, by its path in the tree; the one with most lines of the key by default.
    path: Option<String>,
}

/// The artifact that the key at a place ends in, as it would be written now, with the names of secrets instead of their values.
pub fn answer(state: &mut State, params: &PreviewParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let offset = look.offset(params.position);
    let Some(preview) = editor::preview(look.draft, &look.inputs, offset, params.path.as_deref()) else {
        return Ok(Value::Null);
    };
    let text = SourceFile::new(FileId::CONFIG, preview.path.as_str(), preview.text.as_str());
    let line = |line: &usize| text.span(text.lines().range_of(text.text(), *line));
    let range = |at: &usize| range(&text, line(at), look.agreed().encoding);
    write(json!({
        "path": preview.path,
        "language": language(&preview.path),
        "text": preview.text,
        "ranges": preview.lines.iter().map(range).collect::<Vec<_>>(),
        "paths": preview.paths,
    }))
}

/// The name that the protocol has for the language of an artifact.
fn language(path: &str) -> &'static str {
    let path = path.strip_suffix(".tftpl").unwrap_or(path);
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("yaml") => "yaml",
        Some("hujson") => "jsonc",
        Some("json") => "json",
        Some("sh") => "shellscript",
        Some("md") => "markdown",
        _ => "plaintext",
    }
}

/// The line to explain.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WhyParams {
    text_document: TextDocumentIdentifier,
    /// The artifact, by its path in the tree.
    path: String,
    /// The line, from 0.
    line: usize,
}

/// Why a line of an artifact says what it says.
pub fn why(state: &mut State, params: &WhyParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let places = look.places();
    let reason = |reason: Reason| match reason {
        Reason::Set(span) => json!({"kind": "set", "location": places.location(span)}),
        Reason::Default(key) => json!({"kind": "default", "key": key}),
        Reason::Fact(name) => json!({"kind": "fact", "name": name}),
        _ => Value::Null,
    };
    let reasons = editor::reasons(look.draft, &look.inputs, &params.path, params.line);
    write(reasons.into_iter().map(reason).collect::<Vec<_>>())
}
