//! What holds for every input.

use proptest::prelude::*;

use super::*;
use crate::syntax::{Mode, parse_stream};

/// A file with something of everything.
const SAMPLE: &str = "\u{feff}# gkc\nversion: 1\ndomain: größe.example.com # c\nbase: &b\n  x: 1\n  y: [1, {z: 2}, *b]\n\
    cluster:\n  <<: *b\n  pools:\n  - name: one\n    labels: {a: 'it''s', \"b\": \"\\u00e9\"}\n  - name: two\n\
    text: |2-\n    indented\n  text\n\nfolded: >+\n  one\n  two\n\nplain: one\n  two\n? explicit\n: !!str 1\nlast: ~\n";

/// Pieces that mean something to YAML.
const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ": ",
    "- ",
    "? ",
    "&a ",
    "*a",
    "!t ",
    "!!int ",
    "|",
    ">",
    "|+2",
    "\"",
    "'",
    "#",
    " #",
    "\n",
    "\r",
    "\r\n",
    "\t",
    "  ",
    " ",
    "%",
    "@",
    "`",
    "\\",
    "\\x",
    "---",
    "...",
    "---\n",
    "<<: ",
    "~",
    "a",
    "key: ",
    "é",
    "😀",
    "\u{feff}",
    "\u{0}",
    "\u{85}",
    "\u{2028}",
    "0",
    "=======\n",
    "<<<<<<< x\n",
];

/// Everything that must hold of a tree, whatever it was read from.
fn sound(text: &str) -> Result<(), TestCaseError> {
    hold(text).map_err(|error| TestCaseError::fail(format!("{error}\nin {text:?}")))
}

fn hold(text: &str) -> Result<(), TestCaseError> {
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let (mut with, mut without) = (Sink::new(), Sink::new());
    let (tree, values) = (
        crate::syntax::parse(&file, &mut with),
        crate::syntax::parse_values(&file, &mut without),
    );
    prop_assert_eq!(format!("{:?}", tree.nodes), format!("{:?}", values.nodes));
    let found = with.finish();
    prop_assert_eq!(&found, &without.finish());
    let mut from_start = Sink::new();
    let blocks = crate::syntax::recover::read_from(&file, Mode::Config, true, false, &mut from_start);
    prop_assert_eq!(format!("{tree:?}"), format!("{blocks:?}"));
    prop_assert_eq!(found, from_start.finish());
    for read in [crate::syntax::parse, parse_stream] {
        let mut sink = Sink::new();
        let tree = read(&file, &mut sink);
        let inside = |span: Span| span.start <= span.end && text.get(span.range()).is_some();
        for id in (0..tree.nodes.len() as u32).map(NodeId) {
            let node = tree.node(id);
            prop_assert!(inside(node.span), "{node:?}");
            prop_assert!(tree.resolve(id) <= id);
            if let Kind::Map(entries) = &node.kind {
                for entry in entries {
                    prop_assert!(node.span.contains(tree.span(entry.key)), "{node:?} {entry:?}");
                }
            }
            let _ = (tree.entries(id), tree.path_of(id), tree.touches_damage(node.span));
        }
        for root in tree.roots() {
            let _ = tree.to_json(*root);
        }
        let parts = crate::syntax::Parts::of(&tree);
        for comment in tree.comments() {
            prop_assert!(inside(comment.span) && file.slice(comment.span).starts_with('#'));
            let _ = parts.covered_by(comment);
        }
        prop_assert!(tree.comments().is_sorted_by_key(|comment| comment.span));
        prop_assert!(tree.anchors().is_sorted_by_key(|anchor| anchor.span));
        prop_assert!(tree.damaged().iter().all(|span| inside(*span)));
        for offset in 0..text.len() as u32 {
            let _ = tree.node_at_offset(offset);
        }
        let found = sink.finish();
        for diagnostic in &found {
            prop_assert!(inside(diagnostic.span), "{diagnostic:?}");
            prop_assert!(
                diagnostic.labels.iter().all(|label| inside(label.span)),
                "{diagnostic:?}"
            );
            let edits = diagnostic.fixes.iter().flat_map(|fix| &fix.edits);
            prop_assert!(edits.into_iter().all(|edit| inside(edit.span)), "{diagnostic:?}");
        }
        let mut again = Sink::new();
        prop_assert_eq!(&read(&file, &mut again).nodes, &tree.nodes);
        prop_assert_eq!(again.finish(), found);
    }
    Ok(())
}

