//! The canonical layout of a configuration.
//!
//! The text is written anew from the syntax tree: indentation, blanks between tokens, blank lines, and the order of keys that the
//! model knows. Scalars keep their spelling. The blank lines and comments between two entries are first assigned to one of them
//! (`trivia`), and then move with it.
//!
//! | file | job |
//! |---|---|
//! | lines, trivia | the text by lines; comments and blank lines, and the entry that they belong to |
//! | survey | where everything ends, and what must keep its order |
//! | block, frame, sort | mappings and sequences of one entry per line |
//! | flow, scalar | values between brackets; scalars of several lines |
//! | same | compares the result with the original |

mod block;
mod flow;
mod frame;
mod lines;
mod same;
mod scalar;
mod sort;
mod survey;
mod trivia;

#[cfg(test)]
mod tests;

use crate::diagnostic::{Diagnostic, Sink};
use crate::model::SchemaPlace;
use crate::source::{SourceFile, Span};
use crate::syntax::{self, Kind, NodeId, Tree};
use frame::Frame;
use lines::Lines;
use std::collections::HashMap;

/// Why a file was left as it is.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Unformatted {
    /// It is not valid: syntax errors, duplicate keys, more than one document.
    Invalid(Vec<Diagnostic>),
    /// It is valid, but has something that is not laid out anew.
    Unsupported {
        /// The place of it.
        span: Span,
        /// What it is, as a phrase: `an explicit key`.
        what: &'static str,
    },
}

impl std::fmt::Display for Unformatted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Unformatted::Invalid(found) => match found.first() {
                Some(first) => f.write_str(&first.message),
                None => f.write_str("the file is not valid"),
            },
            Unformatted::Unsupported { what, .. } => write!(f, "{what} cannot be reformatted"),
        }
    }
}

impl std::error::Error for Unformatted {}

type Result<T> = std::result::Result<T, Unformatted>;

/// Whether two texts hold the same data, in the same order, and the same comments: what a part of a formatting has to hold.
pub fn is_same(before: &SourceFile, after: &SourceFile) -> bool {
    let mut sink = Sink::new();
    let tree = syntax::parse(before, &mut sink);
    !sink.has_errors() && same::difference(&tree, &[], after).is_none()
}

/// The text of `file` in the canonical layout: the same data, with the same comments.
///
/// Formatting a formatted text changes nothing.
///
/// # Errors
/// [`Unformatted`] where the file is not valid, or has something that cannot be laid out anew without a risk to its meaning.
pub fn format(file: &SourceFile) -> Result<String> {
    let mut sink = Sink::new();
    let tree = syntax::parse(file, &mut sink);
    if sink.has_errors() || !tree.damaged().is_empty() {
        return Err(Unformatted::Invalid(sink.finish()));
    }
    let mut layout = Layout::new(&tree)?;
    let text = layout.document()?;
    let after = SourceFile::new(file.id(), file.path(), text);
    if let Some(span) = same::difference(&tree, &layout.sorted, &after) {
        let what = "a value that formatting would change";
        return Err(Unformatted::Unsupported { span, what });
    }
    Ok(after.text().to_owned())
}

/// A text on its way to its canonical layout.
struct Layout<'t> {
    tree: &'t Tree<'t>,
    lines: Lines<'t>,
    /// The anchor of each node that has one.
    anchors: HashMap<NodeId, Span>,
    /// The last line of each value that is more than a scalar of its own lines.
    ends: HashMap<NodeId, usize>,
    /// The dashes of each block sequence.
    dashes: HashMap<NodeId, Vec<usize>>,
    /// Places, in their order, that no entry around them may be moved with: anchors, aliases, merge keys, and block scalars that
    /// keep the blank lines below them.
    fixed: Vec<usize>,
    /// The mappings whose entries were sorted.
    sorted: Vec<NodeId>,
}

impl<'t> Layout<'t> {
    fn new(tree: &'t Tree<'t>) -> Result<Layout<'t>> {
        let mut layout = Layout {
            tree,
            lines: Lines::new(tree),
            anchors: tree.anchors().iter().map(|a| (a.node, a.span)).collect(),
            ends: HashMap::new(),
            dashes: HashMap::new(),
            fixed: Vec::new(),
            sorted: Vec::new(),
        };
        layout.survey()?;
        Ok(layout)
    }

    fn document(&mut self) -> Result<String> {
        let count = self.lines.count();
        let Some(root) = self.tree.root().filter(|root| !self.is_absent(*root)) else {
            let all = trivia::without_first_blanks(trivia::trimmed(self.lines.trivia(0..count)?));
            return Ok(finish(trivia::write(&all, 0)));
        };
        let flow = !self.is_block(root);
        if flow && !matches!(self.tree.node(root).kind, Kind::Map(_) | Kind::Seq(_)) {
            return Err(self.unsupported(self.tree.span(root), "a document that is a single value"));
        }
        let start = self.start(root);
        let mut head = self.lines.trivia(0..self.lines.of(start))?;
        let lead = trivia::split_header(&mut head);
        let last = self.end(root);
        let tail = trivia::trimmed(self.lines.trivia(last + 1..count)?);
        let mut out = trivia::write(&trivia::without_first_blanks(head), 0);
        if flow {
            out.extend(trivia::write(&trivia::without_first_blanks(lead), 0));
            out.extend(self.root_flow(root)?);
            out.extend(trivia::write(&tail, 0));
        } else {
            let frame = Frame {
                indent: 0,
                place: SchemaPlace::root(),
                item: false,
            };
            out.extend(self.block(root, frame, lead, tail)?);
        }
        Ok(finish(out))
    }

    /// A value that is not written.
    fn is_absent(&self, id: NodeId) -> bool {
        let node = self.tree.node(id);
        node.span.is_empty() && matches!(node.kind, Kind::Null | Kind::Scalar(_))
    }

    /// Whether a collection outside of brackets has an entry per line.
    fn is_block(&self, id: NodeId) -> bool {
        let node = self.tree.node(id);
        match &node.kind {
            Kind::Map(entries) => entries
                .first()
                .is_some_and(|entry| self.tree.span(entry.key).start == node.span.start),
            Kind::Seq(_) => self.tree.file().slice(node.span).starts_with('-'),
            _ => false,
        }
    }

    /// The anchor and the tag of a node, in the order in which they are written.
    fn properties(&self, id: NodeId) -> Vec<Span> {
        let tag = self.tree.node(id).tag.as_ref().map(|tag| tag.span);
        let mut spans: Vec<Span> = self.anchors.get(&id).copied().into_iter().chain(tag).collect();
        crate::sorted::sort(&mut spans);
        spans
    }

    /// Where a node begins, with its properties; a mapping without brackets begins with those of its first key.
    fn start(&self, id: NodeId) -> usize {
        let first = match &self.tree.node(id).kind {
            Kind::Map(entries) if self.is_block(id) => entries.first().map_or(id, |entry| entry.key),
            Kind::Seq(_) if self.is_block(id) => return self.tree.span(id).start as usize,
            _ => id,
        };
        let properties = self.properties(first);
        let start = self.tree.span(first).start;
        properties.first().map_or(start, |span| span.start.min(start)) as usize
    }

    fn unsupported(&self, span: Span, what: &'static str) -> Unformatted {
        Unformatted::Unsupported { span, what }
    }
}

fn finish(lines: Vec<String>) -> String {
    let mut text = lines.join("\n");
    if !lines.is_empty() {
        text.push('\n');
    }
    text
}
