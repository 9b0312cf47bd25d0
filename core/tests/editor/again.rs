//! A text that is read again after an edit is read as if it were new.

use crate::goldens::configurations;
use gkc_core::diagnostic::Sink;
use gkc_core::source::{FileId, SourceFile};
use gkc_core::syntax::{Kept, parse};

/// So many edits of each text, one after the other.
const EDITS: usize = 40;

/// Every how many configurations one is edited: all of them take a minute.
const EACH: usize = 6;

/// One of so many edits is taken back.
const MENDED: usize = 5;

/// How many bytes are around the last edit.
const NEAR: usize = 80;

const PIECES: [&str; 30] = [
    "",
    "",
    "",
    "x",
    "\n",
    "\n\n",
    " ",
    "  ",
    "a: b\n",
    "\na: b\n",
    "domain: x\n",
    "- ",
    "\n- y\n",
    ": ",
    ":",
    "#",
    "# c\n",
    "\n# c\n",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "|\n",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "\u{a0}🚀\t",
];

/// A number below `most`, each time another.
fn below(state: &mut u64, most: usize) -> usize {
    *state = state
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap() % most.max(1)
}

fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId::CONFIG, "x", text)
}

fn kept(file: &SourceFile) -> Option<Kept> {
    Kept::of(parse(file, &mut Sink::new()), true)
}

#[test]
fn any_edits_are_read_as_a_new_text_is() {
    let (mut again, mut broken, mut whole, mut state) = (0, 0, 0, 3);
    for (path, text) in configurations().into_iter().step_by(EACH) {
        let mut before = file(&text);
        let mut memory = kept(&before);
        let mut last = 0;
        for _ in 0..EDITS {
            let old = before.text();
            let place = |state: &mut u64| {
                // Who types goes on where the last edit was.
                let mut at = match below(state, 3) {
                    0 => (last + below(state, NEAR))
                        .saturating_sub(NEAR / 2)
                        .min(old.len()),
                    _ => below(state, old.len() + 1),
                };
                while !old.is_char_boundary(at) {
                    at -= 1;
                }
                // Many edits are at the beginning of a line, where keys are.
                match below(state, 3) {
                    0 => old[..at].rfind('\n').map_or(0, |at| at + 1),
                    _ => at,
                }
            };
            let start = place(&mut state);
            last = start;
            let rest = &old[start..];
            let gone = match below(&mut state, 6) {
                0 => rest.len() / 2,
                1 => rest.find('\n').map_or(rest.len(), |at| at + 1),
                _ => below(&mut state, 4),
            };
            let end = start
                + rest
                    .char_indices()
                    .map(|(at, _)| at)
                    .find(|at| *at >= gone)
                    .unwrap_or(rest.len());
            let mut new = old.to_owned();
            new.replace_range(start..end, PIECES[below(&mut state, PIECES.len())]);
            let after = file(&new);
            let mut found = Sink::new();
            let fresh = parse(&after, &mut found);
            let mut found_again = Sink::new();
            match memory
                .take()
                .and_then(|memory| memory.read(&after, &mut found_again))
            {
                Some(tree) => {
                    again += 1;
                    broken += usize::from(!tree.damaged().is_empty());
                    assert_eq!(found_again.finish(), found.finish(), "{path}\n{old:?}\n{new:?}");
                    assert_eq!(
                        format!("{tree:?}"),
                        format!("{fresh:?}"),
                        "{path}\n{old:?}\n{new:?}"
                    );
                    memory = Kept::of(tree, true);
                }
                None => {
                    whole += 1;
                    memory = Kept::of(fresh, true);
                }
            }
            if memory.is_none() || below(&mut state, MENDED) == 0 {
                // What breaks a text is often taken back at once.
                memory = kept(&before);
                continue;
            }
            before = after;
        }
    }
    println!("{again} again, {broken} of them broken, {whole} whole");
    assert!(
        again > 700 && broken > 120,
        "{again} again, {broken} of them broken, {whole} whole"
    );
}
