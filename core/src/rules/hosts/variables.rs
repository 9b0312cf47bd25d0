//! The variables of a shell script: which it sets, and which it reads.

use std::collections::BTreeSet;

/// What sets the variables that follow it.
const SETTERS: [&str; 13] = [
    "declare",
    "export",
    "for",
    "getopts",
    "local",
    "mapfile",
    "printf",
    "read",
    "readarray",
    "readonly",
    "select",
    "typeset",
    "unset",
];

/// The names that a script sets anywhere in its text, whoever reads that.
pub(super) fn assigned(text: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    let words = text.split(|c: char| c.is_whitespace() || ";&|(){}`\"'".contains(c));
    let mut setting = false;
    for word in words.filter(|word| !word.is_empty()) {
        let end = word.find(|c: char| !is_inner(c)).unwrap_or(word.len());
        let (name, rest) = word.split_at(end);
        let sets = rest.starts_with('=') || rest.starts_with("+=") || rest.starts_with('[');
        setting &= word != "in";
        if is_name(name) && (sets || setting && rest.is_empty()) {
            found.insert(name);
        }
        // Options and further names may follow the word: `read -r a b`, `local a=1 b`.
        setting = SETTERS.contains(&word) || setting && (word.starts_with('-') || is_name(name));
    }
    found
}

/// The names that a script reads, each with its place.
pub(super) fn read(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut single = false;
    let mut double = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' if !single => {
                chars.next();
            }
            '\'' if !double => single = !single,
            '"' if !single => double = !double,
            // An apostrophe in a comment opens no quote.
            '#' if !single && !double && text[..at].ends_with(['\n', ' ', '\t']) => {
                for (_, c) in chars.by_ref() {
                    if c == '\n' {
                        break;
                    }
                }
            }
            '$' if !single => {
                let start = at + 1 + usize::from(text[at + 1..].starts_with('{'));
                let rest = &text[start..];
                let rest_start = start + usize::from(start > at + 1 && rest.starts_with(['#', '!']));
                let rest = &text[rest_start..];
                let name = &rest[..rest.find(|c: char| !is_inner(c)).unwrap_or(rest.len())];
                if is_name(name) {
                    found.push((rest_start, name));
                }
            }
            _ => {}
        }
    }
    found
}

fn is_inner(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_and_read() {
        let script =
            "a=1; for disk in /dev/sd?; do read -r size label < x; done\nlocal one two=2\nb+=(\"$a\")\n";
        let names: Vec<&str> = assigned(script).into_iter().collect();
        assert_eq!(names, ["a", "b", "disk", "label", "one", "size", "two"]);
        let reads = |text| read(text).into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(
            reads("echo \"$a ${b:-x}\" '$c' \\$d ${#e[@]} $1 $(f $g) # don't $h"),
            ["a", "b", "e", "g"]
        );
    }
}
