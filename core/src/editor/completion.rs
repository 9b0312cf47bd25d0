//! What can be typed at a place: keys that the mapping does not have yet, and the words that a value takes.

use super::context::{Step, context, place};
use crate::source::{SourceFile, Span};

/// Something that can be typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The key or the word.
    pub label: String,
    /// What it means, in Markdown.
    pub docs: Option<String>,
    /// The word so far, which it replaces.
    pub span: Span,
    /// What to write. Lines behind the first are indented as the place wants it.
    pub text: String,
    /// Whether it is a key.
    pub is_key: bool,
}

/// What can be typed at a byte of a configuration, broken or not. Keys come in the order of the documentation.
pub fn completions(file: &SourceFile, offset: usize) -> Vec<Completion> {
    let Some(context) = context(file, offset) else {
        return Vec::new();
    };
    let span = file.span(context.word.clone());
    if context.is_value {
        return values(&context.path, span);
    }
    let place = place(&context.path);
    let keys = place.keys().into_iter();
    let missing = keys.filter(|key| !context.siblings.iter().any(|sibling| sibling == key));
    let indent = " ".repeat(context.column + 2);
    missing
        .map(|key| {
            let value = place.key(key);
            let text = match (value.is_list(), value.keys().is_empty()) {
                (true, _) => format!("{key}:\n{indent}- "),
                (false, false) => format!("{key}:\n{indent}"),
                (false, true) => format!("{key}: "),
            };
            Completion {
                label: key.to_owned(),
                docs: place.describe(key),
                span,
                text,
                is_key: true,
            }
        })
        .collect()
}

/// The words that a value takes.
fn values(path: &[Step], span: Span) -> Vec<Completion> {
    let Some((Step::Key(key), parents)) = path.split_last() else {
        return Vec::new();
    };
    let words = place(parents).words(key);
    let word = |(word, meaning): (&'static str, Option<&'static str>)| Completion {
        label: word.to_owned(),
        docs: meaning.map(str::to_owned),
        span,
        text: word.to_owned(),
        is_key: false,
    };
    words.into_iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn at(text: &str) -> Vec<String> {
        let offset = text.find('|').unwrap();
        let file = SourceFile::new(FileId::CONFIG, "x", text.replacen('|', "", 1));
        completions(&file, offset)
            .into_iter()
            .map(|completion| completion.text)
            .collect()
    }

    #[test]
    fn keys_that_are_not_there_yet_with_the_form_of_their_values() {
        assert_eq!(
            at("cluster:\n  pools:\n    - name: main\n      autoscale:\n        min: 1\n        |"),
            ["max: "]
        );
        let top = at("apiVersion: gitpod-k3s/v1\n|");
        assert!(!top.contains(&"apiVersion: ".to_owned()));
        assert!(top.contains(&"domain: ".to_owned()));
        assert!(top.contains(&"domain_passlist:\n  - ".to_owned()));
        assert!(top.contains(&"cluster:\n  ".to_owned()));
    }

    #[test]
    fn words_of_values() {
        assert_eq!(at("platform: |"), ["gitpod", "none", "coder"]);
        assert_eq!(at("cluster:\n  size: m|"), ["small", "medium", "large"]);
        assert_eq!(at("blockNewUsers:\n  enabled: |"), ["true", "false"]);
    }

    #[test]
    fn nothing_where_names_are_the_users_own() {
        assert!(at("secrets:\n  |").is_empty());
        assert!(at("cluster:\n  servers:\n    labels:\n      |").is_empty());
    }
}
