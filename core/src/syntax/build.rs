//! Events to nodes, with the budgets that keep a small file from meaning a huge document.

use crate::diagnostic::stages::{LIMIT, SYNTAX};
use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use super::Mode;
use super::events::Style;
use super::events::{Event, Fault, FaultKind, Item, TagItem};
use super::invisible::Ends;
use super::limits::{MAX_DEPTH, MAX_KEY_BYTES, MAX_NODES, MAX_SYNTAX_ERRORS};
use super::lines;
use super::scalar;
use super::tree::{Anchor, Comment, Entry, Kind, NodeId, Scalar, SyntaxNode, Tag};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};

/// Why a pass over the text ended before the text did.
pub(super) enum Halt {
    /// A syntax error, to be recovered from.
    Fault(Fault),
    /// Nothing after this offset is read, and it was said why.
    Stop(usize),
}

/// A collection whose end has not come yet.
pub(super) struct Frame {
    pub(super) id: NodeId,
    pub(super) key: Option<NodeId>,
    flow: bool,
    weight: Weight,
}

impl Frame {
    /// A collection in lines that is read on, with the key whose value comes next, and what it weighs so far.
    pub(super) fn again(id: NodeId, key: Option<NodeId>, weight: Weight) -> Frame {
        Frame {
            id,
            key,
            flow: false,
            weight,
        }
    }
}

/// What a node costs once its aliases are replaced by what they stand for.
#[derive(Clone, Copy, Default)]
pub(super) struct Weight {
    pub(super) size: u64,
    pub(super) height: usize,
}

impl Weight {
    /// Of a collection without parts.
    pub(super) const COLLECTION: Weight = Weight { size: 1, height: 1 };

    /// Adds a part of the collection that weighs so much.
    pub(super) fn add(&mut self, part: Weight) {
        self.size = self.size.saturating_add(part.size);
        self.height = self.height.max(part.height + 1);
    }
}

/// A place to go back to.
#[derive(Clone, Copy, Default)]
pub(super) struct Checkpoint {
    /// Offset of the line that the next node stands on.
    pub(super) at: usize,
    pub(super) nodes: usize,
    pub(super) comments: usize,
    pub(super) anchors: usize,
    pub(super) problems: usize,
    pub(super) roots: usize,
    pub(super) root_entries: usize,
    pub(super) expanded: u64,
}

/// A tree in the making.
pub(super) struct Builder<'s> {
    pub(super) file: &'s SourceFile,
    mode: Mode,
    /// Whether comments are read.
    pub(super) keep_comments: bool,
    pub(super) nodes: Vec<SyntaxNode<'s>>,
    pub(super) weights: Vec<Weight>,
    pub(super) roots: Vec<NodeId>,
    pub(super) comments: Vec<Comment>,
    pub(super) anchors: Vec<Anchor>,
    pub(super) names: HashMap<&'s str, NodeId>,
    pub(super) problems: Vec<Diagnostic>,
    pub(super) frames: Vec<Frame>,
    last: Option<NodeId>,
    pub(super) expanded: u64,
    /// Set while the text is read in pieces, of which each must continue the top-level mapping.
    pub(super) only_keys: bool,
    pub(super) piece_start: bool,
    pub(super) top_key: Option<Checkpoint>,
    /// Where the last node, or the last bracket, ended.
    pub(super) last_end: usize,
    /// How far the text was looked at.
    pub(super) looked_at: usize,
}

impl<'s> Builder<'s> {
    pub(super) fn new(file: &'s SourceFile, mode: Mode, keep_comments: bool) -> Builder<'s> {
        Builder {
            file,
            mode,
            keep_comments,
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
            looked_at: 0,
        }
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
            SYNTAX
                .at(self.file.span(range), "more than one YAML document")
                .with_label("everything from here on is ignored")
                .help("keep one document: remove this line, or move what follows to its own file"),
        );
        Err(Halt::Stop(start))
    }

