//! Texts of findings as a terminal may show them.

use super::snippet::harmless;

/// How many characters of a text are shown: a value that it quotes may be a whole file.
const MAX_TEXT: usize = 1000;

/// A text in its lines.
pub fn readable(text: &str) -> String {
    let line = |line: &str| line.chars().map(harmless).collect::<String>();
    let lines: Vec<String> = text.split('\n').map(line).collect();
    let mut text = lines.join("\n");
    if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// A text on one line.
pub fn one_line(text: &str) -> String {
    let text = readable(text);
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}
