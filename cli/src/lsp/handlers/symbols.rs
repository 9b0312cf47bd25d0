//! `textDocument/documentSymbol`

use crate::lsp::convert::range;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{DocumentSymbol, DocumentSymbolParams, SymbolKind};
use gkc_core::editor::{Symbol, outline};
use gkc_core::source::{Encoding, SourceFile};
use serde_json::Value;

/// The outline of a configuration.
pub fn answer(state: &mut State, params: &DocumentSymbolParams) -> Result<Value, Refusal> {
    let encoding = state.agreed.encoding;
    let Some(document) = state.config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    write(symbols(&document.file, outline(&document.file), encoding))
}

fn symbols(file: &SourceFile, of: Vec<Symbol>, encoding: Encoding) -> Vec<DocumentSymbol> {
    let symbol = |symbol: Symbol| {
        let kind = match (symbol.is_item, symbol.children.is_empty()) {
            (true, _) => SymbolKind::Object,
            (false, true) => SymbolKind::Property,
            (false, false) => SymbolKind::Namespace,
        };
        let (all, key) = (
            range(file, symbol.span, encoding),
            range(file, symbol.key, encoding),
        );
        let children = symbols(file, symbol.children, encoding);
        DocumentSymbol::new(symbol.name, None, kind, None, None, all, key, Some(children))
    };
    of.into_iter().map(symbol).collect()
}