    fn comment(&mut self, range: Range<usize>) {
        let text = self.file.text();
        let before = text.get(lines::start_of_line(text, range.start)..range.start);
        let own_line = before
            .unwrap_or("")
            .trim_start_matches('\u{feff}')
            .trim()
            .is_empty();
        let span = self.file.span(range);
        self.comments.push(Comment { span, own_line });
    }

    fn anchor(&mut self, range: Range<usize>) {
        let Some(node) = self.last else { return };
        let span = self.file.span(range);
        self.anchors.push(Anchor { span, node });
        self.names
            .insert(self.file.slice(span).trim_start_matches('&'), node);
    }

    fn tag(&self, tag: &TagItem, base: usize) -> Tag<'s> {
        let span = self.file.span(tag.range.start + base..tag.range.end + base);
        Tag {
            text: self.file.slice(span),
            span,
            core: tag.core,
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
            _ if absent => self.absent_range(range),
            _ => range,
        };
        let ends = match self.mode {
            Mode::Config => Ends::of(self.file.text(), &range, style),
            Mode::Stream => None,
        };
        let (range, text) = match ends {
            Some(ends) => {
                self.say_invisible(&ends, range.clone());
                (range, Cow::Owned(ends.cut(&text).to_owned()))
            }
            None => (range, text),
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

    /// Whether the next node is a key.
    fn expects_key(&self) -> bool {
        self.frames.last().is_some_and(|frame| {
            frame.key.is_none() && matches!(self.nodes[frame.id.index()].kind, Kind::Map(_))
        })
    }

    fn say_invisible(&mut self, ends: &Ends, range: Range<usize>) {
        let what = if self.expects_key() { "key" } else { "value" };
        if self.problems.len() <= MAX_SYNTAX_ERRORS {
            self.problems.push(ends.problem(self.file, range, what));
        }
    }

    fn check_key_length(&mut self, span: Span, kind: &Kind<'_>) {
        if let Kind::Scalar(scalar) = kind
            && self.expects_key()
            && scalar.text.len() > MAX_KEY_BYTES
        {
            let message = format!("key is longer than {MAX_KEY_BYTES} bytes");
            self.say_limit(LIMIT.at(span, message).help("check for a missing `:`"));
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
        let id = self.push(SyntaxNode { kind, span, tag }, Weight::default());
        self.frames.push(Frame {
            id,
            key: None,
            flow,
            weight: Weight::COLLECTION,
        });
        if flow {
            self.last_end = span.end as usize;
        }
        Ok(())
    }

    /// Ends the innermost open collection, whose closing bracket is there if it has one.
    pub(super) fn close(&mut self, range: &Range<usize>) {
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

    pub(super) fn add(
        &mut self,
        kind: Kind<'s>,
        span: Span,
        tag: Option<Tag<'s>>,
        weight: Weight,
    ) -> Result<(), Halt> {
        self.place(false, false, span.start as usize)?;
        let alias = matches!(kind, Kind::Alias(_));
        let id = self.push(SyntaxNode { kind, span, tag }, weight);
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
            let message = format!("file has more than {MAX_NODES} values");
            let diagnostic = LIMIT
                .at(self.file.span(at..at), message)
                .with_label("everything from here on is ignored")
                .help("check that this is the right file");
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
                    let line = lines::start_of_line(self.file.text(), at);
                    self.top_key = Some(self.checkpoint(line));
                }
                Ok(())
            }
        }
    }

    fn push(&mut self, node: SyntaxNode<'s>, weight: Weight) -> NodeId {
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
        frame.weight.add(weight);
        match &mut self.nodes[frame.id.index()].kind {
            Kind::Seq(items) => items.push(id),
            Kind::Map(entries) => match frame.key.take() {
                Some(key) => entries.push(Entry { key, value: id }),
                None => frame.key = Some(id),
            },
            _ => {}
        }
    }

    fn check_tag(&mut self, node: &SyntaxNode<'s>) {
        if self.mode == Mode::Stream {
            return;
        }
        let Some(tag) = &node.tag else { return };
        if self.problems.len() <= MAX_SYNTAX_ERRORS
            && let Some(problem) = scalar::tag_problem(node, tag, self.file)
        {
            self.problems.push(problem);
        }
    }
}