/// `text` with some of its characters replaced by pieces, removed or doubled.
fn mutate(text: &str, edits: &[(usize, usize, u8)]) -> String {
    let mut chars: Vec<String> = text.chars().map(String::from).collect();
    for (at, piece, how) in edits {
        let at = at % chars.len();
        match how % 4 {
            0 => chars[at].clear(),
            1 => chars[at] = PIECES[piece % PIECES.len()].to_owned(),
            2 => chars[at].push_str(PIECES[piece % PIECES.len()]),
            _ => {
                let end = (at + piece % 40).min(chars.len());
                chars[at..end].iter_mut().for_each(String::clear);
            }
        }
    }
    chars.concat()
}

fn top_level(text: &str) -> Vec<(String, serde_json::Value)> {
    let file = SourceFile::new(FileId::CONFIG, "x", text);
    let (tree, _) = parse_any(&file);
    let Some(root) = tree.root() else {
        return Vec::new();
    };
    tree.entries(root)
        .iter()
        .map(|e| {
            (
                tree.key_text(e.key).unwrap_or("").to_owned(),
                tree.to_json(e.value),
            )
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(256), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_without_a_panic(text in "\\PC*") {
        sound(&text)?;
    }

    #[test]
    fn any_heap_of_yaml_is_read_without_a_panic(pieces in prop::collection::vec(0..PIECES.len(), 0..40)) {
        sound(&pieces.iter().map(|i| PIECES[*i]).collect::<String>())?;
    }

    #[test]
    fn any_change_to_a_file_is_read_without_a_panic(
        edits in prop::collection::vec((0usize..1000, 0usize..1000, 0u8..4), 1..6),
    ) {
        sound(&mutate(SAMPLE, &edits))?;
    }

    #[test]
    fn a_damaged_line_leaves_the_other_blocks_as_they_were(
        line in 0usize..100,
        junk in prop::sample::select(vec![
            "[", "{", "\"", "'", "x: y: z", "@", "}", "*", "\"\\q\"", "a b", "x:1", "- x", "!<", "| x", "[1}", "'a' b",
        ]),
        replace in any::<bool>(),
    ) {
        let blocks = "one: 1\ntwo:\n  a: [x, y]\n  b:\n    c: d\nthree: \"q\"\nfour:\n  - e: 1\n    f: 2\n  - g\n\
            five: |\n  text\n  text\nsix: {h: i}\nseven: last\n";
        let lines: Vec<&str> = blocks.lines().collect();
        let at = line % lines.len();
        let owner = lines[..=at].iter().rfind(|l| !l.starts_with(' ')).unwrap().split(':').next().unwrap();
        let damaged = match (replace, lines[at].split_once(": ")) {
            (true, Some((key, _))) => format!("{key}: {junk}"),
            _ => format!("{}{junk}", lines[at]),
        };
        let text: String = lines.iter().enumerate()
            .map(|(i, l)| format!("{}\n", if i == at { &damaged } else { *l }))
            .collect();
        let others = |entries: Vec<(String, serde_json::Value)>| -> Vec<(String, serde_json::Value)> {
            entries.into_iter().filter(|(key, _)| key != owner && lines.iter().any(|l| l.split(':').next() == Some(key))).collect()
        };
        prop_assert_eq!(others(top_level(&text)), others(top_level(blocks)), "{}", text);
    }
}
