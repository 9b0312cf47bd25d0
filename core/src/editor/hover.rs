//! What is to say about a place in a configuration: the findings there, and what the key means.

use crate::diagnostic::{Diagnostic, Sink};
use crate::model::Place;
use crate::page_of;
use crate::source::{SourceFile, Span};
use crate::syntax::{self, Kind, NodeId, Tree};

/// What an editor shows for a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hover {
    /// What it is about.
    pub span: Span,
    /// Markdown. It repeats no value of the configuration but those that findings repeat, and they repeat no secret.
    pub markdown: String,
}

/// What is to say about the byte at `offset`; `None` where there is nothing.
pub fn hover(file: &SourceFile, found: &[Diagnostic], offset: u32) -> Option<Hover> {
    let at = Span {
        file: file.id(),
        start: offset,
        end: offset,
    };
    let here = found.iter().filter(|finding| finding.span.touches(at));
    let mut parts: Vec<(Span, String)> = here.map(|finding| (finding.span, page(finding))).collect();
    let tree = syntax::parse_values(file, &mut Sink::new());
    parts.extend(key_at(&tree, offset));
    let span = parts.first()?.0;
    let parts: Vec<String> = parts.into_iter().map(|(_, part)| part).collect();
    Some(Hover {
        span,
        markdown: parts.join("\n\n---\n\n"),
    })
}

/// The page of a finding's rule, under its message.
fn page(finding: &Diagnostic) -> String {
    let rule = finding.rule;
    format!(
        "**{}**: {}\n\n{}\n[{}]({})",
        finding.severity.as_str(),
        finding.message,
        rule.page(),
        rule.name,
        page_of(rule.name)
    )
}

/// What the key at an offset means, or the key whose value is there, where that is a scalar.
fn key_at(tree: &Tree<'_>, offset: u32) -> Option<(Span, String)> {
    let mut place = Place::root();
    let mut path = String::new();
    let mut id = tree.root()?;
    loop {
        match tree.kind(id) {
            Kind::Map(entries) => {
                let entry = entries
                    .iter()
                    .find(|entry| holds(tree.entry_span(**entry), offset))?;
                let key = tree.key_text(entry.key)?;
                let separator = if path.is_empty() { "" } else { "." };
                path.push_str(&format!("{separator}{key}"));
                let is_last = holds(tree.span(entry.key), offset) || is_scalar(tree, entry.value);
                if is_last {
                    let words = place.describe(key)?;
                    return Some((tree.span(entry.key), format!("`{path}`\n\n{words}")));
                }
                place = place.key(key);
                id = entry.value;
            }
            Kind::Seq(items) => {
                id = *items.iter().find(|item| holds(tree.span(**item), offset))?;
                place = place.item();
                path.push_str("[]");
            }
            _ => return None,
        }
    }
}

fn is_scalar(tree: &Tree<'_>, id: NodeId) -> bool {
    !matches!(tree.kind(id), Kind::Map(_) | Kind::Seq(_))
}

/// The end counts: that is where the cursor stands after a word.
fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}
