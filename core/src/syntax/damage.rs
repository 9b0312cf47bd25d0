//! The regions that syntax errors made unreadable, and what may have belonged there.

use std::ops::Range;

use crate::source::{SourceFile, Span};

/// The regions left out of the tree.
#[derive(Clone, Default, Debug)]
pub(super) struct Damage {
    /// In file order, none touching the next.
    regions: Vec<Span>,
    /// For each region, from the end of the value before it to the start of the one after it.
    gaps: Vec<Span>,
}

impl Damage {
    /// Takes regions, trimmed of blanks, and the places of what was read around them, lists and mappings aside.
    pub(super) fn new(file: &SourceFile, mut found: Vec<Span>, leaves: impl Iterator<Item = Span>) -> Damage {
        crate::sorted::sort(&mut found);
        let mut regions: Vec<Span> = Vec::new();
        for region in found {
            match regions.last_mut() {
                Some(last) if last.touches(region) => *last = last.to(region),
                _ => regions.push(region),
            }
        }
        let (mut starts, mut ends): (Vec<u32>, Vec<u32>) = leaves.map(|leaf| (leaf.start, leaf.end)).unzip();
        crate::sorted::sort(&mut starts);
        crate::sorted::sort(&mut ends);
        let gaps = regions
            .iter()
            .map(|region| {
                let before = ends.partition_point(|end| *end <= region.start);
                let after = starts.partition_point(|start| *start < region.end);
                let start = before
                    .checked_sub(1)
                    .and_then(|i| ends.get(i))
                    .map_or(0, |end| *end as usize);
                let end = starts
                    .get(after)
                    .map_or(file.text().len(), |start| *start as usize);
                file.span(start..end)
            })
            .collect();
        Damage { regions, gaps }
    }

    pub(super) fn regions(&self) -> &[Span] {
        &self.regions
    }

    pub(super) fn touches(&self, file: &SourceFile, span: Span) -> bool {
        self.near(span).any(|i| {
            let (region, gap) = (self.regions[i], self.gaps[i]);
            // What stands at the left margin beside an indented mapping was never part of it.
            let apart = at_margin(file, region) && !at_margin(file, span);
            region.touches(span) || (gap.touches(span) && !apart)
        })
    }

    /// True where a region lies right beside `span` on the same line, so that the text under `span` is cut short.
    pub(super) fn cuts(&self, file: &SourceFile, span: Span) -> bool {
        let blank = |range: Range<u32>| {
            let between = file.text().get(range.start as usize..range.end as usize);
            between.is_some_and(|text| text.chars().all(|c| c == ' ' || c == '\t'))
        };
        self.near(span).any(|i| {
            let region = self.regions[i];
            region.touches(span)
                || (span.end <= region.start && blank(span.end..region.start))
                || (region.end <= span.start && blank(region.end..span.start))
        })
    }

    /// The regions whose gap reaches to `span`. Gaps rise with their regions, so a search finds the first.
    fn near(&self, span: Span) -> impl Iterator<Item = usize> + '_ {
        let first = self.gaps.partition_point(|gap| gap.end < span.start);
        (first..self.gaps.len()).take_while(move |i| self.gaps[*i].start <= span.end)
    }
}

/// True where nothing stands before the span's start on its line, not even a blank.
fn at_margin(file: &SourceFile, span: Span) -> bool {
    let line = file.lines().line_of(span.start);
    file.lines().start_of(line) == Some(span.start)
}
