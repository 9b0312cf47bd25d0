//! The laws, each held against readers that know nothing of the formatter.

use gkc_core::diagnostic::Sink;
use gkc_core::editor::{Unformatted, format};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::syntax::{Kind, Style, Tree, parse};
use serde_json::Value;

/// What became of a text.
#[derive(PartialEq, Eq, Debug)]
pub enum Outcome {
    Formatted(String),
    Invalid,
    Unsupported(&'static str),
}

/// What the formatter says where it would have changed something.
const CHANGED: &str = "a value that formatting would change";

pub fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text)
}

/// Formats a text, and says which law is broken.
pub fn hold(text: &str) -> Result<Outcome, String> {
    let source = file(text);
    let mut sink = Sink::new();
    let tree = parse(&source, &mut sink);
    let valid = !sink.has_errors();
    let written = match format(&source) {
        Ok(written) if valid => written,
        Ok(written) => return Err(format!("an invalid text was formatted to {written:?}")),
        Err(Unformatted::Invalid(found)) if !valid && found == sink.finish() => return Ok(Outcome::Invalid),
        // The comparison at the end is a safety net: nothing may get there.
        Err(Unformatted::Unsupported { what, .. }) if valid && what != CHANGED => {
            return Ok(Outcome::Unsupported(what));
        }
        Err(why) => return Err(format!("refused with {why:?}, valid is {valid}")),
    };
    let after = file(&written);
    if format(&after).as_deref() != Ok(&written) {
        return Err(format!(
            "formatted twice: {written:?} becomes {:?}",
            format(&after)
        ));
    }
    let mut sink = Sink::new();
    let read = parse(&after, &mut sink);
    if sink.has_errors() {
        return Err(format!("{written:?} is not valid: {:?}", sink.finish()));
    }
    if data(&tree) != data(&read) {
        return Err(format!("{written:?} has other data"));
    }
    if comments(&tree) != comments(&read) {
        return Err(format!("{written:?} has other comments"));
    }
    second_reader(text, &written)?;
    layout(&read, &written)?;
    Ok(Outcome::Formatted(written))
}

fn data(tree: &Tree<'_>) -> Value {
    tree.root().map_or(Value::Null, |root| tree.to_json(root))
}

fn comments(tree: &Tree<'_>) -> Vec<String> {
    let comments = tree.comments().iter();
    let mut texts: Vec<String> = comments
        .map(|comment| tree.file().slice(comment.span).trim_end().to_owned())
        .collect();
    texts.sort();
    texts
}

/// What serde_yaml can read, it reads the same. It reads YAML 1.1, where some other characters are line breaks too; and to it, a block scalar at the end of a text without a line break has none either.
/// A byte-order mark behind blank lines is text to it, and the beginning of a document to YAML 1.2 (section 9.1.1).
fn second_reader(before: &str, after: &str) -> Result<(), String> {
    let read = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text.trim_start_matches('\u{feff}'));
    let marked = before.trim_start_matches('\u{feff}').contains('\u{feff}');
    if marked || before.contains(['\u{85}', '\u{2028}', '\u{2029}']) {
        return Ok(());
    }
    let end = if before.ends_with(['\n', '\r']) { "" } else { "\n" };
    match (read(&format!("{before}{end}")), read(after)) {
        (Ok(old), Ok(new)) if old == new => Ok(()),
        (Err(_), _) => Ok(()),
        (Ok(old), new) => Err(format!("to serde_yaml {old:?} becomes {new:?} in {after:?}")),
    }
}

/// Line ends and blanks.
fn layout(tree: &Tree<'_>, text: &str) -> Result<(), String> {
    let wrong = |what: &str| Err(format!("{what} in {text:?}"));
    if text.contains('\r') || text.starts_with('\u{feff}') {
        return wrong("a carriage return or a byte-order mark");
    }
    if !text.is_empty() && !text.ends_with('\n') {
        return wrong("no line break at the end");
    }
    // In scalars of several lines, blanks and blank lines may be part of the value.
    let mut nodes: Vec<_> = tree.roots().to_vec();
    while let Some(id) = nodes.pop() {
        match &tree.node(id).kind {
            Kind::Map(entries) => nodes.extend(entries.iter().flat_map(|e| [e.key, e.value])),
            Kind::Seq(items) => nodes.extend(items),
            Kind::Scalar(scalar) => {
                let lines = tree.file().slice(tree.span(id)).contains('\n');
                if lines || matches!(scalar.style, Style::Literal | Style::Folded) {
                    return Ok(());
                }
            }
            _ => {}
        }
    }
    if text.ends_with("\n\n") || text.starts_with('\n') {
        return wrong("a blank line at an end");
    }
    if text.lines().any(|line| line.ends_with([' ', '\t'])) {
        return wrong("a blank at the end of a line");
    }
    let block = !text.contains(['[', '{']);
    if block && text.contains("\n\n\n") {
        return wrong("two blank lines");
    }
    Ok(())
}
