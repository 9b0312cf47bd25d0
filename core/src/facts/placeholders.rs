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
    if !text.bytes().next().is_some_and(may_begin) && !text.contains('<') {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    let crosses = lower.len() >= 3 && lower.bytes().all(|b| b == b'x');
    let here =
        (lower.ends_with("-here") || lower.ends_with("_here")) && !lower.contains(['.', '/', ':', ' ']);
    crosses
        || here
        || WORDS.contains(&lower.as_str())
        || BEGINS.iter().any(|begins| lower.starts_with(begins)) && !lower.contains(['.', '/', ' '])
        || has_angles(text)
}

/// Whether a text is such a word alone, of which a secret has rules of its own.
pub fn is_word(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    WORDS.contains(&lower.as_str()) || lower.bytes().all(|b| b == b'x')
}

/// Most texts are told apart by their first letter.
fn may_begin(first: u8) -> bool {
    first.is_ascii_alphabetic()
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
