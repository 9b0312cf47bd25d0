//! Regions to blank, and blanking.

use std::ops::Range;

use super::lines;
use crate::source::{SourceFile, Span};

/// What a repair blanks: mostly one range, several where each is a part of one mistake.
pub(super) type Cut = Vec<Range<usize>>;

/// Regions worth blanking whatever the mistake is: the rest of the line, the value on it, the line, the same for the
/// two lines before, and what the innermost open bracket holds.
pub(super) fn usual_cuts(text: &str, block: &Range<usize>, at: usize, bracket: Option<usize>) -> Vec<Cut> {
    let line = lines::line_at(text, at);
    let mut cuts = vec![at..line.end, lines::value_at(text, at), line.clone()];
    let mut start = line.start;
    for _ in 0..2 {
        let Some(before) = lines::before(text, start) else {
            break;
        };
        cuts.push(lines::value_at(text, before.start));
        cuts.push(before.clone());
        cuts.push(before.start..line.end);
        start = before.start;
    }
    if let Some(bracket) = bracket {
        cuts.push(bracket..lines::line_at(text, bracket).end);
        cuts.push(bracket..line.end);
        cuts.push(bracket..line.start);
    }
    cuts.into_iter()
        .map(|cut| cut.start.max(block.start)..cut.end.min(block.end))
        .filter(|cut| cut.start < cut.end)
        .map(|cut| vec![cut])
        .collect()
}

/// How many bytes a cut loses. A tab in an indentation loses nothing, but must be worth something to be tried.
pub(super) fn cost(text: &str, cut: &[Range<usize>]) -> usize {
    let bytes = |range: &Range<usize>| {
        let part = text.get(range.clone()).unwrap_or("");
        part.bytes()
            .filter(|b| !matches!(b, b' ' | b'\n' | b'\r'))
            .count()
    };
    cut.iter().map(bytes).sum()
}

/// Writes spaces over a range, line breaks kept.
pub(super) fn blank(text: &mut String, range: &Range<usize>) {
    let Some(part) = text.get(range.clone()) else {
        return;
    };
    let spaces: String = part
        .bytes()
        .map(|b| {
            if b == b'\n' || b == b'\r' {
                char::from(b)
            } else {
                ' '
            }
        })
        .collect();
    text.replace_range(range.clone(), &spaces);
}

/// A blanked range without the blanks at its ends; nothing where it held only blanks, and so nothing was lost.
pub(super) fn trimmed(file: &SourceFile, range: Range<usize>) -> Option<Span> {
    let range = lines::trim(file.text(), range);
    (!range.is_empty()).then(|| file.span(range))
}
