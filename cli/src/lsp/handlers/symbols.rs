//! `textDocument/documentSymbol` and `workspace/symbol`

use crate::lsp::look::Look;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{DocumentSymbol, DocumentSymbolParams, Location, SymbolKind, Uri, WorkspaceSymbolParams};
use gkc_core::editor::{Symbol, symbols};
use serde_json::{Value, json};

/// The outline of a configuration.
pub fn answer(state: &mut State, params: &DocumentSymbolParams) -> Result<Value, Refusal> {
    let Some(look) = state.look_at_config(&params.text_document.uri) else {
        return Ok(Value::Null);
    };
    let symbols = symbols(look.draft);
    match look.agreed().nested_symbols {
        true => write(tree(&look, symbols)),
        false => write(flat(&look, &params.text_document.uri, symbols, |_| true)),
    }
}

fn tree(look: &Look<'_>, of: Vec<Symbol>) -> Vec<DocumentSymbol> {
    let symbol = |symbol: Symbol| {
        let kind = kind(&symbol);
        let (all, key) = (look.range(symbol.span), look.range(symbol.key));
        let children = tree(look, symbol.children);
        DocumentSymbol::new(symbol.name, None, kind, None, None, all, key, Some(children))
    };
    of.into_iter().map(symbol).collect()
}

fn kind(symbol: &Symbol) -> SymbolKind {
    match (symbol.is_item, symbol.children.is_empty()) {
        (true, _) => SymbolKind::Object,
        (false, true) => SymbolKind::Property,
        (false, false) => SymbolKind::Namespace,
    }
}

/// Symbols one after the other, each with what it is in.
fn flat(look: &Look<'_>, uri: &Uri, of: Vec<Symbol>, wanted: impl Fn(&Symbol) -> bool) -> Vec<Value> {
    let mut found = Vec::new();
    let mut pending: Vec<(Symbol, String)> = of
        .into_iter()
        .rev()
        .map(|symbol| (symbol, String::new()))
        .collect();
    while let Some((symbol, inside)) = pending.pop() {
        if wanted(&symbol) {
            let range = look.range(symbol.key);
            let location = Location {
                uri: uri.clone(),
                range,
            };
            found.push(json!({
                "name": symbol.name, "kind": kind(&symbol), "containerName": inside, "location": location,
            }));
        }
        let inside = match inside.is_empty() {
            true => symbol.name,
            false => format!("{inside}.{}", symbol.name),
        };
        let children = symbol.children.into_iter().rev();
        pending.extend(children.map(|child| (child, inside.clone())));
    }
    found
}

/// The keys and items of all open configurations whose names have the letters of a query in their order.
pub fn of_workspace(state: &mut State, params: &WorkspaceSymbolParams) -> Result<Value, Refusal> {
    let mut found = Vec::new();
    for uri in state.configs() {
        if let Some(look) = state.look(&uri) {
            let wanted = |symbol: &Symbol| fits(&params.query, &symbol.name);
            found.extend(flat(&look, &uri, symbols(look.draft), wanted));
        }
    }
    write(found)
}

/// Whether a name has the letters of a query in their order, whatever their case.
fn fits(query: &str, name: &str) -> bool {
    let mut letters = name.chars().flat_map(char::to_lowercase);
    let mut query = query.chars().flat_map(char::to_lowercase);
    query.all(|wanted| letters.any(|letter| letter == wanted))
}
