//! Reads a text again after an edit: only the top-level keys that the edit touches are parsed.
//!
//! A key at the margin ends whatever stands before it, so that the text of one top-level key means the same whatever the others are, as
//! long as nothing is named in one and meant in another. Where that is not certain, the whole text is read: see [`Kept::of`].

use super::Mode;
use super::build::Builder;
use super::check;
use super::damage::Damage;
use super::limits::MAX_NODES;
use super::recover::pass;
use super::tree::{Comment, Entry, Kind, NodeId, Scalar, Style, SyntaxNode, Tag, Tree};
use crate::diagnostic::Sink;
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
    /// Takes a tree apart. `None` where a part of the text could mean something else beside others: where there are mistakes or names, and
    /// where the text is no mapping in lines.
    pub fn of(tree: Tree<'_>, with_comments: bool) -> Option<Kept> {
        let root = tree.root()?;
        let is_alone = tree.roots.len() == 1 && root.index() == 0;
        let is_flow = tree.file().slice(tree.span(root)).starts_with('{');
        if !tree.is_sound || !tree.anchors.is_empty() || !is_alone || is_flow {
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
        })
    }

    /// Whether comments were kept too.
    pub fn has_comments(&self) -> bool {
        self.comments.is_some()
    }

    /// The tree of an edited text. `None` where all of it has to be read.
    pub fn read<'s>(self, file: &'s SourceFile, sink: &mut Sink) -> Option<Tree<'s>> {
        let (old, new) = (self.file.text(), file.text());
        let KeptKind::Map(entries) = &self.nodes.get(self.root.index())?.kind else {
            return None;
        };
        let entries = entries.clone();
        let start = same_start(old, new);
        let end = same_end(old, new).min(old.len().min(new.len()) - start);
        let key_at = |entry: &Entry| {
            self.nodes
                .get(entry.key.index())
                .map(|node| node.span.start as usize)
        };
        // The key before the edit, even where the edit begins right at the next one: it could join them.
        let first = entries
            .iter()
            .rposition(|entry| key_at(entry).is_some_and(|at| at < start))?;
        let from = key_at(entries.get(first)?)?;
        let behind = new.len() as i64 - old.len() as i64;
        let begins_line = |text: &str, at: usize| at == 0 || text.as_bytes().get(at - 1) == Some(&b'\n');
        let mut last = first + 1;
        let to = loop {
            let Some(entry) = entries.get(last) else {
                break new.len();
            };
            let at = key_at(entry)?;
            let moved = usize::try_from(at as i64 + behind).ok();
            match moved.filter(|moved| at >= old.len() - end && begins_line(new, *moved)) {
                Some(moved) => break moved,
                None => last += 1,
            }
        };
        let part = new.get(from..to)?;
        // Documents and directives are for the whole text.
        let is_mark = |line: &str| ["---", "...", "%"].iter().any(|mark| line.starts_with(mark));
        let is_alone = begins_line(old, from) && !part.lines().any(is_mark);
        if !is_alone {
            return None;
        }
        let Kept {
            comments,
            nodes,
            root,
            ..
        } = self;
        let mut builder = Builder::new(file, Mode::Config, comments.is_some());
        let cut = entries.get(first)?.key.index();
        let again = entries.get(last).map_or(nodes.len(), |entry| entry.key.index());
        let mut rest = nodes.into_iter();
        for node in rest.by_ref().take(cut) {
            builder.nodes.push(node.at(file, 0, 0)?);
        }
        builder.weights.resize(cut, Default::default());
        builder.roots.push(root);
        builder.only_keys = true;
        match &mut builder.nodes.get_mut(root.index())?.kind {
            Kind::Map(entries) => entries.truncate(first),
            _ => return None,
        }
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for comment in comments.into_iter().flatten() {
            match comment.span.start as usize {
                at if at < from => before.push(comment),
                at if at as i64 + behind >= to as i64 => after.push(comment),
                _ => {}
            }
        }
        builder.comments = before;
        builder.begin(from);
        if pass(new, from..to, &mut builder).is_err() || !builder.frames.is_empty() {
            return None;
        }
        let has_names = !builder.anchors.is_empty();
        let is_new_root = builder.roots.len() != 1;
        if !builder.problems.is_empty() || has_names || is_new_root {
            return None;
        }
        let shift = builder.nodes.len() as i64 - again as i64;
        for node in rest.skip(again - cut) {
            builder.nodes.push(node.at(file, behind, shift)?);
        }
        if builder.nodes.len() >= MAX_NODES {
            return None;
        }
        builder.weights.resize(builder.nodes.len(), Default::default());
        if let Kind::Map(now) = &mut builder.nodes.get_mut(root.index())?.kind {
            now.extend(entries.iter().skip(last).map(|entry| entry.moved(shift)));
        }
        builder.close_root();
        let moved = |comment: Comment| Comment {
            span: moved_span(comment.span, behind),
            ..comment
        };
        builder.comments.extend(after.into_iter().map(moved));
        let mut tree = Tree {
            file,
            nodes: builder.nodes,
            roots: builder.roots,
            comments: builder.comments,
            anchors: Vec::new(),
            damage: Damage::default(),
            folding: Vec::new(),
            is_sound: true,
        };
        let (problems, folding) = check::check(&tree, Mode::Config);
        tree.folding = folding;
        sink.extend(super::recover::bounded(problems));
        Some(tree)
    }
}

impl KeptNode {
    /// The node in another text, where it begins `bytes` later and the nodes in it have ids that are greater by `ids`.
    fn at<'s>(self, file: &'s SourceFile, bytes: i64, ids: i64) -> Option<SyntaxNode<'s>> {
        let place = |at: usize| usize::try_from(at as i64 + bytes).ok();
        let kind = match self.kind {
            KeptKind::Null => Kind::Null,
            KeptKind::Slice(range, style) => Kind::Scalar(Scalar {
                text: Cow::Borrowed(file.text().get(place(range.start)?..place(range.end)?)?),
                style,
            }),
            KeptKind::Text(text, style) => Kind::Scalar(Scalar {
                text: Cow::Owned(text),
                style,
            }),
            KeptKind::Seq(mut items) => {
                items.iter_mut().for_each(|item| *item = item.moved(ids));
                Kind::Seq(items)
            }
            KeptKind::Map(mut entries) => {
                entries.iter_mut().for_each(|entry| *entry = entry.moved(ids));
                Kind::Map(entries)
            }
        };
        let tag = self.tag.map(|(span, core)| {
            let span = moved_span(span, bytes);
            Tag {
                text: file.slice(span),
                span,
                core,
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
