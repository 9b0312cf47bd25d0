//! Reads a text again after an edit: only the parts of collections that the edit touches are parsed.
//!
//! In lines, what a text means follows from where it is indented in which collections. So reading begins at a part before the edit, in the
//! collections around it, and ends at the first part behind the edit around which the same collections are open, as long as nothing is named
//! in one place and meant in another. Where that is not certain, the whole text is read: see [`Kept::of`].
//!
//! A text with syntax errors is read as if its repairs were a part of it, as long as an edit is outside of what decided them.

use super::Mode;
use super::build::{Builder, Halt, Weight};
use super::cut::Cut;
use super::events::Fault;
use super::events::Style;
use super::limits::MAX_NODES;
use super::lines;
use super::mistake::{self, Scene};
use super::recover::{Part, finish, mend_part, read_to};
use super::repair::Repaired;
use super::rewind::{Piece, Step, Stop};
use super::tree::{Comment, Entry, Kind, NodeId, Reading, Scalar, SyntaxNode, Tag, Tree};
use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{SourceFile, Span};
use std::borrow::Cow;
use std::ops::Range;

/// A tree apart from the text that it borrowed, for the next time that the text is read.
#[derive(Debug)]
pub struct Kept {
    file: SourceFile,
    /// Whether comments were kept too.
    comments: Option<Vec<Comment>>,
    nodes: Vec<KeptNode>,
    root: NodeId,
    repairs: Vec<Repaired>,
}

#[derive(Debug)]
struct KeptNode {
    kind: KeptKind,
    span: Span,
    /// Where its tag stands, and what it is short for.
    tag: Option<(Span, Option<&'static str>)>,
}

#[derive(Debug)]
enum KeptKind {
    Null,
    /// The bytes of the text in the source.
    Slice(Range<usize>, Style),
    Text(String, Style),
    Seq(Vec<NodeId>),
    Map(Vec<Entry>),
}

impl Kept {
    /// Takes a tree apart. `None` where a part of the text could mean something else beside others: where there are names, or mistakes that
    /// could not be read around, and where the text is no mapping in lines.
    pub fn of(mut tree: Tree<'_>, with_comments: bool) -> Option<Kept> {
        let Reading { repairs, cut_values } = tree.reading.take()?;
        for (id, kind) in cut_values {
            tree.nodes[id.index()].kind = kind;
        }
        let root = tree.root()?;
        let is_alone = tree.roots.len() == 1 && root.index() == 0;
        let is_flow = tree.file().slice(tree.span(root)).starts_with('{');
        if !tree.anchors.is_empty() || !is_alone || is_flow {
            return None;
        }
        let file = tree.file().clone();
        let text = file.text().as_ptr() as usize;
        let mut nodes = Vec::with_capacity(tree.nodes.len());
        for node in tree.nodes {
            let kind = match node.kind {
                Kind::Null => KeptKind::Null,
                Kind::Scalar(Scalar {
                    text: Cow::Owned(text),
                    style,
                }) => KeptKind::Text(text, style),
                Kind::Scalar(Scalar {
                    text: Cow::Borrowed(slice),
                    style,
                }) => {
                    // It is a part of the file's text, which the file keeps where it is.
                    let start = (slice.as_ptr() as usize).checked_sub(text)?;
                    let range = start..start + slice.len();
                    file.text().get(range.clone()).filter(|found| *found == slice)?;
                    KeptKind::Slice(range, style)
                }
                Kind::Seq(items) => KeptKind::Seq(items),
                Kind::Map(entries) => KeptKind::Map(entries),
                Kind::Alias(_) | Kind::Broken => return None,
            };
            nodes.push(KeptNode {
                kind,
                span: node.span,
                tag: node.tag.map(|tag| (tag.span, tag.core)),
            });
        }
        Some(Kept {
            file,
            comments: with_comments.then_some(tree.comments),
            nodes,
            root,
            repairs,
        })
    }

    /// Whether comments were kept too.
    pub fn has_comments(&self) -> bool {
        self.comments.is_some()
    }

