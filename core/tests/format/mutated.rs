//! Configurations with random changes: some are still valid, and none breaks a law.

use crate::goldens::configurations;
use crate::laws::hold;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::sync::LazyLock;

static TEXTS: LazyLock<Vec<String>> =
    LazyLock::new(|| configurations().into_iter().map(|(_, text)| text).collect());

/// Something of everything.
const SAMPLE: &str = "\u{feff}# gkc\n\nversion: 1\ndomain: größe.example.com # c\nbase: &b\n  x: 1\n  y: [1, {z: 2}, *b]\n\
    cluster:\n    <<: *b\n    pools:\n    - name: one\n      # d\n      labels: {a: 'it''s', \"b\": \"\\u00e9\"}\n    -\n      \
    count: 1\n      name: two\n    # e\ntext: |2-\n    indented\n  text\n\nfolded: >+\n  one\n  two\n\nplain: one\n  two\n\
    ssh: {user: a, port: 1} # gkc: ignore[x]\nlast: ~\nquoted: \"a \\\n   b\\\n  \\ c\"\n...\n";

const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ": ",
    "- ",
    "- - ",
    "? ",
    "&a ",
    "*b",
    "!!str ",
    "|",
    ">",
    "|+",
    "|2\n",
    "\"",
    "'",
    "#",
    " # c",
    "\n",
    "\n\n",
    "\r\n",
    "\r",
    "\t",
    " ",
    "  ",
    "\\",
    "---\n",
    "...\n",
    "<<: *b",
    "~",
    "a",
    "k: v\n",
    "é",
    "\u{feff}",
    "\u{85}",
    "\n# c\n",
    "\n    # c\n",
    "\n  k:\n   - v\n",
];

#[derive(Debug, Clone)]
enum Change {
    Insert(Index, &'static str),
    Remove(Index, usize),
    Indent(Index, usize),
    Swap(Index, Index),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let index = any::<Index>;
    let change = prop_oneof![
        (index(), select(PIECES)).prop_map(|(at, piece)| Change::Insert(at, piece)),
        (index(), 1..4usize).prop_map(|(at, len)| Change::Remove(at, len)),
        (index(), 0..7usize).prop_map(|(at, indent)| Change::Indent(at, indent)),
        (index(), index()).prop_map(|(a, b)| Change::Swap(a, b)),
    ];
    prop::collection::vec(change, 1..5)
}

fn apply(text: &str, change: &Change) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    match change {
        Change::Insert(at, piece) => {
            let at = at.index(chars.len() + 1);
            chars.splice(at..at, piece.chars());
            return chars.into_iter().collect();
        }
        Change::Remove(at, len) => {
            let at = at.index(chars.len() + 1);
            chars.drain(at..chars.len().min(at + len));
            return chars.into_iter().collect();
        }
        Change::Indent(at, indent) => {
            let line = &mut lines[at.index(text.split('\n').count())];
            *line = format!("{}{}", " ".repeat(*indent), line.trim_start());
        }
        Change::Swap(a, b) => {
            let count = lines.len();
            lines.swap(a.index(count), b.index(count));
        }
    }
    lines.join("\n")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_sample_breaks_a_law(changes in changes()) {
        let text = changes.iter().fold(SAMPLE.to_owned(), |text, change| apply(&text, change));
        hold(&text).map_err(|why| TestCaseError::fail(format!("{why}\nof {text:?}")))?;
    }

    #[test]
    fn no_change_of_a_configuration_breaks_a_law(text in any::<Index>(), changes in changes()) {
        let text = text.get(&TEXTS).clone();
        let text = changes.iter().fold(text, |text, change| apply(&text, change));
        hold(&text).map_err(|why| TestCaseError::fail(format!("{why}\nof {text:?}")))?;
    }

    #[test]
    fn no_mix_of_pieces_breaks_a_law(pieces in prop::collection::vec(select(PIECES), 0..25)) {
        let text = pieces.concat();
        hold(&text).map_err(|why| TestCaseError::fail(format!("{why}\nof {text:?}")))?;
    }
}
