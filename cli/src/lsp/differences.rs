//! What differs between two texts.

use gkc_core::diagnostic::Edit;
use gkc_core::source::SourceFile;
use similar::{DiffOp, DiffTag, TextDiff};
use std::ops::Range;
use std::time::Duration;

/// After that long a difference is taken as it is, however large.
const MAX_DIFF: Duration = Duration::from_millis(200);

/// The edits that make one text of another, each as small as words allow: what stays is not sent.
pub fn differences(file: &SourceFile, new: &str) -> Vec<Edit> {
    let old = file.text();
    let lines = TextDiff::configure().timeout(MAX_DIFF).diff_lines(old, new);
    let mut edits = Vec::new();
    for (lines, new) in changes(&lines, new) {
        let old = old.get(lines.clone()).unwrap_or("");
        let words = TextDiff::configure().timeout(MAX_DIFF).diff_words(old, new);
        for (words, new) in changes(&words, new) {
            let (same, old, new) = without_ends(old.get(words.clone()).unwrap_or(""), new);
            let start = lines.start + words.start + same;
            edits.push(with_whole_breaks(file, start..start + old.len(), new));
        }
    }
    edits
}

/// The parts that differ: the bytes of the old text, and what is there in the new one.
fn changes<'t>(diff: &TextDiff<'_, '_, '_, str>, new: &'t str) -> Vec<(Range<usize>, &'t str)> {
    let (old_starts, new_starts) = (starts(diff.old_slices()), starts(diff.new_slices()));
    let bytes = |starts: &[usize], parts: Range<usize>| {
        let at = |part: usize| starts.get(part).copied().unwrap_or(0);
        at(parts.start)..at(parts.end)
    };
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let change = |op: &DiffOp| {
        let text = new.get(bytes(&new_starts, op.new_range())).unwrap_or("");
        (bytes(&old_starts, op.old_range()), text)
    };
    changed.map(change).collect()
}

/// An edit that begins and ends between lines, not inside of a line break: there is no place there for the protocol.
fn with_whole_breaks(file: &SourceFile, mut range: Range<usize>, new: &str) -> Edit {
    let text = file.text();
    let inside = |at: usize| {
        text.get(..at).is_some_and(|text| text.ends_with('\r'))
            && text.get(at..).is_some_and(|text| text.starts_with('\n'))
    };
    let mut new = new.to_owned();
    if inside(range.end) {
        range.end += 1;
        new.push('\n');
    }
    if inside(range.start) {
        range.start -= 1;
        new.insert(0, '\r');
    }
    Edit {
        span: file.span(range),
        text: new,
    }
}

/// What is left of two texts without what they have in common at their beginnings and ends, and the length of the common beginning.
pub fn without_ends<'t>(old: &'t str, new: &'t str) -> (usize, &'t str, &'t str) {
    let same = |(a, b): (char, char)| (a == b).then(|| a.len_utf8());
    let start: usize = old.chars().zip(new.chars()).map_while(same).sum();
    let (old, new) = (old.get(start..).unwrap_or(""), new.get(start..).unwrap_or(""));
    let end: usize = old.chars().rev().zip(new.chars().rev()).map_while(same).sum();
    let cut = |text: &'t str| text.get(..text.len() - end).unwrap_or("");
    (start, cut(old), cut(new))
}

/// Where each part of a text begins, and where the last ends.
fn starts(parts: &[&str]) -> Vec<usize> {
    let ends = parts.iter().scan(0, |end, part| {
        *end += part.len();
        Some(*end)
    });
    std::iter::once(0).chain(ends).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gkc_core::diagnostic::edited;
    use gkc_core::source::FileId;

    #[test]
    fn differences_are_small_and_make_the_new_text() {
        let cases = [
            ("a: Secret\nb: [X, y]\n", "a: Secret\nb: [x, y]\n", 1),
            ("b: 1\na:  sesame é\nc: 2\n", "a: sesame é\nb: 1\nc: 2\n", 3),
            ("a: 1", "a: 1\n", 1),
            ("", "a\n", 1),
            ("a\r\nb\r\n", "a\nb\n", 2),
            ("same\n", "same\n", 0),
        ];
        for (old, new, most) in cases {
            let file = SourceFile::new(FileId::CONFIG, "x", old);
            let edits = differences(&file, new);
            assert_eq!(edited(old, &edits), new);
            let in_break =
                |at: u32| old[..at as usize].ends_with('\r') && old[at as usize..].starts_with('\n');
            assert!(
                !edits
                    .iter()
                    .any(|edit| in_break(edit.span.start) || in_break(edit.span.end))
            );
            assert!(edits.len() <= most, "{edits:?}");
        }
    }
}