    /// The tree of an edited text. `None` where all of it has to be read.
    pub fn read<'s>(self, file: &'s SourceFile, sink: &mut Sink) -> Option<Tree<'s>> {
        let edit = Edit::between(self.file.text(), file.text());
        let (region, touched) = self.region(&edit);
        let Repairs {
            text,
            mut errors,
            mut made,
        } = self.repairs_again(&edit, &touched, file)?;
        let mut builder = Builder::new(file, Mode::Config, self.comments.is_some());
        self.beginning(region.start, &mut builder);
        let resume = builder.resume(&text, region.start.saturating_sub(LONGEST_BREAK));
        let (from, path) = match &resume {
            Some(resume) => {
                builder.rewind(resume);
                (resume.at, resume.path.clone())
            }
            None => {
                builder = Builder::new(file, Mode::Config, self.comments.is_some());
                (0, vec![Step::first(self.root)])
            }
        };
        let stops = self.stops(&edit, region.end, &path, file);
        let part = Part {
            from,
            path: &path,
            stops: &stops,
            kept: &made,
        };
        let piece = Piece::of(&text, &(0..text.len()), resume.as_ref());
        let (stop, new) = match read_to(&part, &piece, &mut builder) {
            Ok(stop) => (stop, Vec::new()),
            Err(Halt::Stop(_)) => return None,
            Err(Halt::Fault(fault)) => {
                drop(piece);
                let mended = mend_part(builder, text.into_owned(), fault, &part)?;
                builder = mended.builder;
                errors.extend(mended.errors);
                (Some(mended.stop), mended.repairs)
            }
        };
        let to = stop.as_ref().map_or(file.text().len(), |stop| stop.at);
        // What is beside a mistake was read before it was repaired; behind the edit, in collections that are the same from the stop on.
        let is_within = |repair: &Repaired| repair.window.start < to && repair.window.end > from;
        // Documents and directives are for the whole text.
        let is_mark = |line: &str| ["---", "...", "%"].iter().any(|mark| line.starts_with(mark));
        let has_mark = file.text().get(from..to)?.lines().any(is_mark);
        if has_mark
            || made.iter().any(is_within)
            || !builder.anchors.is_empty()
            || !builder.problems.is_empty()
        {
            return None;
        }
        if !self.keeps_blocks(&edit, &touched, &new, file) {
            return None;
        }
        let ends: Vec<usize> = new.iter().map(|repair| repair.block.end).collect();
        let place = made.partition_point(|repair| repair.fault.at < from);
        made.splice(place..place, new);
        if let Some(stop) = stop {
            self.end(&stop, &path, &edit, &mut builder)?;
        }
        // A block ends at a line that looks like a key at the margin, and may be a part of a value.
        let is_end = |end: &usize| *end == file.text().len() || builder.has_top_key_at(*end);
        if !ends.iter().all(is_end) {
            return None;
        }
        // Read around mistakes, only a mapping can stand at the top.
        let is_map = |root: &NodeId| matches!(builder.nodes[root.index()].kind, Kind::Map(_));
        if !builder.frames.is_empty()
            || builder.roots.len() != 1
            || !made.is_empty() && !builder.roots.iter().all(is_map)
            || builder.nodes.len() >= MAX_NODES
        {
            return None;
        }
        let cut: Cut = made.iter().flat_map(|repair| repair.cut.clone()).collect();
        Some(finish(builder, Mode::Config, errors, cut, Some(made), sink))
    }

    /// What of the old text is read again, and the repairs that are decided anew: those whose windows the edit touches, or one of these.
    fn region(&self, edit: &Edit) -> (Range<usize>, Vec<bool>) {
        let mut region = edit.start..edit.end;
        let mut touched = vec![false; self.repairs.len()];
        loop {
            let mut grows = false;
            for (repair, touched) in self.repairs.iter().zip(&mut touched) {
                let is_apart = repair.window.end + LONGEST_BREAK <= region.start
                    || region.end + LONGEST_BREAK <= repair.window.start;
                if !*touched && !is_apart {
                    region = region.start.min(repair.window.start)..region.end.max(repair.window.end);
                    (*touched, grows) = (true, true);
                }
            }
            if !grows {
                return (region, touched);
            }
        }
    }

    /// Whether the text is read in the blocks that it was read in; `new` are the repairs that were decided anew.
    fn keeps_blocks(&self, edit: &Edit, touched: &[bool], new: &[Repaired], file: &SourceFile) -> bool {
        // A block that has no mistake any more is read together with those around it.
        let mut anew = self.repairs.iter().zip(touched).filter(|(_, touched)| **touched);
        let is_broken = |start: usize| new.iter().any(|repair| repair.block.start == start);
        // What is a key at the margin decides how a mistake is read around.
        let has_mistakes = !new.is_empty() || !self.repairs.is_empty();
        anew.all(|(repair, _)| is_broken(edit.moved_any(repair.block.start)))
            && (!has_mistakes || edit.leaves_top_keys(self.file.text(), file.text()))
    }

    /// Makes the repairs of the old text in the new one that are not decided anew. `None` where the edit may change one of them.
    fn repairs_again<'s>(&self, edit: &Edit, touched: &[bool], file: &'s SourceFile) -> Option<Repairs<'s>> {
        let mut errors = Vec::new();
        let mut made = Vec::new();
        let kept = self.repairs.iter().zip(touched);
        let mut kept = kept
            .filter(|(_, touched)| !**touched)
            .map(|(repair, _)| repair)
            .peekable();
        if kept.peek().is_none() {
            let text = Cow::Borrowed(file.text());
            return Some(Repairs { text, errors, made });
        }
        let mut text = file.text().to_owned();
        for repair in kept {
            let is_touched = |at: usize| (edit.start..=edit.end).contains(&at);
            let places = [repair.block.start, repair.block.end, repair.last_end];
            if places.into_iter().any(is_touched) {
                return None;
            }
            let repair = repair.moved(edit);
            let block = repair.block.clone();
            let scene = Scene::of(&text, block, repair.fault, repair.last_end, repair.bracket);
            let mistake = mistake::explain(&scene);
            if (&mistake.cuts, &mistake.missing) != (&repair.tried.0, &repair.tried.1) {
                return None;
            }
            errors.push(mistake.into_diagnostic(file));
            repair.apply(&mut text);
            made.push(repair);
        }
        let text = Cow::Owned(text);
        Some(Repairs { text, errors, made })
    }

    /// Gives a builder what begins before a place. What is around it has no text there: it is read again.
    fn beginning<'s>(&self, end: usize, builder: &mut Builder<'s>) {
        let is_before = |node: &&KeptNode| (node.span.start as usize) < end;
        let count = self.nodes.iter().take_while(is_before).count();
        let is_there = |id: NodeId| id.index() < count;
        for node in &self.nodes[..count] {
            let mut node = node.at(builder.file, 0, 0).unwrap_or(SyntaxNode {
                kind: Kind::Null,
                span: node.span,
                tag: None,
            });
            match &mut node.kind {
                Kind::Seq(items) => items.retain(|item| is_there(*item)),
                Kind::Map(entries) => entries.retain(|entry| is_there(entry.key) && is_there(entry.value)),
                _ => {}
            }
            builder.nodes.push(node);
        }
        builder.weights.resize(count, Weight::default());
        builder
            .roots
            .extend(Some(self.root).filter(|root| is_there(*root)));
        let comments = self.comments.iter().flatten().copied();
        builder.comments = comments
            .take_while(|comment| (comment.span.start as usize) < end)
            .collect();
    }

    /// The places from which on the text may mean what it meant: of each collection that reading begins in, the first part whose line is
    /// behind what is read again. In the order of the text.
    fn stops(&self, edit: &Edit, end: usize, path: &[Step], file: &SourceFile) -> Vec<Stop> {
        let stop = |(depth, step): (usize, &Step)| {
            let parts = self.parts(step.id);
            let mut behind = parts.into_iter().enumerate().skip(step.parts + 1);
            behind.find_map(|(part, id)| {
                let at = self.start_of(step.id, id)?;
                let line = lines::start_of_line(self.file.text(), at);
                let is_line = |at: usize| lines::start_of_line(file.text(), at) == at;
                (line >= end && is_line(edit.moved(line))).then_some(Stop {
                    at: edit.moved(at),
                    column: at - line,
                    depth,
                    part,
                    node: id,
                })
            })
        };
        path.iter().enumerate().rev().filter_map(stop).collect()
    }

    /// The first node of each part of a collection.
    fn parts(&self, id: NodeId) -> Vec<NodeId> {
        match &self.nodes[id.index()].kind {
            KeptKind::Seq(items) => items.clone(),
            KeptKind::Map(entries) => entries.iter().map(|entry| entry.key).collect(),
            _ => Vec::new(),
        }
    }

    /// Where a part of a collection in lines begins, at its key or its dash. None where that is not the first on its line.
    fn start_of(&self, collection: NodeId, part: NodeId) -> Option<usize> {
        let text = self.file.text();
        let at = self.nodes[part.index()].span.start as usize;
        let line = lines::start_of_line(text, at);
        let before = text.get(line..at)?;
        match self.nodes[collection.index()].kind {
            KeptKind::Map(_) if self.nodes[part.index()].span.is_empty() => None,
            KeptKind::Map(_) => before.trim().is_empty().then_some(at),
            _ => (before.trim() == "-").then(|| line + before.len() - before.trim_start().len()),
        }
    }

    /// Appends what is behind a stop, and closes the collections around it.
    fn end(self, stop: &Stop, path: &[Step], edit: &Edit, builder: &mut Builder<'_>) -> Option<()> {
        let file = builder.file;
        let ids = builder.nodes.len() as i64 - stop.node.index() as i64;
        for node in self.nodes.iter().skip(stop.node.index()) {
            builder.nodes.push(node.at(file, edit.behind, ids)?);
        }
        builder.weights.resize(builder.nodes.len(), Weight::default());
        for (depth, step) in path.iter().enumerate().take(stop.depth + 1).rev() {
            let rest = match depth == stop.depth {
                true => stop.part,
                false => step.parts + 1,
            };
            match (
                &self.nodes[step.id.index()].kind,
                &mut builder.nodes[step.id.index()].kind,
            ) {
                (KeptKind::Seq(old), Kind::Seq(items)) => {
                    items.extend(old.iter().skip(rest).map(|item| item.moved(ids)));
                }
                (KeptKind::Map(old), Kind::Map(entries)) => {
                    entries.extend(old.iter().skip(rest).map(|entry| entry.moved(ids)));
                }
                _ => return None,
            }
            builder.close(&(0..0));
        }
        let is_behind = |comment: &Comment| edit.moved(comment.span.start as usize) >= stop.at;
        let comments = self.comments.into_iter().flatten();
        builder
            .comments
            .extend(comments.filter(is_behind).map(|comment| Comment {
                span: moved_span(comment.span, edit.behind),
                ..comment
            }));
        Some(())
    }
}

