//! The structure of a configuration apart from its parse: what each key and each value spans. It is read off the tree that an analysis
//! makes anyway, and answers requests until the next edit without parsing again.

use crate::source::{SourceFile, Span};
use crate::syntax::{Entry, Kind, NodeId, Tree};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Map,
    List,
    Scalar,
    Alias,
    /// Not written, or `null`.
    Empty,
    Broken,
}

/// A value with the key that it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    /// Its key, in a mapping.
    pub key: Option<Span>,
    /// The value, without anchor and tag.
    pub span: Span,
    /// What it is.
    pub shape: Shape,
    parent: Option<Id>,
    /// The first node behind all that is inside it.
    end: Id,
}

impl Node {
    /// The mapping or the list that it is in.
    pub fn parent(&self) -> Option<Id> {
        self.parent
    }

    /// Key and value.
    pub fn extent(&self) -> Span {
        self.key.map_or(self.span, |key| key.to(self.span))
    }
}

/// A node of an outline.
pub(super) type Id = usize;

/// A step from a value to one inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// The value of a key.
    Key(String),
    /// An item of a list.
    Item,
}

/// The structure of a configuration as it is written: what an alias stands for is shown where it stands.
#[derive(Debug, Clone, Default)]
pub struct Outline {
    /// Each node before what is inside it.
    nodes: Vec<Node>,
    /// Where anchors are, each `&name`.
    anchors: Vec<Span>,
    /// The places of keys that merge others in.
    merges: Vec<Id>,
}

impl Outline {
    /// That of a parse.
    pub(crate) fn of(tree: &Tree<'_>) -> Outline {
        let mut outline = Outline {
            anchors: tree.anchors().iter().map(|anchor| anchor.span).collect(),
            ..Outline::default()
        };
        if let Some(root) = tree.root() {
            outline.add(tree, None, root, None);
        }
        outline
    }

    fn add(&mut self, tree: &Tree<'_>, key: Option<NodeId>, value: NodeId, parent: Option<Id>) {
        let node = tree.node(value);
        let shape = match node.kind {
            Kind::Map(_) => Shape::Map,
            Kind::Seq(_) => Shape::List,
            Kind::Scalar(_) => Shape::Scalar,
            Kind::Alias(_) => Shape::Alias,
            Kind::Null => Shape::Empty,
            Kind::Broken => Shape::Broken,
        };
        let id = self.nodes.len();
        self.nodes.push(Node {
            key: key.map(|key| tree.span(key)),
            span: node.span,
            shape,
            parent,
            end: id + 1,
        });
        match &node.kind {
            Kind::Map(entries) => {
                for Entry { key, value } in entries {
                    if tree.is_merge_key(*key) {
                        self.merges.push(self.nodes.len());
                    }
                    self.add(tree, Some(*key), *value, Some(id));
                }
            }
            Kind::Seq(items) => {
                for item in items {
                    self.add(tree, None, *item, Some(id));
                }
            }
            _ => {}
        }
        let end = self.nodes.len();
        if let Some(node) = self.nodes.get_mut(id) {
            node.end = end;
        }
    }

