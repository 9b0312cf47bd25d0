//! The span tree: nodes in an arena, each with the bytes it was read from.

use std::borrow::Cow;
use std::collections::HashSet;

use super::damage::Damage;
use super::events::Style;
use super::repair::Repaired;
use crate::source::{SourceFile, Span};

/// A node of one [`Tree`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct NodeId(pub(super) u32);

impl NodeId {
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// One value, or one key, of the document.
#[derive(Clone, PartialEq, Debug)]
pub struct SyntaxNode<'s> {
    /// What it is.
    pub kind: Kind<'s>,
    /// The bytes it was read from, without its anchor and tag. Quotes, brackets and the header of a block scalar
    /// belong to it. A block mapping reaches from its first key to the end of its last value, a block sequence
    /// from its first dash; a value that is not written is an empty span after its `:` or `-`.
    pub span: Span,
    /// Its explicit tag.
    pub tag: Option<Tag<'s>>,
}

/// What a node is.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind<'s> {
    /// No value, or a plain `null` or `~`.
    Null,
    /// Text, of which the reader decides what it means.
    Scalar(Scalar<'s>),
    /// A list.
    Seq(Vec<NodeId>),
    /// A mapping as written: merge keys and duplicates are among the entries. See [`Tree::entries`].
    Map(Vec<Entry>),
    /// A reference to an anchored node. See [`Tree::resolve`].
    Alias(NodeId),
    /// Something that could not be read, and about which an error was reported.
    Broken,
}

/// A key with its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The key.
    pub key: NodeId,
    /// The value.
    pub value: NodeId,
}

/// The text of a scalar, after escapes and folding.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scalar<'s> {
    /// The text, borrowed from the source where it stands there as it is.
    pub text: Cow<'s, str>,
    /// How it was written.
    pub style: Style,
}

/// An explicit tag.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tag<'s> {
    /// The tag as written, `!!str` or `!Ref`.
    pub text: &'s str,
    /// The bytes of the tag.
    pub span: Span,
    /// Its short name where it is one of YAML's own: `str`, `int`, `float`, `bool`, `null`, `seq`, `map`.
    pub core: Option<&'static str>,
}

/// The definition of an anchor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Anchor {
    /// The bytes of `&name`.
    pub span: Span,
    /// The node that it names.
    pub node: NodeId,
}

/// A comment. Its text is `file.slice(comment.span)`, from the `#` to before the line break.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Comment {
    /// From the `#` to before the line break.
    pub span: Span,
    /// True where only blanks stand before it on its line.
    pub own_line: bool,
}

/// How a text was read that may have syntax errors.
#[derive(Clone, Default)]
pub(super) struct Reading<'s> {
    /// The repairs, in the order in which they were made.
    pub(super) repairs: Vec<Repaired>,
    /// What values were before they were called broken.
    pub(super) cut_values: Vec<(NodeId, Kind<'s>)>,
}

// The way to a tree is no part of it.
impl std::fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reading").finish_non_exhaustive()
    }
}

/// A parsed file.
#[derive(Clone, Debug)]
pub struct Tree<'s> {
    pub(super) file: &'s SourceFile,
    pub(super) nodes: Vec<SyntaxNode<'s>>,
    pub(super) roots: Vec<NodeId>,
    pub(super) comments: Vec<Comment>,
    pub(super) anchors: Vec<Anchor>,
    pub(super) damage: Damage,
    /// How the text was read, where it can be read again in parts.
    pub(super) reading: Option<Reading<'s>>,
    /// Mappings with merge keys or with keys written twice, in the order of their ids.
    pub(super) folding: Vec<NodeId>,
}

/// Stands in for an id of another tree, so that a mix-up reads as "broken" and not as a panic.
static FOREIGN: SyntaxNode<'static> = SyntaxNode {
    kind: Kind::Broken,
    span: Span {
        file: crate::source::FileId::CONFIG,
        start: 0,
        end: 0,
    },
    tag: None,
};

impl<'s> Tree<'s> {
    /// The document's value; `None` for an empty file.
    pub fn root(&self) -> Option<NodeId> {
        self.roots.first().copied()
    }

    /// The values of all documents. More than one only after [`super::parse_stream`].
    pub fn roots(&self) -> &[NodeId] {
        &self.roots
    }

