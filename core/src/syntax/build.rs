//! Events to nodes, with the budgets that keep a small file from meaning a huge document.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::Mode;
use super::comment::Comment;
use super::events::{Event, Fault, FaultKind, Item, TagItem};
use super::limits::{MAX_DEPTH, MAX_EXPANDED, MAX_KEY_BYTES, MAX_NODES};
use super::lines;
use super::scalar;
use super::tree::{Anchor, Entry, Kind, Node, NodeId, Scalar, Style, Tag};
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::{SourceFile, Span};

/// Why a pass over the text ended before the text did.
pub(super) enum Halt {
    /// A syntax error, to be recovered from.
    Fault(Fault),
    /// Nothing after this offset is read, and it was said why.
    Stop(usize),
}

/// A collection whose end has not come yet.
struct Frame {
    id: NodeId,
    key: Option<NodeId>,
    flow: bool,
    weight: Weight,
}

/// What a node costs once its aliases are replaced by what they stand for.
#[derive(Clone, Copy, Default)]
struct Weight {
    size: u64,
    height: usize,
}

/// A place to go back to.
#[derive(Clone, Copy, Default)]
pub(super) struct Checkpoint {
    /// Offset of the line that the next node stands on.
    pub(super) at: usize,
    nodes: usize,
    comments: usize,
    anchors: usize,
    problems: usize,
    roots: usize,
    root_entries: usize,
    expanded: u64,
}

/// A tree in the making.
pub(super) struct Builder<'s> {
    pub(super) file: &'s SourceFile,
    mode: Mode,
    pub(super) nodes: Vec<Node<'s>>,
    weights: Vec<Weight>,
    pub(super) roots: Vec<NodeId>,
    pub(super) comments: Vec<Comment>,
    pub(super) anchors: Vec<Anchor>,
    names: HashMap<&'s str, NodeId>,
    pub(super) problems: Vec<Diagnostic>,
    frames: Vec<Frame>,
    last: Option<NodeId>,
    expanded: u64,
    /// Set while the text is read in pieces, of which each must continue the top-level mapping.
    pub(super) only_keys: bool,
    piece_start: bool,
    top_key: Option<Checkpoint>,
    /// Where the last node, or the last bracket, ended.
    pub(super) last_end: usize,
}

impl<'s> Builder<'s> {
    pub(super) fn new(file: &'s SourceFile, mode: Mode) -> Builder<'s> {
        Builder {
            file,
            mode,
            nodes: Vec::new(),
            weights: Vec::new(),
            roots: Vec::new(),
            comments: Vec::new(),
            anchors: Vec::new(),
            names: HashMap::new(),
            problems: Vec::new(),
            frames: Vec::new(),
            last: None,
            expanded: 0,
            only_keys: false,
            piece_start: true,
            top_key: None,
            last_end: 0,
        }
    }

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

    /// The start of the innermost open bracket.
    pub(super) fn open_bracket(&self) -> Option<usize> {
        let frame = self.frames.iter().rev().find(|frame| frame.flow)?;
        Some(self.nodes[frame.id.index()].span.start as usize)
    }

    /// Takes the next event, whose ranges count from `base`.
    pub(super) fn take(&mut self, item: Item<'_>, base: usize) -> Result<(), Halt> {
        let range = item.range.start + base..item.range.end + base;
        let tag = item.tag.map(|tag| self.tag(&tag, base));
        match item.event {
            Event::DocumentStart => return self.document_start(range),
            Event::DocumentEnd => {}
            Event::Comment => self.comment(range),
            Event::Anchor => self.anchor(range),
            Event::Alias(name) => self.alias(&name, range)?,
            Event::Scalar { text, style } => self.scalar(text, style, range, tag)?,
            Event::SeqStart { flow } => self.open(Kind::Seq(Vec::new()), flow, range, tag)?,
            Event::MapStart { flow } => self.open(Kind::Map(Vec::new()), flow, range, tag)?,
            Event::End => self.close(&range),
        }
        Ok(())
    }

    fn document_start(&mut self, range: Range<usize>) -> Result<(), Halt> {
        let first = std::mem::take(&mut self.piece_start);
        if first {
            return Ok(());
        }
        self.names.clear();
        if self.mode == Mode::Stream || self.roots.is_empty() {
            return Ok(());
        }
        let start = range.start;
        // After `...` a document begins without a `---` to point at.
        let range = if range.is_empty() {
            lines::line_at(self.file.text(), start)
        } else {
            range
        };
        self.problems.push(
            Diagnostic::error("syntax", self.file.span(range), "A second document begins here")
                .with_label("all from here on is ignored")
                .help("Keep one document: remove this line, or move what follows into a file of its own"),
        );
        Err(Halt::Stop(start))
    }

    fn comment(&mut self, range: Range<usize>) {
        let before = self.file.text().get(..range.start).unwrap_or("");
        let line = before.rfind(['\n', '\r']).map_or(0, |i| i + 1);
        let own_line = before[line..].trim_start_matches('\u{feff}').trim().is_empty();
        let span = self.file.span(range);
        self.comments.push(Comment { span, own_line });
    }

    fn anchor(&mut self, range: Range<usize>) {
        let Some(node) = self.last else { return };
        let span = self.file.span(range);
        self.anchors.push(Anchor { span, node });
        self.names
            .insert(self.file.slice(span).trim_start_matches('&'), node);
        let target = &self.nodes[node.index()];
        if self.mode == Mode::Config && target.kind == Kind::Null && target.span.is_empty() {
            let name = self.file.slice(span);
            self.problems.push(
                Diagnostic::error("syntax", span, format!("The anchor `{name}` names nothing")).help(
                    format!("Write the value after it on the same line, or remove `{name}`"),
                ),
            );
        }
    }

    fn tag(&self, tag: &TagItem, base: usize) -> Tag<'s> {
        let span = self.file.span(tag.range.start + base..tag.range.end + base);
        Tag {
            text: self.file.slice(span),
            span,
            core: tag.core,
        }
    }