/// The repairs of an edited text.
struct Repairs<'s> {
    /// The text with the repairs.
    text: Cow<'s, str>,
    errors: Vec<Diagnostic>,
    made: Vec<Repaired>,
}

impl Repaired {
    /// The same after an edit apart from it.
    fn moved(&self, edit: &Edit) -> Repaired {
        let range = |range: &Range<usize>| edit.moved_any(range.start)..edit.moved_any(range.end);
        let cut = |cut: &Cut| cut.iter().map(range).collect();
        let written = |written: &[(usize, char)]| {
            let moved = written.iter().map(|(at, c)| (edit.moved_any(*at), *c));
            moved.collect()
        };
        Repaired {
            block: range(&self.block),
            fault: Fault {
                at: edit.moved_any(self.fault.at),
                ..self.fault
            },
            last_end: edit.moved_any(self.last_end),
            bracket: self.bracket.map(|at| edit.moved_any(at)),
            window: range(&self.window),
            tried: (self.tried.0.iter().map(cut).collect(), written(&self.tried.1)),
            cut: cut(&self.cut),
            filled: written(&self.filled),
        }
    }
}

/// The bytes that a line may break with. A part stays one as long as an edit leaves its line with the break alone.
const LONGEST_BREAK: usize = 2;

/// What differs between two texts.
struct Edit {
    /// Where it begins in both.
    start: usize,
    /// Where it ends in the old one.
    end: usize,
    /// How much later comes what is behind it.
    behind: i64,
}

