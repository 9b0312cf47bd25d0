//! Random edits of a text, for the server as a whole and for its documents alone.

use std::ops::Range;

/// What edits insert.
const PIECES: [&str; 16] = [
    "",
    "\n",
    "  ",
    "a: b\n",
    "🚀",
    "é",
    "domain: x.Acme.dev\n",
    "- ",
    "{",
    "]",
    "\"",
    "cluster:\n  size: small\n",
    "# c\n",
    "\r\n",
    "\r",
    ": ",
];

/// A number below `most`, each time another.
pub fn below(state: &mut u64, most: usize) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap() % most.max(1)
}

/// The characters that an edit removes, and what it inserts.
pub fn edit(state: &mut u64, text: &[char]) -> (Range<usize>, &'static str) {
    // A place inside a line break is none.
    let place = |at: usize| {
        let inside = at > 0 && at < text.len() && text[at - 1] == '\r' && text[at] == '\n';
        at - usize::from(inside)
    };
    let start = below(state, text.len() + 1);
    let end = (start + below(state, 6)).min(text.len());
    let (start, end) = (place(start), place(end));
    (start..end.max(start), PIECES[below(state, PIECES.len())])
}

/// Line and column of a character, in the units that `units` counts for each, without the index of lines.
pub fn place(text: &[char], at: usize, units: impl Fn(&char) -> usize) -> (u32, u32) {
    let ends = |i: usize| text[i] == '\n' || (text[i] == '\r' && text.get(i + 1) != Some(&'\n'));
    let breaks: Vec<usize> = (0..at).filter(|i| ends(*i)).collect();
    let start = breaks.last().map_or(0, |last| last + 1);
    let column: usize = text[start..at].iter().map(units).sum();
    (
        u32::try_from(breaks.len()).unwrap(),
        u32::try_from(column).unwrap(),
    )
}