    /// The whole document.
    pub(super) fn root(&self) -> Option<Id> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// A node; `None` for one of another outline.
    pub(super) fn node(&self, id: Id) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// Every node, each before what is inside it.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (Id, &Node)> {
        self.nodes.iter().enumerate()
    }

    /// Where anchors are, each `&name`.
    pub(super) fn anchors(&self) -> &[Span] {
        &self.anchors
    }

    /// Whether a node is what a merge key merges in.
    pub(super) fn is_merged(&self, id: Id) -> bool {
        self.merges.binary_search(&id).is_ok()
    }

    /// What is directly inside a node, in the order of the file.
    pub(super) fn children(&self, id: Id) -> impl Iterator<Item = Id> {
        let end = self.node(id).map_or(id, |node| node.end);
        let next = move |id: Id| Some(id).filter(|id| *id < end);
        std::iter::successors(next(id + 1), move |id| next(self.node(*id)?.end))
    }

    /// All that is inside a node, in the order of the file.
    pub(super) fn below(&self, id: Id) -> impl Iterator<Item = Id> {
        id + 1..self.node(id).map_or(id + 1, |node| node.end)
    }

    /// A node and what it is in, from the inside out.
    pub(super) fn ancestors(&self, id: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(Some(id), |id| self.node(*id)?.parent)
    }

    /// The innermost node whose key or value holds a place between bytes. Their ends count: that is where the cursor stands after a word.
    pub(super) fn at(&self, offset: u32) -> Option<Id> {
        let holds = |id: &Id| {
            let extent = self.node(*id).map(Node::extent);
            extent.is_some_and(|extent| extent.start <= offset && offset <= extent.end)
        };
        let behind = self.nodes.partition_point(|node| node.extent().start <= offset);
        self.ancestors(behind.checked_sub(1)?).find(holds)
    }

    /// Whether a place lies inside a scalar.
    pub(super) fn is_in_text(&self, offset: u32) -> bool {
        let node = self.at(offset).and_then(|id| self.node(id));
        let scalar = node.filter(|node| node.shape == Shape::Scalar);
        scalar.is_some_and(|node| node.span.start < offset && offset < node.span.end)
    }

    /// The text of a node's key.
    pub(super) fn key<'f>(&self, file: &'f SourceFile, id: Id) -> Option<&'f str> {
        Some(file.slice(bare(file, self.node(id)?.key?)))
    }

    /// The text of a scalar without its quotes. Escapes are left as they are: no name has any.
    pub(super) fn text<'f>(&self, file: &'f SourceFile, id: Id) -> Option<&'f str> {
        let node = self.node(id).filter(|node| node.shape == Shape::Scalar)?;
        Some(file.slice(bare(file, node.span)))
    }

    /// The value of a key in a mapping.
    pub(super) fn get(&self, file: &SourceFile, id: Id, key: &str) -> Option<Id> {
        self.children(id)
            .find(|child| self.key(file, *child) == Some(key))
    }

    /// The value at the end of keys from the top.
    pub(super) fn find(&self, file: &SourceFile, keys: &[&str]) -> Option<Id> {
        keys.iter()
            .try_fold(self.root()?, |id, key| self.get(file, id, key))
    }

    /// What is inside the value at the end of keys from the top.
    pub(super) fn inside(&self, file: &SourceFile, keys: &[&str]) -> impl Iterator<Item = Id> {
        let found = self.find(file, keys);
        found.into_iter().flat_map(|id| self.children(id))
    }

    /// The steps to a node from the top.
    pub(super) fn path(&self, file: &SourceFile, id: Id) -> Vec<Step> {
        let step = |id: Id| match self.node(id)? {
            Node { parent: None, .. } => None,
            Node { key: None, .. } => Some(Step::Item),
            _ => Some(Step::Key(self.key(file, id)?.to_owned())),
        };
        let mut steps: Vec<Step> = self.ancestors(id).filter_map(step).collect();
        steps.reverse();
        steps
    }
}

/// The place of a text without the quotes around it.
pub(super) fn bare(file: &SourceFile, span: Span) -> Span {
    let text = file.slice(span);
    let is_quoted = |quote: char| text.len() > 1 && text.starts_with(quote) && text.ends_with(quote);
    match is_quoted('"') || is_quoted('\'') {
        true => Span {
            start: span.start + 1,
            end: span.end - 1,
            ..span
        },
        false => span,
    }
}

/// A node's path as messages show it: `cluster.pools[].count`.
pub(super) fn shown(path: &[Step]) -> String {
    let mut shown = String::new();
    for step in path {
        match step {
            Step::Key(key) if shown.is_empty() => shown.push_str(key),
            Step::Key(key) => {
                shown.push('.');
                shown.push_str(key);
            }
            Step::Item => shown.push_str("[]"),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sink;
    use crate::source::FileId;
    use crate::syntax::parse_values;

    fn outlined(text: &str) -> (SourceFile, Outline) {
        let file = SourceFile::new(FileId::CONFIG, "x", text);
        let outline = Outline::of(&parse_values(&file, &mut Sink::new()));
        (file, outline)
    }

    fn path_at(text: &str) -> String {
        let offset = u32::try_from(text.find('|').unwrap()).unwrap();
        let (file, outline) = outlined(&text.replacen('|', "", 1));
        let at = outline.at(offset);
        at.map_or("nothing".to_owned(), |id| shown(&outline.path(&file, id)))
    }

    #[test]
    fn the_innermost_key_or_value_at_a_place() {
        assert_eq!(path_at("a:\n  b: |1\n"), "a.b");
        assert_eq!(path_at("a:\n  b|: 1\n"), "a.b");
        assert_eq!(path_at("a:\n  b: 1|\nc: 2\n"), "a.b");
        assert_eq!(path_at("a: {b: [1, 2|]}\n"), "a.b[]");
        assert_eq!(path_at("a: [{b: 1}, {b: 2|}]\n"), "a[].b");
        assert_eq!(path_at("a: 1\n\n|\n"), "nothing");
        assert_eq!(path_at("|"), "nothing");
    }

    #[test]
    fn values_by_their_keys() {
        let (file, outline) = outlined("a: {b: [1, 'x']}\n\"c\": 2\n");
        let texts: Vec<_> = outline
            .inside(&file, &["a", "b"])
            .map(|id| outline.text(&file, id).unwrap())
            .collect();
        assert_eq!(texts, ["1", "x"]);
        let c = outline.find(&file, &["c"]).unwrap();
        assert_eq!(outline.text(&file, c), Some("2"));
        assert!(outline.find(&file, &["a", "d"]).is_none());
    }
}
