//! The outline of a configuration: its keys, and the items of its lists by their names.

use crate::diagnostic::Sink;
use crate::source::{SourceFile, Span};
use crate::syntax::{self, Kind, NodeId, Tree};

/// A key with its value, or an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The key; of an item its `name` or `id`, else its place in the list. No other value is shown: it might be a secret.
    pub name: String,
    /// Whether it is an item of a list.
    pub is_item: bool,
    /// All of it.
    pub span: Span,
    /// The key, or the item.
    pub key: Span,
    /// What is inside it.
    pub children: Vec<Symbol>,
}

/// The outline of a configuration, broken or not.
pub fn outline(file: &SourceFile) -> Vec<Symbol> {
    let tree = syntax::parse_values(file, &mut Sink::new());
    tree.root().map_or(Vec::new(), |root| children(&tree, root))
}

/// What is inside a value as it is written: what an alias stands for is shown where it stands.
fn children(tree: &Tree<'_>, id: NodeId) -> Vec<Symbol> {
    match &tree.node(id).kind {
        Kind::Map(entries) => {
            let symbol = |entry: &syntax::Entry| {
                Some(Symbol {
                    name: tree.key_text(entry.key)?.to_owned(),
                    is_item: false,
                    span: tree.entry_span(*entry),
                    key: tree.span(entry.key),
                    children: children(tree, entry.value),
                })
            };
            entries.iter().filter_map(symbol).collect()
        }
        Kind::Seq(items) => {
            let symbol = |(index, item): (usize, &NodeId)| Symbol {
                name: name_of(tree, *item).unwrap_or_else(|| format!("[{index}]")),
                is_item: true,
                span: tree.span(*item),
                key: tree.span(*item),
                children: children(tree, *item),
            };
            // Lists of single values have nothing to go to.
            let is_collection = |item: &NodeId| matches!(tree.kind(*item), Kind::Map(_) | Kind::Seq(_));
            items
                .iter()
                .enumerate()
                .filter(|(_, item)| is_collection(item))
                .map(symbol)
                .collect()
        }
        _ => Vec::new(),
    }
}

fn name_of(tree: &Tree<'_>, item: NodeId) -> Option<String> {
    let entry = ["name", "id"].into_iter().find_map(|key| tree.get(item, key))?;
    match tree.kind(entry.value) {
        Kind::Scalar(scalar) => Some(scalar.text.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn names(symbols: &[Symbol]) -> String {
        let name = |symbol: &Symbol| match symbol.children.is_empty() {
            true => symbol.name.clone(),
            false => format!("{}({})", symbol.name, names(&symbol.children)),
        };
        symbols.iter().map(name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn keys_and_items_by_their_names() {
        let text = "domain: x\ncluster:\n  pools:\n    - name: main\n      count: 3\n    - {count: 1}\nlist: [a, b]\n";
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        assert_eq!(
            names(&outline(&file)),
            "domain cluster(pools(main(name count) [1](count))) list"
        );
    }
}
