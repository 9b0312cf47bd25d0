//! Mistakes that only show once the tree stands: keys written twice, and merge keys without a mapping.

use crate::diagnostic::stages::{DUPLICATE_KEY, SYNTAX};
use std::collections::HashMap;

use super::Mode;
use super::events::Style;
use super::limits::MAX_SYNTAX_ERRORS;
use super::tree::{Entry, Kind, NodeId, Tree};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A mapping of up to so many keys is searched faster than it is hashed.
const FEW_KEYS: usize = 16;

/// Checks every mapping, and returns besides what is wrong those that have merge keys or keys written twice. Each is looked at once,
/// and an entry costs one lookup.
pub(super) fn check(tree: &Tree<'_>, mode: Mode) -> (Vec<Diagnostic>, Vec<NodeId>) {
    let mut problems = Vec::new();
    let mut folding = Vec::new();
    for (id, node) in (0..).map(NodeId).zip(&tree.nodes) {
        if let Kind::Map(entries) = &node.kind {
            let merges = entries.iter().any(|entry| tree.is_merge_key(entry.key));
            let repeated = duplicates(tree, entries, &mut problems);
            if merges || repeated {
                folding.push(id);
            }
            for entry in entries.iter().filter(|_| merges && mode == Mode::Config) {
                merge(tree, *entry, &mut problems);
            }
        }
    }
    if mode == Mode::Config {
        empty_anchors(tree, &mut problems);
    }
    (problems, folding)
}

/// Anchors that nothing follows. Of a value that could not be read it is not said.
fn empty_anchors(tree: &Tree<'_>, problems: &mut Vec<Diagnostic>) {
    for anchor in tree.anchors() {
        let node = tree.node(anchor.node);
        if node.kind == Kind::Null && node.span.is_empty() && problems.len() <= 2 * MAX_SYNTAX_ERRORS {
            problems.push(
                SYNTAX.at(anchor.span, "anchor without a value").help(
                    "add the value after it on the same line, or quote it if the `&` is part of the text",
                ),
            );
        }
    }
}

/// Reports keys written twice, and returns whether there are any. Two keys are the same when their texts are, quoted or not: every
/// consumer of what gkc writes has text keys.
fn duplicates(tree: &Tree<'_>, entries: &[Entry], problems: &mut Vec<Diagnostic>) -> bool {
    if entries.len() <= FEW_KEYS {
        let distinct = entries.iter().enumerate().all(|(index, entry)| {
            let text = tree.key_text(entry.key);
            let same = |other: &Entry| text.is_some() && tree.key_text(other.key) == text;
            !entries[..index].iter().any(same)
        });
        if distinct {
            return false;
        }
    }
    let mut seen: HashMap<(&str, bool), Span> = HashMap::with_capacity(entries.len());
    let mut repeated = false;
    let mut before = None;
    for entry in entries {
        let last = before.take();
        let Some(text) = tree.key_text(entry.key) else {
            continue;
        };
        // A quoted `<<` is a key like any other.
        let same = (text, tree.is_merge_key(entry.key));
        let span = tree.span(entry.key);
        let Some(first) = seen.get(&same) else {
            seen.insert(same, span);
            continue;
        };
        repeated = true;
        // Keys that are repeated one after the other are one mistake: a `-` is missing, or a part was pasted twice.
        before = Some(text);
        if last.is_some_and(|last| last != text) {
            continue;
        }
        // One more than is shown, so that it shows that there are more.
        if problems.len() > MAX_SYNTAX_ERRORS {
            continue;
        }
        let help = if same.1 {
            "use one `<<` with a list: `<<: [*a, *b]`".to_owned()
        } else {
            "remove one of the two, or rename it; only the first is read".to_owned()
        };
        let shown = shorten(text);
        problems.push(
            DUPLICATE_KEY
                .at(span, format!("duplicate key `{shown}`"))
                .and(*first, "first defined here")
                .help(help),
        );
    }
    repeated
}

fn merge(tree: &Tree<'_>, entry: Entry, problems: &mut Vec<Diagnostic>) {
    if !tree.is_merge_key(entry.key) {
        return;
    }
    let mut wrong = |id: NodeId| {
        let problem = SYNTAX
            .at(tree.span(id), "expected a mapping to merge with `<<`")
            .help("use an alias of a mapping, `<<: *name`, or a list of those");
        problems.push(problem);
    };
    match tree.kind(entry.value) {
        Kind::Map(_) | Kind::Broken => {}
        Kind::Seq(items) => {
            for item in items {
                if !matches!(tree.kind(*item), Kind::Map(_) | Kind::Broken) {
                    wrong(*item);
                }
            }
        }
        // A value that is not written has no place of its own to point at.
        Kind::Null if tree.span(entry.value).is_empty() => wrong(entry.key),
        _ => wrong(entry.value),
    }
}

/// A key as a message shows it: a key of many lines would break the line that shows it.
fn shorten(text: &str) -> String {
    let line: String = text
        .chars()
        .take(60)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if line.len() < text.len() {
        format!("{line}…")
    } else {
        line
    }
}

/// Turns values that an error cut short into [`Kind::Broken`], so that nobody judges half a value, or calls a value
/// missing that was only unreadable. Returns what they were.
pub(super) fn break_cut_values<'s>(tree: &mut Tree<'s>) -> Vec<(NodeId, Kind<'s>)> {
    let mut cut = Vec::new();
    if tree.damage.regions().is_empty() {
        return cut;
    }
    let mut values = Vec::new();
    for node in &tree.nodes {
        match &node.kind {
            Kind::Map(entries) => values.extend(entries.iter().map(|entry| entry.value)),
            Kind::Seq(items) => values.extend(items),
            _ => {}
        }
    }
    for id in values {
        let node = &tree.nodes[id.index()];
        let open = match &node.kind {
            Kind::Null => node.span.is_empty(),
            Kind::Scalar(scalar) => scalar.style == Style::Plain,
            _ => false,
        };
        if open && tree.damage.cuts(tree.file, node.span) {
            let kind = std::mem::replace(&mut tree.nodes[id.index()].kind, Kind::Broken);
            cut.push((id, kind));
        }
    }
    cut
}
