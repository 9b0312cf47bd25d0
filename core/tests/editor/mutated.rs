//! Configurations with random changes: some are still valid, and none breaks a law.

use crate::goldens::{configurations, rules};
use crate::laws::{Outcome, hold};
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
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 800, ..ProptestConfig::default() })]

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
        // Readers differ on whether blanks without a line break are a line of a text that keeps its blank lines.
        prop_assume!(!(text.contains('+') && text.ends_with([' ', '\t'])));
        hold(&text).map_err(|why| TestCaseError::fail(format!("{why}\nof {text:?}")))?;
    }
}

/// Comments that suppress findings, of which some are there.
const SUPPRESSIONS: [&str; 4] = [
    "# gkc: ignore[images-not-public]",
    "# gkc: ignore[unknown-key, conflicting-keys]",
    "# gkc: ignore-file[certificate-self-signed]",
    "# gkc: ignore[domain-uppercase]",
];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_suppression_comment_covers_the_same_findings(
        text in any::<Index>(),
        swap in any::<(Index, Index)>(),
        at in any::<Index>(),
        comment in select(&SUPPRESSIONS[..]),
        indent in prop::option::of(0..8usize),
    ) {
        let text = apply(text.get::<String>(&TEXTS).as_str(), &Change::Swap(swap.0, swap.1));
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let at = at.index(lines.len().max(1));
        match indent {
            Some(indent) => lines.insert(at, format!("{}{comment}", " ".repeat(indent))),
            None => lines.iter_mut().skip(at).take(1).for_each(|line| *line = format!("{line} {comment}")),
        }
        let text = lines.join("\n");
        let outcome = hold(&text).map_err(|why| TestCaseError::fail(format!("{why}\nof {text:?}")))?;
        if let Outcome::Formatted(after) = outcome {
            prop_assert_eq!(rules(&text), rules(&after), "{}\nbecomes\n{}", text, after);
        }
    }
}
