//! Where a node begins and ends, where the parser says something else.

use std::ops::Range;

use super::build::Builder;
use super::tree::{Kind, NodeId};
use crate::source::Span;

impl Builder<'_> {
    /// The parser leaves the header out of a block scalar, and counts blanks after the last line in.
    pub(super) fn block_range(&self, range: Range<usize>) -> Range<usize> {
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
    pub(super) fn sequence_start(&self, start: usize) -> usize {
        match self.frames.last().and_then(|frame| frame.key) {
            Some(key) => self
                .skip_to(self.nodes[key.index()].span.end as usize, b"-")
                .min(start),
            None => start,
        }
    }

    fn awaits_key(&self) -> bool {
        let frame = self.frames.last();
        frame.is_some_and(|frame| matches!(self.nodes[frame.id.index()].kind, Kind::Map(_)))
    }

    /// A value that is not written stands after its `:` or `-`; the parser puts it wherever it noticed.
    pub(super) fn absent_range(&self, range: Range<usize>) -> Range<usize> {
        let source = self.file.text();
        let key = self.frames.last().and_then(|frame| frame.key);
        let at = match key {
            Some(key) => {
                let end = self.nodes[key.index()].span.end as usize;
                let rest = source.get(end..).unwrap_or("");
                let blanks = rest.len() - rest.trim_start().len();
                let colon = rest[blanks..].starts_with(':');
                let after = if colon { end + blanks + 1 } else { end };
                // An anchor or a tag without a value stands before it.
                let between = source.get(after..range.start).unwrap_or("");
                let marked = between.trim_start().starts_with(['&', '!']);
                if marked {
                    after + between.trim_end().len()
                } else {
                    after
                }
            }
            // A key that is not written stands at its `:`.
            None if self.awaits_key() => range.start,
            None => {
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

    /// A block collection reaches from its first part to its last, and a sequence begins at its dash.
    pub(super) fn content_span(&self, id: NodeId) -> Span {
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
}
