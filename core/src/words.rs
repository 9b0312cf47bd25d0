//! Words for findings: the known name that a slip may mean, and lists as people write them.

/// The known name nearest to what was written, where it is near enough to be a slip.
pub fn nearest<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let written = written.to_lowercase();
    let (length, letters) = outline(&written);
    let near = |name: &'n str| {
        let (other_length, others) = outline(name);
        let most = 1 + other_length / 4;
        // A slip adds at most one letter that the other has not: most names are told apart by that alone.
        let apart = (letters & !others)
            .count_ones()
            .max((others & !letters).count_ones());
        if length.abs_diff(other_length) > most || apart as usize > most {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&written, &name.to_lowercase());
        (distance <= most).then_some((distance, name))
    };
    known.into_iter().filter_map(near).min().map(|(_, name)| name)
}

/// How many letters a name has, and which: a bit each, some of them shared.
fn outline(name: &str) -> (usize, u64) {
    let letters = name.chars().flat_map(char::to_lowercase);
    letters.fold((0, 0), |(length, letters), c| {
        (length + 1, letters | 1 << (u32::from(c) % u64::BITS))
    })
}

/// "a", "a and b", "a, b and c".
pub fn and(words: &[impl AsRef<str>]) -> String {
    list(words, "and")
}

/// "a", "a or b", "a, b or c".
pub fn or(words: &[impl AsRef<str>]) -> String {
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
pub fn quoted<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<String> {
    words.into_iter().map(|word| format!("`{word}`")).collect()
}

/// The name of a variable for a key: `k3s.agentToken` is `K3S_AGENT_TOKEN`.
pub fn variable_of(key: &str) -> String {
    let mut variable = String::new();
    for c in key.chars() {
        match c {
            c if c.is_ascii_uppercase() && !variable.is_empty() && !variable.ends_with('_') => {
                variable.push('_');
                variable.push(c);
            }
            c if c.is_ascii_alphanumeric() => variable.push(c.to_ascii_uppercase()),
            _ if variable.is_empty() || variable.ends_with('_') => {}
            _ => variable.push('_'),
        }
    }
    let variable = variable.trim_end_matches('_');
    match variable.starts_with(|c: char| c.is_ascii_digit()) {
        true => format!("SECRET_{variable}"),
        false => variable.to_owned(),
    }
}

/// Whether a text is a UUID.
pub fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let hex = parts
        .iter()
        .all(|part| part.bytes().all(|b| b.is_ascii_hexdigit()));
    hex && parts.iter().map(|part| part.len()).eq([8, 4, 4, 4, 12])
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