    /// The file that the tree was read from.
    pub fn file(&self) -> &'s SourceFile {
        self.file
    }

    /// A node as written. Where aliases do not matter, pass the id through [`Tree::resolve`] first.
    pub fn node(&self, id: NodeId) -> &SyntaxNode<'s> {
        self.nodes.get(id.index()).unwrap_or(&FOREIGN)
    }

    /// Follows aliases to the node that they stand for; any other node is itself.
    pub fn resolve(&self, id: NodeId) -> NodeId {
        let mut id = id;
        // An alias refers to an earlier node, so the ids fall and this ends.
        while let Kind::Alias(target) = self.node(id).kind {
            if target >= id {
                break;
            }
            id = target;
        }
        id
    }

    /// What a node is, aliases followed.
    pub fn kind(&self, id: NodeId) -> &Kind<'s> {
        &self.node(self.resolve(id)).kind
    }

    #[cfg(any(test, feature = "internals"))]
    /// The scalar that a node is, aliases followed.
    pub fn scalar(&self, id: NodeId) -> Option<&Scalar<'s>> {
        match self.kind(id) {
            Kind::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// Where a node stands; of an alias, where the alias stands.
    pub fn span(&self, id: NodeId) -> Span {
        self.node(id).span
    }

    #[cfg(any(test, feature = "internals"))]
    /// The items of a sequence, aliases to it followed; none for any other node.
    pub fn items(&self, id: NodeId) -> &[NodeId] {
        match self.kind(id) {
            Kind::Seq(items) => items,
            _ => &[],
        }
    }

    /// The text of a key. A key that is no scalar has none.
    pub fn key_text(&self, key: NodeId) -> Option<&str> {
        let key = self.resolve(key);
        match &self.node(key).kind {
            Kind::Scalar(scalar) => Some(&scalar.text),
            // `null: 1` has the key "null"; a key that is not written has the empty one.
            Kind::Null => Some(self.file.slice(self.span(key))),
            _ => None,
        }
    }

    /// The entries of a mapping, aliases to it followed, with its merge keys folded in: keys written in it win over
    /// merged ones, earlier merge sources over later ones, and of a key written twice the first. Keys that are no
    /// scalars are kept as they are.
    pub fn entries(&self, id: NodeId) -> Cow<'_, [Entry]> {
        match self.kind(id) {
            Kind::Map(entries) if !self.folds(self.resolve(id)) => entries.into(),
            Kind::Map(_) => self.folded(id).into(),
            _ => Vec::new().into(),
        }
    }

    /// Whether a mapping has merge keys, or keys written twice.
    fn folds(&self, id: NodeId) -> bool {
        self.folding.binary_search(&id).is_ok()
    }

    fn folded(&self, id: NodeId) -> Vec<Entry> {
        let mut folded = Vec::new();
        let mut seen = HashSet::new();
        // A source counts with its own sources before the next one, hence a stack. Its length is bounded by the
        // expanded size, which the builder bounds.
        let mut pending = vec![id];
        while let Some(next) = pending.pop() {
            let Kind::Map(entries) = self.kind(next) else {
                continue;
            };
            let mut sources = Vec::new();
            for entry in entries {
                if self.is_merge_key(entry.key) {
                    self.merge_sources(entry.value, &mut sources);
                } else if self.key_text(entry.key).is_none_or(|text| seen.insert(text)) {
                    folded.push(*entry);
                }
            }
            pending.extend(sources.into_iter().rev());
        }
        folded
    }

    /// The value of a key in a mapping, as [`Tree::entries`] has it.
    pub fn get(&self, id: NodeId, key: &str) -> Option<Entry> {
        let entries = self.entries(id);
        let mut entries = entries.iter();
        entries
            .find(|entry| self.key_text(entry.key) == Some(key))
            .copied()
    }

    /// True for a plain `<<`, whose value is merged into the mapping that it stands in.
    pub fn is_merge_key(&self, key: NodeId) -> bool {
        matches!(&self.node(key).kind, Kind::Scalar(s) if s.style == Style::Plain && s.text == "<<")
    }

    fn merge_sources(&self, value: NodeId, sources: &mut Vec<NodeId>) {
        match self.kind(value) {
            Kind::Seq(items) => sources.extend(items),
            _ => sources.push(value),
        }
    }

    #[cfg(any(test, feature = "internals"))]
    /// The places of all scalars, in file order.
    pub fn scalars(&self) -> impl Iterator<Item = Span> {
        let scalars = self
            .nodes
            .iter()
            .filter(|node| matches!(node.kind, Kind::Scalar(_)));
        scalars.map(|node| node.span)
    }

    /// The comments, in file order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// The anchors, in file order.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The regions that were left out because of syntax errors, in file order.
    pub fn damaged(&self) -> &[Span] {
        self.damage.regions()
    }

    /// True where a damaged region lies in `span`, or in the gap before or after it so that what was lost there may
    /// have belonged to it. Nothing may be called missing in such a mapping.
    pub fn touches_damage(&self, span: Span) -> bool {
        self.damage.touches(self.file, span)
    }
}
