//! The regions that syntax errors made unreadable, and what may have belonged there.

use super::tree::{Kind, Node};
use crate::source::{SourceFile, Span};

/// The regions left out of the tree.
#[derive(Clone, Default, Debug)]
pub(super) struct Damage {
    regions: Vec<Span>,
    /// For each region, from the end of the value before it to the start of the one after it.
    gaps: Vec<Span>,
}

impl Damage {
    /// Takes regions, trimmed of blanks and in file order, and the nodes that were read around them.
    pub(super) fn new(file: &SourceFile, mut regions: Vec<Span>, nodes: &[Node<'_>]) -> Damage {
        regions.sort();
        let end = file.text().len();
        let leaves: Vec<Span> = nodes
            .iter()
            .filter(|node| !matches!(node.kind, Kind::Seq(_) | Kind::Map(_)))
            .map(|node| node.span)
            .collect();
        let gaps = regions
            .iter()
            .map(|region| {
                let before = leaves
                    .iter()
                    .map(|leaf| leaf.end)
                    .filter(|at| *at <= region.start);
                let after = leaves
                    .iter()
                    .map(|leaf| leaf.start)
                    .filter(|at| *at >= region.end);
                file.span(before.max().unwrap_or(0) as usize..after.min().map_or(end, |at| at as usize))
            })
            .collect();
        Damage { regions, gaps }
    }

    pub(super) fn regions(&self) -> &[Span] {
        &self.regions
    }

    pub(super) fn touches(&self, file: &SourceFile, span: Span) -> bool {
        self.regions.iter().zip(&self.gaps).any(|(region, gap)| {
            let inside = region.touches(span);
            // What stands at the left margin beside an indented mapping was never part of it.
            let apart = at_margin(file, *region) && !at_margin(file, span);
            inside || (gap.touches(span) && !apart)
        })
    }

    /// True where a region lies right beside `span` on the same line, so that the text under `span` is cut short.
    pub(super) fn cuts(&self, file: &SourceFile, span: Span) -> bool {
        let blank = |range: std::ops::Range<u32>| {
            let between = file.text().get(range.start as usize..range.end as usize);
            between.is_some_and(|text| text.chars().all(|c| c == ' ' || c == '\t'))
        };
        self.regions.iter().any(|region| {
            region.touches(span)
                || (span.end <= region.start && blank(span.end..region.start))
                || (region.end <= span.start && blank(region.end..span.start))
        })
    }
}

/// True where nothing stands before the span's start on its line, not even a blank.
fn at_margin(file: &SourceFile, span: Span) -> bool {
    let line = file.lines().line_of(span.start);
    file.lines().start_of(line) == Some(span.start)
}
