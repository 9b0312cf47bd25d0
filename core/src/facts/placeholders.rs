//! What documents and templates print where a person has to write something.

/// Words that stand for a value by themselves.
const WORDS: [&str; 14] = [
    "example",
    "changeme",
    "change-me",
    "change_me",
    "changethis",
    "change-this",
    "change_this",
    "replaceme",
    "replace-me",
    "replace_me",
    "placeholder",
    "fixme",
    "todo",
    "tbd",
];

/// How such texts begin: `your-client-id`, `YOUR_TOKEN`, `INSERT_TOKEN_HERE`.
const BEGINS: [&str; 10] = [
    "your-",
    "your_",
    "<your",
    "insert-",
    "insert_",
    "replace-with",
    "replace_with",
    "paste-",
    "example-client",
    "my-client-",
];

/// Whether a person should have replaced a text.
pub fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let begins_with_letter = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let ends_with_here = begins_with_letter && ["-here", "_here"].iter().any(|end| ends_with(text, end));
    is_word(text) && text.len() >= 3
        || ends_with_here && !text.contains(['.', '/', ':', ' '])
        || BEGINS.iter().any(|begins| starts_with(text, begins)) && !text.contains(['.', '/', ' '])
        || has_angles(text)
}

/// Whether a text is such a word alone, of which a secret has rules of its own.
pub fn is_word(text: &str) -> bool {
    let text = text.trim();
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) || text.bytes().all(|b| matches!(b, b'x' | b'X'))
}

/// Whether a text begins so, in letters of either case. Asked of every value, and so without a copy in lower case.
fn starts_with(text: &str, begin: &str) -> bool {
    text.get(..begin.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(begin))
}

/// The same of its end.
fn ends_with(text: &str, end: &str) -> bool {
    let start = text.len().checked_sub(end.len());
    start
        .and_then(|start| text.get(start..))
        .is_some_and(|rest| rest.eq_ignore_ascii_case(end))
}

/// `<your-id>`, `https://<host>/x`: words between angle brackets, as no value has them.
fn has_angles(text: &str) -> bool {
    let Some((_, rest)) = text.split_once('<') else {
        return false;
    };
    let Some((inner, _)) = rest.split_once('>') else {
        return false;
    };
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
    inner.starts_with(char::is_alphabetic) && inner.chars().all(is_word) && !text.contains('\n')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_left() {
        for text in [
            "<your-client-id>",
            "https://<host>/x",
            "CHANGEME",
            "xxx",
            "XXXXXXXX",
            "your-client-id",
            "YOUR_TOKEN",
            "INSERT_ID_HERE",
            "client-id-here",
            "TODO",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in [
            "acme",
            "xx",
            "yours",
            "a<b",
            "a < b > c",
            "<https://acme.dev>",
            "your.domain.dev",
            "todo-app",
            "here",
            "admin <ops@acme.dev>",
        ] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
