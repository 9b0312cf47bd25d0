//! What is to say about a place in a configuration: the findings there, and what the key means.

use super::context::{Step, key_of_line, place};
use crate::diagnostic::{Diagnostic, Sink};
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
    parts.extend(key_of(file, offset));
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

/// What the key at an offset means, or the key whose value is there, where that is a scalar. Block style is read off the lines, which is
/// fast in a long file; only inside brackets the file is parsed.
fn key_of(file: &SourceFile, offset: u32) -> Option<(Span, String)> {
    if let Some((path, key)) = key_of_line(file, offset as usize) {
        let name = file.text().get(key.clone())?;
        let words = place(&path).describe(name)?;
        return Some((file.span(key), format!("`{}`\n\n{words}", shown(&path, name))));
    }
    key_in(&syntax::parse_values(file, &mut Sink::new()), offset)
}

/// The same from the tree.
fn key_in(tree: &Tree<'_>, offset: u32) -> Option<(Span, String)> {
    let mut path = Vec::new();
    let mut id = tree.root()?;
    loop {
        match tree.kind(id) {
            Kind::Map(entries) => {
                let entry = entries
                    .iter()
                    .find(|entry| holds(tree.entry_span(**entry), offset))?;
                let key = tree.key_text(entry.key)?;
                if holds(tree.span(entry.key), offset) || is_scalar(tree, entry.value) {
                    let words = place(&path).describe(key)?;
                    return Some((
                        tree.span(entry.key),
                        format!("`{}`\n\n{words}", shown(&path, key)),
                    ));
                }
                path.push(Step::Key(key.to_owned()));
                id = entry.value;
            }
            Kind::Seq(items) => {
                id = *items.iter().find(|item| holds(tree.span(**item), offset))?;
                path.push(Step::Item);
            }
            _ => return None,
        }
    }
}

/// A key with the path to it, as messages show it.
fn shown(path: &[Step], key: &str) -> String {
    let mut shown = String::new();
    for step in path {
        match step {
            Step::Key(key) if shown.is_empty() => shown.push_str(key),
            Step::Key(key) => shown.push_str(&format!(".{key}")),
            Step::Item => shown.push_str("[]"),
        }
    }
    match shown.is_empty() {
        true => key.to_owned(),
        false => format!("{shown}.{key}"),
    }
}

fn is_scalar(tree: &Tree<'_>, id: NodeId) -> bool {
    !matches!(tree.kind(id), Kind::Map(_) | Kind::Seq(_))
}

/// The end counts: that is where the cursor stands after a word.
fn holds(span: Span, offset: u32) -> bool {
    span.start <= offset && offset <= span.end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn at(text: &str) -> String {
        let offset = u32::try_from(text.find('|').unwrap()).unwrap();
        let file = SourceFile::new(FileId::CONFIG, "x", text.replacen('|', "", 1));
        let hover = hover(&file, &[], offset);
        hover.map_or("nothing".to_owned(), |hover| {
            format!(
                "{}: {}",
                file.slice(hover.span),
                hover.markdown.lines().next().unwrap()
            )
        })
    }

    #[test]
    fn keys_and_values_in_block_style() {
        assert_eq!(at("dom|ain: gitpod.acme.dev\n"), "domain: `domain`");
        assert_eq!(at("domain: gitpod.ac|me.dev\n"), "domain: `domain`");
        assert_eq!(
            at("cluster:\n  pools:\n    - name: main\n      cou|nt: 3\n"),
            "count: `cluster.pools[].count`"
        );
        assert_eq!(
            at("cluster:\n  pools:\n    - na|me: main\n"),
            "name: `cluster.pools[].name`"
        );
    }

    #[test]
    fn keys_and_values_in_brackets() {
        assert_eq!(
            at("cluster: {provider: het|zner}\n"),
            "provider: `cluster.provider`"
        );
        assert_eq!(
            at("cluster: {pools: [{na|me: main}]}\n"),
            "name: `cluster.pools[].name`"
        );
    }

    #[test]
    fn nothing_about_names_of_the_users_own() {
        assert_eq!(at("secrets:\n  ow|n: {key: x}\n"), "nothing");
        assert_eq!(at("# a comm|ent\n"), "nothing");
    }
}
