//! Words for findings: the known name that a slip may mean, and lists as people write them.

/// The known name nearest to what was written, where it is near enough to be a slip.
pub fn nearest<'n>(written: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let written = written.to_lowercase();
    let (length, letters) = letters(&written);
    let near = |name: &'n str| {
        let (other_length, others) = self::letters(name);
        let most = 1 + other_length / 4;
        // What one has more of than the other has to be added or removed: most names are told apart by that alone.
        let more = |these: &Letters, those: &Letters| -> usize {
            let pairs = these.iter().zip(those);
            pairs
                .map(|(this, that)| usize::from(this.saturating_sub(*that)))
                .sum()
        };
        if length.abs_diff(other_length) > most || more(&letters, &others).max(more(&others, &letters)) > most
        {
            return None;
        }
        let distance = strsim::damerau_levenshtein(&written, &name.to_lowercase());
        (distance <= most).then_some((distance, name))
    };
    known.into_iter().filter_map(near).min().map(|(_, name)| name)
}

/// How often each letter is in a name; some share a place.
type Letters = [u8; 32];

/// How many letters a name has, and which.
fn letters(name: &str) -> (usize, Letters) {
    let mut letters = [0_u8; 32];
    let mut length = 0;
    let mut count = |letter: usize| {
        let place = &mut letters[letter % 32];
        *place = place.saturating_add(1);
        length += 1;
    };
    if name.is_ascii() {
        // Upper and lower case of a letter share a place.
        name.bytes().for_each(|byte| count(byte.into()));
    } else {
        name.chars()
            .flat_map(char::to_lowercase)
            .for_each(|c| count(c as usize));
    }
    (length, letters)
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
    let mut ends_word = false;
    for c in key.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => {
                if ends_word && c.is_ascii_uppercase() {
                    variable.push('_');
                }
                variable.push(c.to_ascii_uppercase());
            }
            _ if variable.is_empty() || variable.ends_with('_') => {}
            _ => variable.push('_'),
        }
        ends_word = c.is_ascii_lowercase() || c.is_ascii_digit();
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
    fn variables_for_keys() {
        assert_eq!(variable_of("k3s.agentToken"), "K3S_AGENT_TOKEN");
        assert_eq!(
            variable_of("storage.s3.secretAccessKey"),
            "STORAGE_S3_SECRET_ACCESS_KEY"
        );
        assert_eq!(
            variable_of("CODER_EMAIL_AUTH_PASSWORD"),
            "CODER_EMAIL_AUTH_PASSWORD"
        );
        assert_eq!(variable_of("nodes[0].password"), "NODES_0_PASSWORD");
        assert_eq!(variable_of("2fa"), "SECRET_2FA");
    }

    #[test]
    fn lists_of_any_length() {
        let none: [&str; 0] = [];
        assert_eq!(and(&none), "");
        assert_eq!(and(&["a"]), "a");
        assert_eq!(and(&["a", "b"]), "a and b");
        assert_eq!(or(&quoted(["a", "b", "c"])), "`a`, `b` or `c`");
    }
}