    fn alias(&mut self, name: &str, range: Range<usize>) -> Result<(), Halt> {
        let span = self.file.span(range);
        let Some(target) = self.names.get(name).copied() else {
            self.problems.push(unknown_alias(name, span));
            return self.add(Kind::Broken, span, None, Weight { size: 1, height: 0 });
        };
        let weight = self.weights[target.index()];
        let endless = self.frames.iter().any(|frame| frame.id == target);
        let problem = if endless {
            Some(format!(
                "`*{name}` stands inside the value that it repeats, which never ends"
            ))
        } else if self.frames.len() + weight.height > MAX_DEPTH {
            Some(format!(
                "With `*{name}` replaced, values nest more than {MAX_DEPTH} deep"
            ))
        } else if self.expanded + weight.size > MAX_EXPANDED {
            Some(format!(
                "With aliases replaced, the file has more than {MAX_EXPANDED} values"
            ))
        } else {
            None
        };
        let Some(message) = problem else {
            return self.add(Kind::Alias(target), span, None, weight);
        };
        let help = format!("Write the value out instead of `*{name}`");
        self.say_limit(Diagnostic::error("limit", span, message).help(help));
        self.add(Kind::Broken, span, None, Weight { size: 1, height: 0 })
    }

    /// One such diagnostic is enough: where a bound is passed once it is mostly passed a thousand times.
    fn say_limit(&mut self, diagnostic: Diagnostic) {
        if !self.problems.iter().any(|said| said.rule == "limit") {
            self.problems.push(diagnostic);
        }
    }

    fn scalar(
        &mut self,
        text: Cow<'_, str>,
        style: Style,
        range: Range<usize>,
        tag: Option<Tag<'s>>,
    ) -> Result<(), Halt> {
        let absent = range.is_empty() && style == Style::Plain;
        let range = match style {
            Style::Literal | Style::Folded => self.block_range(range),
            _ if absent => self.absent_range(range, tag.is_some()),
            _ => range,
        };
        let span = self.file.span(range);
        let core = tag.as_ref().and_then(|tag| tag.core);
        let text = self.borrow(span, text);
        let plain = style == Style::Plain && core != Some("str");
        let kind = if tag.is_none() && plain && (absent || scalar::is_null_word(&text)) {
            Kind::Null
        } else {
            let style = if style == Style::Plain && !plain {
                Style::DoubleQuoted
            } else {
                style
            };
            Kind::Scalar(Scalar { text, style })
        };
        self.check_key_length(span, &kind);
        self.add(kind, span, tag, Weight { size: 1, height: 0 })
    }

    fn check_key_length(&mut self, span: Span, kind: &Kind<'_>) {
        let is_key = self.frames.last().is_some_and(|frame| {
            frame.key.is_none() && matches!(self.nodes[frame.id.index()].kind, Kind::Map(_))
        });
        if let Kind::Scalar(scalar) = kind
            && is_key
            && scalar.text.len() > MAX_KEY_BYTES
        {
            let message = format!("This key is longer than {MAX_KEY_BYTES} bytes");
            self.say_limit(
                Diagnostic::error("limit", span, message).help("Check for a `:` that was forgotten"),
            );
        }
    }

