//! `textDocument/semanticTokens/full`

use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{SemanticTokens, SemanticTokensParams};
use gkc_core::editor::{TokenKind, tokens};
use serde_json::{Value, json};

/// The words of a configuration that mean more than their colour in YAML tells.
pub fn answer(state: &mut State, params: &SemanticTokensParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let mut data: Vec<u32> = Vec::new();
    let (mut line, mut character) = (0, 0);
    for token in tokens(look.draft) {
        let range = look.range(token.span);
        let start = range.start;
        // Each place counts from the one before.
        let column = match start.line == line {
            true => start.character - character,
            false => start.character,
        };
        let kind = match token.kind {
            TokenKind::Word => 0,
            TokenKind::Name => 1,
            TokenKind::Variable => 2,
            TokenKind::Expression => 3,
        };
        let length = range.end.character - start.character;
        data.extend([start.line - line, column, length, kind, u32::from(token.is_given)]);
        (line, character) = (start.line, start.character);
    }
    let tokens: SemanticTokens = crate::lsp::state::read(json!({"data": data}))?;
    write(tokens)
}
