//! The lines of a file that a finding is about, fit for a terminal: long lines cut down to what is pointed at, and no
//! character that a terminal would obey.

use gkc_core::source::{Encoding, LineIndex};
use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};
use std::collections::BTreeMap;
use std::ops::Range;

/// A line with more bytes than this is cut.
const MAX_LINE: usize = 160;

/// How many bytes stay to each side of an end of what is pointed at.
const MARGIN: usize = 60;

/// A line as it is shown.
struct Line {
    /// Its number in the file, from 0.
    number: usize,
    /// Where it stands in the text that is shown, line break included.
    shown: Range<usize>,
}

/// What is shown of a file.
pub struct Snippet<'a> {
    path: &'a str,
    text: String,
    lines: Vec<Line>,
    /// Offsets in the file that are pointed at: where they are in the text that is shown, and their columns from 0.
    places: BTreeMap<usize, (usize, usize)>,
}

impl<'a> Snippet<'a> {
    /// Shows the lines of `spans` and those around them.
    pub fn new(path: &'a str, text: &str, index: &LineIndex, spans: &[Range<usize>]) -> Snippet<'a> {
        let spans: Vec<Range<usize>> = spans
            .iter()
            .map(|span| span.start.min(text.len())..span.end.min(text.len()))
            .collect();
        let at = |offset: usize| index.line_of(u32::try_from(offset).unwrap_or(u32::MAX));
        let mut numbers: Vec<usize> = spans
            .iter()
            .flat_map(|span| at(span.start).saturating_sub(1)..=(at(span.end) + 1).min(index.count() - 1))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        // What follows the last line break is shown only where it is pointed at.
        let last = index.count() - 1;
        if index.range_of(text, last).is_empty() && !spans.iter().any(|span| at(span.end) == last) {
            numbers.retain(|number| *number != last);
        }
        let column = |offset: usize| {
            let offset = u32::try_from(offset).unwrap_or(u32::MAX);
            index.position(text, offset, Encoding::Utf32).column as usize - 1
        };
        let ends = spans.iter().flat_map(|span| [span.start, span.end]);
        let mut snippet = Snippet {
            path,
            text: String::new(),
            lines: Vec::new(),
            places: ends.map(|end| (end, (0, column(end)))).collect(),
        };
        for number in numbers {
            snippet.line(text, number, index.range_of(text, number));
        }
        snippet
    }

    /// Where a span of the file is in the text that is shown.
    pub fn place(&self, span: Range<usize>) -> Range<usize> {
        let at = |offset: usize| {
            let upto = self.places.range(..=offset).next_back();
            upto.map_or(0, |(_, (shown, _))| *shown)
        };
        at(span.start)..at(span.end).max(at(span.start))
    }

    fn line(&mut self, text: &str, number: usize, body: Range<usize>) {
        let start = self.text.len();
        let mut last = None;
        for piece in self.pieces(text, &body) {
            if last.is_some_and(|end| end != piece.start) || (last.is_none() && piece.start != body.start) {
                self.text.push('…');
            }
            self.piece(text, piece.clone());
            last = Some(piece.end);
        }
        if last.is_some_and(|end| end != body.end) {
            self.text.push('…');
        }
        // What is pointed at may end within the line break.
        let end = self.text.len();
        for (_, (shown, _)) in self.places.range_mut(body.end..body.end + 2) {
            *shown = end;
        }
        self.text.push('\n');
        let shown = start..self.text.len();
        self.lines.push(Line { number, shown });
    }

    /// What is kept of a line: all, or what is near to an end of what is pointed at.
    fn pieces(&self, text: &str, body: &Range<usize>) -> Vec<Range<usize>> {
        if body.len() <= MAX_LINE {
            return vec![body.clone()];
        }
        let boundary = |mut offset: usize| {
            while !text.is_char_boundary(offset) {
                offset -= 1;
            }
            offset
        };
        let around = |offset: usize| {
            boundary(offset.saturating_sub(MARGIN).max(body.start))..boundary((offset + MARGIN).min(body.end))
        };
        let mut pieces: Vec<Range<usize>> = Vec::new();
        for (offset, _) in self.places.range(body.start..=body.end) {
            let next = around(*offset);
            match pieces.last_mut() {
                Some(last) if next.start <= last.end => last.end = next.end,
                _ => pieces.push(next),
            }
        }
        if pieces.is_empty() {
            pieces.push(around(body.start));
        }
        pieces
    }

    fn piece(&mut self, text: &str, piece: Range<usize>) {
        let kept = text.get(piece.clone()).unwrap_or_default();
        for (offset, character) in kept.char_indices() {
            if let Some((shown, _)) = self.places.get_mut(&(piece.start + offset)) {
                *shown = self.text.len();
            }
            self.text.push(harmless(character));
        }
    }
}

/// What a terminal would obey becomes what it shows.
pub fn harmless(character: char) -> char {
    match character {
        '\t' => '\t',
        // Control characters, and those that turn the direction of what follows.
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => char::REPLACEMENT_CHARACTER,
        control if control.is_control() => char::REPLACEMENT_CHARACTER,
        other => other,
    }
}

impl SourceCode for Snippet<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let line_at = |offset: usize| {
            let after = self.lines.partition_point(|line| line.shown.start <= offset);
            after.saturating_sub(1)
        };
        let (mut first, mut last) = (line_at(span.offset()), line_at(span.offset() + span.len()));
        let next_to = |a: usize, b: usize| {
            let (a, b) = (self.lines.get(a), self.lines.get(b));
            a.zip(b).is_some_and(|(a, b)| a.number + 1 == b.number)
        };
        for _ in 0..before {
            first -= usize::from(first > 0 && next_to(first - 1, first));
        }
        for _ in 0..after {
            last += usize::from(next_to(last, last + 1));
        }
        let lines = self.lines.get(first).zip(self.lines.get(last));
        let (first, last) = lines.ok_or(MietteError::OutOfBounds)?;
        let shown = first.shown.start..last.shown.end;
        let data = self
            .text
            .as_bytes()
            .get(shown.clone())
            .ok_or(MietteError::OutOfBounds)?;
        // Asked for nothing around it, it is the place above the snippet that is wanted.
        let column = self
            .places
            .values()
            .find(|(at, _)| before == 0 && *at == span.offset())
            .map_or(0, |(_, column)| *column);
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.to_owned(),
            data,
            SourceSpan::new(shown.start.into(), shown.len()),
            first.number,
            column,
            last.number - first.number + 1,
        )))
    }
}
