//! Whether two texts hold the same data and the same comments: the last word on what was formatted.

use super::lines::BLANKS;
use crate::diagnostic::Sink;
use crate::source::{SourceFile, Span};
use crate::syntax::{self, Entry, Kind, NodeId, Tree};
use std::collections::{HashMap, HashSet};

/// The first place of `before` that reads otherwise in `after`. Only the mappings in `sorted` may have another order.
pub(super) fn difference(before: &Tree<'_>, sorted: &[NodeId], after: &SourceFile) -> Option<Span> {
    let mut sink = Sink::new();
    let tree = syntax::parse(after, &mut sink);
    let whole = before.file().span(0..before.file().text().len());
    if sink.has_errors() || comments(before) != comments(&tree) {
        return Some(whole);
    }
    let comparison = Comparison {
        before: (before, anchors(before)),
        after: (&tree, anchors(&tree)),
        sorted: sorted.iter().copied().collect(),
    };
    match (before.root(), tree.root()) {
        (None, None) => None,
        (Some(old), Some(new)) => comparison.node(old, new),
        _ => Some(whole),
    }
}

/// The texts of the comments, in an order that does not depend on where they are.
fn comments<'t>(tree: &Tree<'t>) -> Vec<&'t str> {
    let comments = tree.comments().iter();
    let mut texts: Vec<&str> = comments
        .map(|c| tree.file().slice(c.span).trim_end_matches(BLANKS))
        .collect();
    crate::sorted::sort(&mut texts);
    texts
}

fn anchors<'t>(tree: &Tree<'t>) -> HashMap<NodeId, &'t str> {
    let anchors = tree.anchors().iter();
    anchors.map(|a| (a.node, tree.file().slice(a.span))).collect()
}

type Side<'a, 't> = (&'a Tree<'t>, HashMap<NodeId, &'t str>);

struct Comparison<'a, 'b, 'c> {
    before: Side<'a, 'b>,
    after: Side<'a, 'c>,
    sorted: HashSet<NodeId>,
}

impl Comparison<'_, '_, '_> {
    /// Calls itself as deep as values are nested, which the reader bounds.
    fn node(&self, old: NodeId, new: NodeId) -> Option<Span> {
        let ((before, old_anchors), (after, new_anchors)) = (&self.before, &self.after);
        let (a, b) = (before.node(old), after.node(new));
        let tags = (
            a.tag.as_ref().map(|tag| tag.text),
            b.tag.as_ref().map(|tag| tag.text),
        );
        if tags.0 != tags.1 || old_anchors.get(&old) != new_anchors.get(&new) {
            return Some(a.span);
        }
        let (source, written) = (before.file().slice(a.span), after.file().slice(b.span));
        let in_brackets = |text: &str| text.starts_with(['{', '[']);
        match (&a.kind, &b.kind) {
            (Kind::Null, Kind::Null) | (Kind::Alias(_), Kind::Alias(_)) if source == written => None,
            (Kind::Scalar(x), Kind::Scalar(y)) if x == y && same_spelling(source, written) => None,
            (Kind::Seq(x), Kind::Seq(y))
                if x.len() == y.len() && in_brackets(source) == in_brackets(written) =>
            {
                x.iter().zip(y).find_map(|(old, new)| self.node(*old, *new))
            }
            (Kind::Map(x), Kind::Map(y))
                if x.len() == y.len() && in_brackets(source) == in_brackets(written) =>
            {
                self.entries(old, x, y)
            }
            _ => Some(a.span),
        }
    }

    fn entries(&self, id: NodeId, old: &[Entry], new: &[Entry]) -> Option<Span> {
        let (before, after) = (self.before.0, self.after.0);
        let mut by_name = HashMap::new();
        if self.sorted.contains(&id) {
            by_name.extend(new.iter().map(|entry| (after.key_text(entry.key), entry)));
        }
        old.iter().zip(new).find_map(|(old, beside)| {
            let new = by_name.get(&before.key_text(old.key)).copied().unwrap_or(beside);
            self.node(old.key, new.key)
                .or_else(|| self.node(old.value, new.value))
        })
    }
}

/// Scalars of one line are spelt as before, but for the blanks around the comment of an empty block scalar.
fn same_spelling(source: &str, written: &str) -> bool {
    source == written || source.contains(['\n', '\r']) || source.starts_with(['|', '>'])
}
