//! Words in sentences: lists.

/// "a", "a and b", "a, b and c".
pub(crate) fn and(words: &[impl AsRef<str>]) -> String {
    list(words, "and")
}

/// "a", "a or b", "a, b or c".
pub(crate) fn or(words: &[impl AsRef<str>]) -> String {
    list(words, "or")
}

fn list(words: &[impl AsRef<str>], last: &str) -> String {
    let mut text = String::new();
    for (index, word) in words.iter().enumerate() {
        match index {
            0 => {}
            _ if index + 1 == words.len() => text.extend([" ", last, " "]),
            _ => text.push_str(", "),
        }
        text.push_str(word.as_ref());
    }
    text
}

/// Each word in backticks.
pub(crate) fn quoted<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<String> {
    words.into_iter().map(|word| format!("`{word}`")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_any_length() {
        let none: [&str; 0] = [];
        assert_eq!(and(&none), "");
        assert_eq!(and(&["a"]), "a");
        assert_eq!(and(&["a", "b"]), "a and b");
        assert_eq!(or(&quoted(["a", "b", "c"])), "`a`, `b` or `c`");
    }
}
