//! Support for tests that show places in a file by carets below them, and the tests of the reader that use it.
//!
//! ```text
//! domain: Acme
//! #       ^^^^ scalar Acme
//! ```
//!
//! A line of blanks and carets, with or without a `#` before them, says what stands above the carets; a place that
//! goes on over the next lines has carets up to the end of its first line and a label that ends in ` ...`. These lines
//! are taken out before the file is parsed, and what is found must be what they say, no more and no less.

mod limits;
mod mistakes;
mod properties;
mod recovery;
mod spans;

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Sink};
use crate::source::{FileId, SourceFile, Span};
use crate::syntax::{Kind, NodeId, Tree, parse};

/// A text with the places that its annotations point at.
pub(crate) struct Fixture {
    pub(crate) file: SourceFile,
    wanted: Vec<(usize, usize, String)>,
}

impl Fixture {
    /// Takes the annotations out of a text.
    pub(crate) fn new(annotated: &str) -> Fixture {
        let (mut text, mut wanted) = (String::new(), Vec::new());
        let mut line_start = 0;
        for line in annotated.split_inclusive('\n') {
            let Some((columns, label)) = annotation(line) else {
                line_start = text.len();
                text.push_str(line);
                continue;
            };
            let above = &text[line_start..];
            let offset = |column| above.char_indices().nth(column).map_or(above.len(), |(i, _)| i);
            let (start, end) = (offset(columns.start), offset(columns.end));
            wanted.push((line_start + start, line_start + end, label.to_owned()));
        }
        let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
        Fixture { file, wanted }
    }

    /// Fails unless `found` is exactly what the annotations say.
    pub(crate) fn check(&self, found: impl IntoIterator<Item = (Span, String)>) {
        let text = self.file.text();
        let mut found: Vec<(usize, usize, String)> = found
            .into_iter()
            .map(|(span, label)| {
                let Range { start, end } = span.range();
                let first = text[start..end].find('\n').map(|i| start + i);
                match first {
                    Some(first) => (start, first, format!("{label} ...")),
                    None => (start, end, label),
                }
            })
            .collect();
        let mut wanted = self.wanted.clone();
        found.sort();
        wanted.sort();
        let show = |items: &[(usize, usize, String)]| -> String {
            let line = |(start, end, label): &(usize, usize, String)| {
                format!("{start:4}..{end:<4} {label:30} {:?}\n", &text[*start..*end])
            };
            items.iter().map(line).collect()
        };
        assert!(
            found == wanted,
            "in\n{text}\nfound\n{}wanted\n{}",
            show(&found),
            show(&wanted)
        );
    }
}

/// The columns and the label of an annotation.
fn annotation(line: &str) -> Option<(Range<usize>, &str)> {
    let carets = line.strip_prefix('#').unwrap_or(line).trim_start_matches(' ');
    if !carets.starts_with('^') {
        return None;
    }
    let start = line.len() - carets.len();
    let count = carets.len() - carets.trim_start_matches('^').len();
    Some((start..start + count, carets[count..].trim()))
}

/// Parses a text that must have no mistake.
pub(crate) fn parse_clean(file: &SourceFile) -> Tree<'_> {
    let mut sink = Sink::new();
    let tree = parse(file, &mut sink);
    assert!(sink.found().is_empty(), "{:#?}", sink.finish());
    tree
}

/// Parses a text, whatever is wrong with it.
pub(crate) fn parse_any(file: &SourceFile) -> (Tree<'_>, Vec<Diagnostic>) {
    let mut sink = Sink::new();
    let tree = parse(file, &mut sink);
    (tree, sink.finish())
}

/// Every place in a tree with what it is: `key a`, `scalar x`, `null`, `seq`, `map`, `alias -> x`, `anchor`, `merge`,
/// `comment`, `tag`.
pub(crate) fn places(tree: &Tree<'_>) -> Vec<(Span, String)> {
    let mut found = Vec::new();
    for root in tree.roots() {
        walk(tree, *root, &mut found);
    }
    found.extend(tree.comments().iter().map(|c| (c.span, "comment".to_owned())));
    found.extend(tree.anchors().iter().map(|a| (a.span, "anchor".to_owned())));
    found
}

fn walk(tree: &Tree<'_>, id: NodeId, found: &mut Vec<(Span, String)>) {
    let node = tree.node(id);
    if let Some(tag) = &node.tag {
        found.push((tag.span, "tag".to_owned()));
    }
    let label = match &node.kind {
        Kind::Null => "null".to_owned(),
        Kind::Scalar(scalar) => format!("scalar {}", scalar.text.replace('\n', "\\n").trim_end()),
        Kind::Broken => "broken".to_owned(),
        Kind::Alias(target) => {
            let target = tree.file().slice(tree.span(*target));
            format!("alias -> {target}")
        }
        Kind::Seq(items) => {
            for item in items {
                walk(tree, *item, found);
            }
            "seq".to_owned()
        }
        Kind::Map(entries) => {
            for entry in entries {
                let label = match tree.key_text(entry.key) {
                    Some(_) if tree.is_merge_key(entry.key) => "merge".to_owned(),
                    Some(text) => format!("key {text}"),
                    None => "key".to_owned(),
                };
                found.push((tree.span(entry.key), label.trim_end().to_owned()));
                walk(tree, entry.value, found);
            }
            "map".to_owned()
        }
    };
    found.push((node.span, label));
}

/// Checks the places of the kinds asked for against the annotations of a text without mistakes.
pub(crate) fn check_places(annotated: &str, kinds: &[&str]) {
    let fixture = Fixture::new(annotated);
    let tree = parse_clean(&fixture.file);
    let asked = |label: &str| kinds.iter().any(|kind| label.split(' ').next() == Some(kind));
    fixture.check(places(&tree).into_iter().filter(|(_, label)| asked(label)));
}
