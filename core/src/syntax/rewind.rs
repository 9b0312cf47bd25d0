//! Going back to an earlier place, where what came after it is read anew.

use std::borrow::Cow;
use std::ops::Range;

use super::build::{Builder, Checkpoint, Frame, Weight};
use super::lines;
use super::tree::{Kind, NodeId};

/// A place to read on from within a block: a line that begins with an entry of a mapping or an item of a list.
#[derive(Debug)]
pub(super) struct Resume {
    /// Offset of the line.
    pub(super) at: usize,
    /// Offset of its end. What is changed behind it changes nothing of what comes before it.
    pub(super) line_end: usize,
    /// A text that leaves the parser in the state that it had at the line: the collections around, each with one part.
    around: String,
    /// How many events that text makes.
    events: usize,
    /// Those collections, from the outermost to the one with the line.
    pub(super) path: Vec<Step>,
    /// The first node to be made again.
    node: NodeId,
}

/// A collection that is open.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) id: NodeId,
    /// The key whose value comes next.
    key: Option<NodeId>,
    /// How many of its parts come before.
    pub(super) parts: usize,
}

impl Step {
    /// A collection of which nothing has been read.
    pub(super) fn first(id: NodeId) -> Step {
        Step {
            id,
            key: None,
            parts: 0,
        }
    }
}

/// An entry of a mapping or an item of a list, which may have no value yet.
struct Part {
    key: Option<NodeId>,
    value: Option<NodeId>,
}

/// A text to parse, the offset that its first byte stands for, and how many of its events are known already.
pub(super) struct Piece<'t> {
    pub(super) text: Cow<'t, str>,
    pub(super) base: usize,
    pub(super) known: usize,
}

impl<'t> Piece<'t> {
    /// A part of `text`, read from its beginning or from a place within.
    pub(super) fn of(text: &'t str, part: &Range<usize>, resume: Option<&Resume>) -> Piece<'t> {
        let Some(resume) = resume else {
            return Piece {
                text: text.get(part.clone()).unwrap_or("").into(),
                base: part.start,
                known: 0,
            };
        };
        let rest = text.get(resume.at..part.end).unwrap_or("");
        Piece {
            text: format!("{}{rest}", resume.around).into(),
            base: resume.at - resume.around.len(),
            known: resume.events,
        }
    }
}

/// A part of a collection, behind an edit.
#[derive(Clone, Copy)]
pub(super) struct Stop {
    /// Where it begins in the new text.
    pub(super) at: usize,
    /// How many bytes are before it on its line.
    pub(super) column: usize,
    /// How many collections are around its own.
    pub(super) depth: usize,
    /// How many parts of its collection come before it.
    pub(super) part: usize,
    /// Its first node in the old tree.
    pub(super) node: NodeId,
}

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

    /// Where the line of the key begins whose value a step is in.
    pub(super) fn line_of(&self, step: &Step) -> Option<usize> {
        let key = self.nodes.get(step.key?.index())?;
        Some(lines::start_of_line(self.file.text(), key.span.start as usize))
    }

    /// Whether a key of the top-level mapping begins there.
    pub(super) fn has_top_key_at(&self, at: usize) -> bool {
        let root = self.roots.first().map(|root| &self.nodes[root.index()].kind);
        let Some(Kind::Map(entries)) = root else {
            return false;
        };
        let start = |id: NodeId| self.nodes[id.index()].span.start as usize;
        entries.iter().any(|entry| start(entry.key) == at)
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
        self.name_anchors();
        self.close_root();
    }

    /// The last place before `limit` to read on from; its line ends there at the latest. `text` is what the builder was fed.
    pub(super) fn resume(&self, text: &str, limit: usize) -> Option<Resume> {
        let mut path: Vec<Step> = Vec::new();
        let mut around = String::new();
        // The start of the document.
        let mut events = 1;
        let mut best = None;
        // What is no mapping, where only keys are read, is refused as a whole.
        let reads_on = |root: &NodeId| {
            let is_map = matches!(self.nodes[root.index()].kind, Kind::Map(_));
            self.roots.len() == 1 && (is_map || !self.only_keys) && self.is_block(text, *root)
        };
        let mut next = self.roots.first().copied().filter(reads_on);
        while let Some(id) = next {
            let parts = self.parts(id, path.len())?;
            let start = |part: &Part| self.start_of(text, part);
            let Some(last) = parts.iter().rposition(|part| start(part) < limit) else {
                break;
            };
            let is_map = matches!(self.nodes[id.index()].kind, Kind::Map(_));
            // The dash of an item may be on a line before it.
            let begins = |part: &Part| is_map || start(part) < self.first_byte(part);
            let part = &parts[last];
            let at = start(part);
            // A list is at its first dash. The keys of a mapping are one below the other, but for those at the top of what is read in pieces.
            let column = match begins(part) {
                true => column(text, at),
                false => column(text, self.nodes[id.index()].span.start as usize),
            };
            let Some(column) = column else { break };
            around.push_str(&" ".repeat(column));
            around.push_str(if is_map { "x:\n" } else { "-\n" });
            events += if is_map { 2 } else { 1 };
            let step = |key, parts| Step { id, key, parts };
            // The last part, or where its line is not over there, the one before it.
            let place = (last.saturating_sub(1)..=last)
                .rev()
                .map(|i| (i, start(&parts[i])))
                .find(|(_, at)| lines::line_at(text, *at).end <= limit);
            if let Some((i, at)) = place
                && let Some(node) = parts[i].key.or(parts[i].value)
            {
                let line = lines::line_at(text, at);
                let before = text[line.start..at].trim_start_matches('\u{feff}');
                if begins(&parts[i]) && before.trim().is_empty() && line.start >= around.len() {
                    let mut path = path.clone();
                    path.push(step(None, i));
                    best = Some(Resume {
                        at: line.start,
                        line_end: line.end,
                        around: around.clone(),
                        // What stands there has no value.
                        events: events + 1,
                        path,
                        node,
                    });
                }
            }
            path.push(step(part.key, last));
            next = part.value.filter(|value| self.is_block(text, *value));
        }
        best
    }