impl Edit {
    fn between(old: &str, new: &str) -> Edit {
        let start = same_start(old, new);
        let same = same_end(old, new).min(old.len().min(new.len()) - start);
        Edit {
            start,
            end: old.len() - same,
            behind: new.len() as i64 - old.len() as i64,
        }
    }

    /// Where a place before or behind it is in the new text.
    fn moved_any(&self, at: usize) -> usize {
        if at <= self.start { at } else { self.moved(at) }
    }

    /// Whether the lines that it touches have the keys of the top-level mapping that they had.
    fn leaves_top_keys(&self, old: &str, new: &str) -> bool {
        let keys = |text: &str, end: usize| -> Vec<usize> {
            let lines = lines::start_of_line(text, self.start)..lines::line_at(text, end).end;
            lines::top_keys(text, lines)
        };
        let moved = keys(old, self.end).into_iter().map(|at| self.moved_any(at));
        moved.eq(keys(new, self.moved(self.end)))
    }

    /// Where a place behind it is in the new text.
    fn moved(&self, at: usize) -> usize {
        usize::try_from(at as i64 + self.behind).unwrap_or(0)
    }
}

impl KeptNode {
    /// The node in another text, where it begins `bytes` later and the nodes in it have ids that are greater by `ids`.
    fn at<'s>(&self, file: &'s SourceFile, bytes: i64, ids: i64) -> Option<SyntaxNode<'s>> {
        let place = |at: usize| usize::try_from(at as i64 + bytes).ok();
        let kind = match &self.kind {
            KeptKind::Null => Kind::Null,
            KeptKind::Slice(range, style) => Kind::Scalar(Scalar {
                text: Cow::Borrowed(file.text().get(place(range.start)?..place(range.end)?)?),
                style: *style,
            }),
            KeptKind::Text(text, style) => Kind::Scalar(Scalar {
                text: Cow::Owned(text.clone()),
                style: *style,
            }),
            KeptKind::Seq(items) => Kind::Seq(items.iter().map(|item| item.moved(ids)).collect()),
            KeptKind::Map(entries) => Kind::Map(entries.iter().map(|entry| entry.moved(ids)).collect()),
        };
        let tag = self.tag.as_ref().map(|(span, core)| {
            let span = moved_span(*span, bytes);
            Tag {
                text: file.slice(span),
                span,
                core: *core,
            }
        });
        Some(SyntaxNode {
            kind,
            span: moved_span(self.span, bytes),
            tag,
        })
    }
}

impl NodeId {
    fn moved(self, ids: i64) -> NodeId {
        NodeId(u32::try_from(i64::from(self.0) + ids).unwrap_or(u32::MAX))
    }
}

impl Entry {
    fn moved(self, ids: i64) -> Entry {
        Entry {
            key: self.key.moved(ids),
            value: self.value.moved(ids),
        }
    }
}

fn moved_span(span: Span, bytes: i64) -> Span {
    let moved = |at: u32| u32::try_from(i64::from(at) + bytes).unwrap_or(u32::MAX);
    Span {
        start: moved(span.start),
        end: moved(span.end),
        ..span
    }
}

/// How many bytes two texts begin with alike, up to a character.
fn same_start(old: &str, new: &str) -> usize {
    let pairs = old.bytes().zip(new.bytes());
    super::events::floor(old, pairs.take_while(|(a, b)| a == b).count())
}

/// How many bytes they end with alike, down to a character.
fn same_end(old: &str, new: &str) -> usize {
    let pairs = old.bytes().rev().zip(new.bytes().rev());
    let mut same = pairs.take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - same) {
        same -= 1;
    }
    same
}
