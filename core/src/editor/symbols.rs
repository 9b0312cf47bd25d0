//! The keys of a configuration, and the items of its lists by their names.

use super::draft::Draft;
use super::outline::{Id, Outline, Shape};
use crate::source::{SourceFile, Span};
use crate::tokens::hidden;
use std::collections::HashSet;

/// A key with its value, or an item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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

/// The symbols of a configuration, broken or not.
pub fn symbols(draft: &Draft) -> Vec<Symbol> {
    let outline = &draft.outline;
    let shown = Shown {
        file: draft.file(),
        outline,
        secret: draft.analysis.sensitive().iter().copied().collect(),
    };
    outline.root().map_or(Vec::new(), |root| inside(&shown, root))
}

/// What is shown, and where secrets are.
struct Shown<'d> {
    file: &'d SourceFile,
    outline: &'d Outline,
    secret: HashSet<Span>,
}

fn inside(shown: &Shown<'_>, id: Id) -> Vec<Symbol> {
    let children = shown.outline.children(id).enumerate();
    children
        .filter_map(|(index, child)| symbol(shown, index, child))
        .collect()
}

fn symbol(shown: &Shown<'_>, index: usize, id: Id) -> Option<Symbol> {
    let Shown { file, outline, .. } = *shown;
    let node = outline.node(id)?;
    // Lists of single values have nothing to go to.
    if node.key.is_none() && !matches!(node.shape, Shape::Map | Shape::List) {
        return None;
    }
    let is_secret = node.key.is_some_and(|key| shown.secret.contains(&key));
    let name = match outline.key(file, id) {
        Some(_) if is_secret => "…".to_owned(),
        Some(key) => key.to_owned(),
        None => name_of(file, outline, id).map_or_else(|| format!("[{index}]"), str::to_owned),
    };
    Some(Symbol {
        // The protocol wants a name.
        name: if name.is_empty() {
            "\"\"".to_owned()
        } else {
            hidden(&name).into_owned()
        },
        is_item: node.key.is_none(),
        span: node.extent(),
        key: node.key.unwrap_or(node.span),
        children: inside(shown, id),
    })
}

/// What an item of a list is called.
fn name_of<'f>(file: &'f SourceFile, outline: &Outline, item: Id) -> Option<&'f str> {
    let name = ["name", "id"]
        .into_iter()
        .find_map(|key| outline.get(file, item, key))?;
    outline.text(file, name)
}

#[cfg(test)]
mod tests {
    use super::super::draft::drafted;
    use super::*;

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
        assert_eq!(
            names(&symbols(&drafted(text))),
            "domain cluster(pools(main(name count) [1](count))) list"
        );
    }
}