    /// The text as a part of the source where it stands there; a repaired copy of the source differs from it only
    /// where nothing was read.
    fn borrow(&self, span: Span, text: Cow<'_, str>) -> Cow<'s, str> {
        let source = self.file.text();
        let start = span.start as usize;
        for from in [start, start + 1] {
            if let Some(slice) = source.get(from..from + text.len())
                && slice == text
            {
                return Cow::Borrowed(slice);
            }
        }
        Cow::Owned(text.into_owned())
    }

    /// The parser leaves the header out of a block scalar, and counts blanks after the last line in.
    fn block_range(&self, range: Range<usize>) -> Range<usize> {
        let source = self.file.text();
        let at = self.skip_to(self.last_end.min(range.start), b"|>");
        let rest = source.get(at..).unwrap_or("");
        let header_end = at + rest.find(|c: char| c.is_ascii_whitespace()).unwrap_or(rest.len());
        let content = source.get(header_end..range.end.max(header_end)).unwrap_or("");
        let content = if range.is_empty() { "" } else { content };
        let trimmed = content.trim_end().len();
        if trimmed == 0 {
            return at..header_end;
        }
        let rest = &content[trimmed..];
        let line_end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        at..header_end + trimmed + line_end
    }

    /// The first of some indicators at or after `at`, where only blanks, other indicators, comments, an anchor and a
    /// tag can come before it.
    fn skip_to(&self, at: usize, indicators: &[u8]) -> usize {
        let bytes = self.file.text().as_bytes();
        let skip = |at: usize, stop: fn(u8) -> bool| {
            let rest = bytes.get(at..).unwrap_or(&[]);
            at + rest.iter().position(|b| stop(*b)).unwrap_or(rest.len())
        };
        let mut at = at;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b if indicators.contains(b) => break,
                b'#' => at = skip(at, |b| b == b'\n' || b == b'\r'),
                b'&' | b'!' => at = skip(at, |b| b.is_ascii_whitespace()),
                _ => at += 1,
            }
        }
        at
    }

    /// Where a block sequence begins: at its first dash. For one that is indented like its key the parser says where
    /// the first item begins.
    fn sequence_start(&self, start: usize) -> usize {
        match self.frames.last().and_then(|frame| frame.key) {
            Some(key) => self
                .skip_to(self.nodes[key.index()].span.end as usize, b"-")
                .min(start),
            None => start,
        }
    }

    /// A value that is not written stands after its `:` or `-`; the parser puts it wherever it noticed.
    fn absent_range(&self, range: Range<usize>, tagged: bool) -> Range<usize> {
        let source = self.file.text();
        let key = self.frames.last().and_then(|frame| frame.key);
        let at = match key {
            Some(key) if !tagged => {
                let end = self.nodes[key.index()].span.end as usize;
                let rest = source.get(end..).unwrap_or("");
                let blanks = rest.len() - rest.trim_start().len();
                let colon =
                    rest[blanks..].starts_with(':') && end + blanks < range.start.max(end + blanks + 1);
                if colon { end + blanks + 1 } else { end }
            }
            _ => {
                let before = source.get(..range.start).unwrap_or("").trim_end();
                if before.ends_with(['-', '[', ',', '{', '?']) {
                    before.len()
                } else {
                    range.start
                }
            }
        };
        at..at
    }

    fn open(
        &mut self,
        kind: Kind<'s>,
        flow: bool,
        range: Range<usize>,
        tag: Option<Tag<'s>>,
    ) -> Result<(), Halt> {
        if self.frames.len() >= MAX_DEPTH {
            let at = range.start;
            return Err(Halt::Fault(Fault {
                kind: FaultKind::Depth,
                at,
            }));
        }
        let block_map = !flow && matches!(kind, Kind::Map(_));
        if self.frames.is_empty()
            && self.only_keys
            && block_map
            && let Some(root) = self.roots.last().copied()
        {
            self.last = Some(root);
            self.frames.push(Frame {
                id: root,
                key: None,
                flow,
                weight: Weight::default(),
            });
            return Ok(());
        }
        let start = match kind {
            Kind::Seq(_) if !flow => self.sequence_start(range.start),
            _ => range.start,
        };
        let span = if flow {
            self.file.span(range)
        } else {
            self.file.span(start..start)
        };
        self.place(flow, block_map, start)?;
        let id = self.push(Node { kind, span, tag }, Weight::default());
        self.frames.push(Frame {
            id,
            key: None,
            flow,
            weight: Weight { size: 1, height: 1 },
        });
        if flow {
            self.last_end = span.end as usize;
        }
        Ok(())
    }

    fn close(&mut self, range: &Range<usize>) {
        let Some(frame) = self.frames.pop() else { return };
        let span = self.nodes[frame.id.index()].span;
        let span = if frame.flow {
            self.last_end = range.end;
            self.file.span(span.start as usize..range.end)
        } else {
            self.content_span(frame.id)
        };
        self.nodes[frame.id.index()].span = span;
        self.weights[frame.id.index()] = frame.weight;
        self.link(frame.id, frame.weight);
    }

    /// A block collection reaches from its first part to its last, and a sequence begins at its dash.
    fn content_span(&self, id: NodeId) -> Span {
        let node = &self.nodes[id.index()];
        let ends = match &node.kind {
            Kind::Map(entries) => entries
                .first()
                .zip(entries.last())
                .map(|(a, b)| (a.key, b.key, b.value)),
            Kind::Seq(items) => items.first().zip(items.last()).map(|(_, b)| (id, *b, *b)),
            _ => None,
        };
        let Some((first, last_key, last_value)) = ends else {
            return node.span;
        };
        let end = |id: NodeId| self.nodes[id.index()].span.end as usize;
        let start = self.nodes[first.index()].span.start as usize;
        self.file
            .span(start..end(last_key).max(end(last_value)).max(start))
    }

    /// Closes whatever is open where reading ends before the text does.
    pub(super) fn close_all(&mut self) {
        while let Some(frame) = self.frames.last_mut() {
            frame.flow = false;
            frame.key = None;
            self.close(&(0..0));
        }
        self.close_root();
    }

    /// Closes the top-level mapping after the last piece, or after a piece was given up.
    pub(super) fn close_root(&mut self) {
        self.frames.clear();
        if let Some(root) = self.roots.last().copied()
            && self.only_keys
        {
            self.nodes[root.index()].span = self.content_span(root);
        }
    }

    fn add(&mut self, kind: Kind<'s>, span: Span, tag: Option<Tag<'s>>, weight: Weight) -> Result<(), Halt> {
        self.place(false, false, span.start as usize)?;
        let alias = matches!(kind, Kind::Alias(_));
        let id = self.push(Node { kind, span, tag }, weight);
        if alias {
            self.last = None;
        }
        self.expanded += weight.size;
        self.last_end = self.last_end.max(span.end as usize);
        self.link(id, weight);
        Ok(())
    }

    /// Looks at where the next node, which is not made yet, is going to stand.
    fn place(&mut self, flow: bool, block_map: bool, at: usize) -> Result<(), Halt> {
        if self.nodes.len() >= MAX_NODES {
            let message = format!("The file has more than {MAX_NODES} values");
            let diagnostic = Diagnostic::error("limit", self.file.span(at..at), message)
                .with_label("all from here on is ignored")
                .help("Check that this is the file you meant");
            self.say_limit(diagnostic);
            return Err(Halt::Stop(at));
        }
        match self.frames.last() {
            None if self.only_keys && (flow || !block_map) => Err(Halt::Fault(Fault {
                kind: FaultKind::StrayText,
                at,
            })),
            None => Ok(()),
            Some(frame) => {
                let top = self.frames.len() == 1 && !frame.flow && frame.key.is_none();
                if top && matches!(self.nodes[frame.id.index()].kind, Kind::Map(_)) {
                    let before = self.file.text().get(..at).unwrap_or("");
                    let line = before.rfind(['\n', '\r']).map_or(0, |i| i + 1);
                    self.top_key = Some(self.checkpoint(line));
                }
                Ok(())
            }
        }
    }

    fn push(&mut self, node: Node<'s>, weight: Weight) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.check_tag(&node);
        self.nodes.push(node);
        self.weights.push(weight);
        self.last = Some(id);
        if self.frames.is_empty() {
            self.roots.push(id);
        }
        id
    }

    /// Hangs a finished node into the collection that is open.
    fn link(&mut self, id: NodeId, weight: Weight) {
        let Some(frame) = self.frames.last_mut() else {
            return;
        };
        frame.weight.size = frame.weight.size.saturating_add(weight.size);
        frame.weight.height = frame.weight.height.max(weight.height + 1);
        match &mut self.nodes[frame.id.index()].kind {
            Kind::Seq(items) => items.push(id),
            Kind::Map(entries) => match frame.key.take() {
                Some(key) => entries.push(Entry { key, value: id }),
                None => frame.key = Some(id),
            },
            _ => {}
        }
    }

    fn check_tag(&mut self, node: &Node<'s>) {
        if self.mode == Mode::Stream {
            return;
        }
        let Some(tag) = &node.tag else { return };
        if let Some(problem) = scalar::tag_problem(node, tag) {
            self.problems.push(problem);
        }
    }
}

fn unknown_alias(name: &str, span: Span) -> Diagnostic {
    let message = format!("`*{name}` refers to an anchor that is not defined above");
    let diagnostic = Diagnostic::error("syntax", span, message);
    let is_name = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if is_name {
        return diagnostic.help(format!(
            "Write `&{name}` before the value to repeat; or `\"*{name}\"` if the text itself is meant"
        ));
    }
    // Nobody names an anchor `.example.com`: this is a wildcard.
    let quoted = super::mistake_quote::quoted(&format!("*{name}"));
    diagnostic
        .help(format!(
            "Write `{quoted}`: without quotes a `*` at the start of a value repeats an anchor"
        ))
        .fix(Fix::safe("quote the value", span, quoted))
}
