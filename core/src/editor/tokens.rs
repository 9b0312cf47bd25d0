//! What an editor can colour beyond what it knows of YAML: the language's own words, names of the user's, and what Terraform fills in.

use super::context::place;
use super::draft::Draft;
use super::names::{NameKind, Names};
use super::outline::{Id, Outline, Shape, bare};
use crate::model::SchemaPlace;
use crate::source::{FileId, SourceFile, Span};

/// What a word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TokenKind {
    /// A word of the language, such as `hetzner`.
    Word,
    /// A name of the user's that is given or used.
    Name,
    /// A variable that a secret comes from.
    Variable,
    /// An expression that Terraform evaluates.
    Expression,
}

/// A word with what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Token {
    /// The word, within one line.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
    /// Whether a name is given here.
    pub is_given: bool,
}

/// The words of a configuration, in its order. No two overlap.
pub fn tokens(draft: &Draft) -> Vec<Token> {
    let (file, outline, names) = (draft.file(), &draft.outline, Names::of(draft));
    let mut tokens: Vec<Token> = names
        .iter()
        .filter(|name| name.span.file == FileId::CONFIG && name.kind != NameKind::Anchor)
        .map(|name| Token {
            span: name.span,
            kind: match name.kind {
                NameKind::Variable => TokenKind::Variable,
                _ => TokenKind::Name,
            },
            is_given: name.is_given,
        })
        .collect();
    if let Some(root) = outline.root() {
        words(file, outline, root, &place(&[]), &mut tokens);
    }
    tokens.extend(expressions(file, outline));
    tokens.retain(|token| !token.span.is_empty() && !file.slice(token.span).contains(['\n', '\r']));
    crate::sorted::sort(&mut tokens);
    tokens.dedup_by(|later, first| later.span.start < first.span.end);
    tokens
}

/// The language's own words below a node.
fn words(file: &SourceFile, outline: &Outline, id: Id, at: &SchemaPlace, found: &mut Vec<Token>) {
    let mut add = |child: Id, words: Vec<(&str, Option<&str>)>| {
        let Some(node) = outline.node(child) else { return };
        let text = outline.text(file, child);
        if text.is_some_and(|text| words.iter().any(|(word, _)| *word == text)) {
            found.push(Token {
                span: bare(file, node.span),
                kind: TokenKind::Word,
                is_given: false,
            });
        }
    };
    for child in outline.children(id) {
        let (Some(node), Some(key)) = (outline.node(child), outline.key(file, child)) else {
            continue;
        };
        match node.shape {
            Shape::Scalar => add(child, at.words(key)),
            Shape::List => outline
                .children(child)
                .for_each(|item| add(item, at.item_words(key))),
            _ => {}
        }
    }
    for child in outline.children(id) {
        let is_inner = outline
            .node(child)
            .is_some_and(|node| matches!(node.shape, Shape::Map | Shape::List));
        if is_inner {
            let inner = match outline.key(file, child) {
                Some(key) => at.key(key),
                None => at.item(),
            };
            words(file, outline, child, &inner, found);
        }
    }
}

/// `${…}` in texts, and the values of `terraform`.
fn expressions(file: &SourceFile, outline: &Outline) -> Vec<Token> {
    let mut found = Vec::new();
    let token = |span| Token {
        span,
        kind: TokenKind::Expression,
        is_given: false,
    };
    for (id, node) in outline.nodes().filter(|(_, node)| node.shape == Shape::Scalar) {
        let span = bare(file, node.span);
        if outline.key(file, id) == Some("terraform") {
            found.push(token(span));
            continue;
        }
        let text = file.slice(span);
        let mut from = 0;
        while let Some(start) = text.get(from..).and_then(|rest| rest.find("${")) {
            let start = from + start;
            let Some(length) = text.get(start..).and_then(|rest| rest.find('}')) else {
                break;
            };
            let offset = span.start as usize;
            // `$${` is the text `${`.
            if !text.get(..start).is_some_and(|before| before.ends_with('$')) {
                found.push(token(file.span(offset + start..offset + start + length + 1)));
            }
            from = start + length + 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::draft::drafted;
    use super::*;

    #[test]
    fn words_names_and_expressions() {
        let draft = drafted(
            "platform: gitpod\ncluster:\n  pools:\n    - {name: gitpod, workloads: [meta]}\n  api: {host: 'a${b.c}d$${e}'}\n\
             k3s:\n  token: {env: TOKEN}\n  agentToken: {terraform: x.y}\n",
        );
        let found: Vec<_> = tokens(&draft)
            .into_iter()
            .map(|token| format!("{} {:?}", draft.file().slice(token.span), token.kind))
            .collect();
        assert_eq!(
            found,
            [
                "gitpod Word",
                "gitpod Name",
                "meta Word",
                "${b.c} Expression",
                "TOKEN Variable",
                "x.y Expression"
            ]
        );
    }
}
