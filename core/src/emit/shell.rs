//! Words of POSIX sh.

use crate::text::Text;

/// Words that mean something to sh when they stand first.
const RESERVED: [&str; 15] = [
    "if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "in", "time",
    "function",
];

/// `text` as one word of sh that stands for exactly that text.
///
/// Literal words keep their looks where they can and their line breaks always; a text with a hole is quoted when
/// it is rendered, and then its line breaks become spaces.
pub fn quote(text: &Text) -> Text {
    match text.as_lit() {
        Some(lit) if is_bare(lit) => Text::lit(lit),
        // Rendering refuses what no word can hold.
        Some(lit) if lit.contains('\0') => text.clone().shell(),
        Some(lit) if !lit.contains('\'') => Text::lit(["'", lit, "'"].concat()),
        Some(lit) => Text::lit(format!("'{}'", lit.replace('\'', "'\\''"))),
        None => text.clone().shell(),
    }
}

/// The words as a simple command.
pub fn command<'a>(words: impl IntoIterator<Item = &'a Text>) -> Text {
    let words: Vec<Text> = words.into_iter().map(quote).collect();
    Text::join(&words, " ")
}

/// `name=word`; `name` must be a name to sh.
pub fn assign(name: &str, value: &Text) -> Text {
    Text::concat([&Text::lit(format!("{name}=")), &quote(value)])
}

fn is_bare(word: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-./:@%+,=".contains(&b);
    // `a=b` could be an assignment; `--a=b` is none.
    let could_assign = word.contains('=') && !word.starts_with('-');
    !word.is_empty() && word.bytes().all(allowed) && !could_assign && !RESERVED.contains(&word)
}
