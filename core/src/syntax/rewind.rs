//! Going back to an earlier place, where what came after it is read anew.

use super::build::{Builder, Checkpoint};
use super::tree::Kind;

impl Builder<'_> {
    /// Begins a piece of the text at `at`, which goes on with the mapping that the pieces before it built.
    pub(super) fn begin(&mut self, at: usize) -> Checkpoint {
        self.piece_start = true;
        self.frames.clear();
        self.top_key = None;
        self.last_end = at;
        self.checkpoint(at)
    }

    pub(super) fn checkpoint(&self, at: usize) -> Checkpoint {
        let root_entries = match self.roots.last().map(|id| &self.nodes[id.index()].kind) {
            Some(Kind::Map(entries)) => entries.len(),
            _ => 0,
        };
        Checkpoint {
            at,
            nodes: self.nodes.len(),
            comments: self.comments.len(),
            anchors: self.anchors.len(),
            problems: self.problems.len(),
            roots: self.roots.len(),
            root_entries,
            expanded: self.expanded,
        }
    }

    /// The place before the last key of the top-level mapping, where this piece had one.
    pub(super) fn last_top_key(&self) -> Option<Checkpoint> {
        self.top_key
    }

    /// Forgets all that came after `to`.
    pub(super) fn roll_back(&mut self, to: &Checkpoint) {
        self.nodes.truncate(to.nodes);
        self.weights.truncate(to.nodes);
        self.comments.truncate(to.comments);
        self.anchors.truncate(to.anchors);
        self.problems.truncate(to.problems);
        self.roots.truncate(to.roots);
        self.expanded = to.expanded;
        if let Some(root) = self.roots.last().copied()
            && let Kind::Map(entries) = &mut self.nodes[root.index()].kind
        {
            entries.truncate(to.root_entries);
        }
        let file = self.file;
        self.names = self
            .anchors
            .iter()
            .map(|anchor| (file.slice(anchor.span).trim_start_matches('&'), anchor.node))
            .collect();
        self.close_root();
    }
}
