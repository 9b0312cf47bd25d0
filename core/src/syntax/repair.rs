//! A mistake that was read around: what the rest of the text is read with in its place.

use std::ops::Range;

use super::cut::{Cut, blank};
use super::events::Fault;

/// A mistake that was read around.
#[derive(Clone, Debug)]
pub(super) struct Repaired {
    /// The top-level block with it.
    pub(super) block: Range<usize>,
    /// What the parser noticed.
    pub(super) fault: Fault,
    /// Where the last thing that was read ended.
    pub(super) last_end: usize,
    /// Where the parser's innermost open bracket stood.
    pub(super) bracket: Option<usize>,
    /// The bytes that decide how it is repaired.
    pub(super) window: Range<usize>,
    /// What was to be tried, as [`mistake::explain`] has it.
    pub(super) tried: (Vec<Cut>, Vec<(usize, char)>),
    /// What was blanked.
    pub(super) cut: Cut,
    /// What was written over blanks.
    pub(super) filled: Vec<(usize, char)>,
}

impl Repaired {
    /// Repairs a text.
    pub(super) fn apply(&self, text: &mut String) {
        for range in &self.cut {
            blank(text, range);
        }
        fill(text, &self.filled);
    }
}

/// Writes characters over blanks of one byte each.
pub(super) fn fill(text: &mut String, missing: &[(usize, char)]) {
    for (at, character) in missing {
        text.replace_range(*at..*at + 1, character.encode_utf8(&mut [0; 4]));
    }
}