    /// What a collection holds, with the part of it that is being read. None where a mapping has a collection as key.
    fn parts(&self, id: NodeId, depth: usize) -> Option<Vec<Part>> {
        let open = self.frames.get(depth).filter(|frame| frame.id == id);
        let inner = open.and(self.frames.get(depth + 1)).map(|frame| frame.id);
        let mut parts: Vec<Part> = Vec::new();
        match &self.nodes[id.index()].kind {
            Kind::Map(entries) => {
                parts.extend(entries.iter().map(|entry| Part {
                    key: Some(entry.key),
                    value: Some(entry.value),
                }));
                match open.and_then(|frame| frame.key) {
                    Some(key) => parts.push(Part {
                        key: Some(key),
                        value: inner,
                    }),
                    None if inner.is_some() => return None,
                    None => {}
                }
                let has_text_keys = parts.iter().all(|part| {
                    part.key
                        .is_some_and(|key| matches!(self.nodes[key.index()].kind, Kind::Scalar(_)))
                });
                has_text_keys.then_some(parts)
            }
            Kind::Seq(items) => {
                let items = items.iter().copied().chain(inner);
                parts.extend(items.map(|item| Part {
                    key: None,
                    value: Some(item),
                }));
                Some(parts)
            }
            _ => Some(parts),
        }
    }

    /// Where a part begins: at its key, or at its dash where that is before it on its line.
    fn start_of(&self, text: &str, part: &Part) -> usize {
        let start = self.first_byte(part);
        if part.key.is_some() {
            return start;
        }
        let line = lines::start_of_line(text, start);
        let before = text.get(line..start).unwrap_or("");
        match before.trim() {
            "-" => line + before.find('-').unwrap_or(0),
            _ => start,
        }
    }

    /// Where the first node of a part begins.
    fn first_byte(&self, part: &Part) -> usize {
        let node = part.key.or(part.value);
        node.map_or(0, |node| self.nodes[node.index()].span.start as usize)
    }

    fn is_block(&self, text: &str, id: NodeId) -> bool {
        let node = &self.nodes[id.index()];
        let rest = text.get(node.span.start as usize..).unwrap_or("");
        matches!(node.kind, Kind::Seq(_) | Kind::Map(_)) && !rest.starts_with(['[', '{'])
    }

    /// Forgets all that came after a place, and opens the collections that it is in.
    pub(super) fn rewind(&mut self, to: &Resume) {
        let end = to.node.index();
        self.nodes.truncate(end);
        self.weights.truncate(end);
        self.frames.clear();
        for step in &to.path {
            match &mut self.nodes[step.id.index()].kind {
                Kind::Map(entries) => entries.truncate(step.parts),
                Kind::Seq(items) => items.truncate(step.parts),
                _ => {}
            }
            let frame = Frame::again(step.id, step.key, self.weight_of_parts(step));
            self.frames.push(frame);
        }
        let is_leaf = |kind: &Kind<'_>| !matches!(kind, Kind::Seq(_) | Kind::Map(_));
        let leaves = self.nodes.iter().zip(&self.weights);
        let leaves = leaves.filter(|(node, _)| is_leaf(&node.kind));
        self.expanded = leaves.map(|(_, weight)| weight.size).sum();
        let stays = |start: u32| (start as usize) < to.at;
        self.comments.retain(|comment| stays(comment.span.start));
        self.anchors.retain(|anchor| stays(anchor.span.start));
        self.problems.retain(|found| stays(found.span.start));
        self.name_anchors();
        self.piece_start = false;
        self.top_key = None;
        self.last_end = to.at;
    }

    fn weight_of_parts(&self, step: &Step) -> Weight {
        let mut weight = Weight::COLLECTION;
        let mut add = |id: NodeId| weight.add(self.weights[id.index()]);
        match &self.nodes[step.id.index()].kind {
            Kind::Map(entries) => entries.iter().for_each(|entry| {
                add(entry.key);
                add(entry.value);
            }),
            Kind::Seq(items) => items.iter().for_each(|item| add(*item)),
            _ => {}
        }
        step.key.into_iter().for_each(&mut add);
        weight
    }

    fn name_anchors(&mut self) {
        let file = self.file;
        self.names = self
            .anchors
            .iter()
            .map(|anchor| (file.slice(anchor.span).trim_start_matches('&'), anchor.node))
            .collect();
    }
}

/// The column of an offset, in bytes, where only blanks and dashes stand before it on its line.
pub(super) fn column(text: &str, at: usize) -> Option<usize> {
    let line = lines::start_of_line(text, at);
    let before = text.get(line..at)?.trim_start_matches('\u{feff}');
    before
        .bytes()
        .all(|b| matches!(b, b' ' | b'-'))
        .then_some(before.len())
}
