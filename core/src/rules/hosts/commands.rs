//! What the commands of the configuration run, as far as it can be told without running them.

use crate::model::{Spanned, Verbatim};
use crate::rules::Report;
use crate::source::Span;

/// A simple command: its words, without what stands in front of them.
pub(super) struct Command<'a> {
    /// The program, then its arguments.
    pub words: Vec<&'a str>,
    /// Whether the shell goes on without waiting for it.
    pub in_background: bool,
    /// Whether the next command reads what it prints.
    pub piped: bool,
}

impl Command<'_> {
    /// Whether it runs the program with these first arguments.
    pub fn runs(&self, words: &[&str]) -> bool {
        self.words.starts_with(words)
    }

    /// Whether one of its words is among these.
    pub fn has(&self, words: &[&str]) -> bool {
        self.words.iter().any(|word| words.contains(word))
    }
}

/// The simple commands of a script. Quotes, comments and here-documents are known, functions and aliases are not.
pub(super) fn commands(script: &str) -> Vec<Command<'_>> {
    let mut found = Vec::new();
    let mut until: Option<String> = None;
    for line in script.lines() {
        match &until {
            Some(end) if line.trim() == end => until = None,
            Some(_) => {}
            None => {
                split(line, &mut found);
                until = here_document(line);
            }
        }
    }
    found
}

fn split<'a>(line: &'a str, found: &mut Vec<Command<'a>>) {
    let mut start = 0;
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '#') if before.is_whitespace() => {
                push(&line[start..at], End::Plain, found);
                return;
            }
            (None, ';' | '(' | ')' | '`') => {
                push(&line[start..at], End::Plain, found);
                start = at + 1;
            }
            (None, '|') => {
                let alone = before != '|' && !line[at + 1..].starts_with('|');
                push(
                    &line[start..at],
                    if alone { End::Pipe } else { End::Plain },
                    found,
                );
                start = at + 1;
            }
            (None, '&') if !matches!(before, '>' | '<') => {
                let alone = before != '&' && !line[at + 1..].starts_with(['&', '>']);
                push(
                    &line[start..at],
                    if alone { End::Background } else { End::Plain },
                    found,
                );
                start = at + 1;
            }
            _ => {}
        }
        before = c;
    }
    push(&line[start..], End::Plain, found);
}

/// What follows a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Plain,
    Background,
    Pipe,
}

fn push<'a>(text: &'a str, end: End, found: &mut Vec<Command<'a>>) {
    const BEFORE: [&str; 13] = [
        "if", "then", "elif", "else", "while", "until", "do", "!", "{", "sudo", "exec", "time", "nohup",
    ];
    let assigns = |word: &str| {
        let name = word.split_once('=').map_or("", |(name, _)| name);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    };
    let words: Vec<&str> = text
        .split_whitespace()
        .skip_while(|word| BEFORE.contains(word) || assigns(word) || *word == "env")
        .map(|word| word.trim_matches(['"', '\'']))
        .collect();
    if !words.is_empty() {
        found.push(Command {
            words,
            in_background: end == End::Background,
            piped: end == End::Pipe,
        });
    }
}

/// The word that ends the text that follows the line.
fn here_document(line: &str) -> Option<String> {
    let (_, rest) = line.split_once("<<")?;
    let rest = rest.strip_prefix('-').unwrap_or(rest).trim_start();
    if rest.starts_with('<') {
        return None;
    }
    let word = rest
        .split(|c: char| c.is_whitespace() || ";&|)".contains(c))
        .next()?;
    let word = word.trim_matches(['"', '\'', '\\']);
    (!word.is_empty()).then(|| word.to_owned())
}

/// Where a command begins within the item that it stands in: at its first word, where that is spelt the same there.
pub(super) fn place(report: &Report<'_>, item: &Spanned<Verbatim>, command: &Command<'_>) -> Span {
    let text = report.text(item.span);
    let Some(first) = command.words.first() else {
        return item.span;
    };
    let part = |c: char| c.is_alphanumeric() || "-_/.".contains(c);
    let whole = text.match_indices(first).find(|(at, word)| {
        let after = text[at + word.len()..].chars().next();
        !text[..*at].ends_with(part) && !after.is_some_and(part)
    });
    match whole {
        Some((at, word)) => {
            let start = item.span.start as usize + at;
            Span::new(item.span.file, start, start + word.len())
        }
        None => item.span,
    }
}

#[cfg(test)]
mod tests {
    use super::commands;

    #[test]
    fn commands_are_told_from_what_they_are_given() {
        let words = |script: &str| -> Vec<String> {
            commands(script)
                .iter()
                .map(|command| command.words.join(" "))
                .collect()
        };
        assert_eq!(words("sudo A=b reboot"), ["reboot"]);
        assert_eq!(
            words("echo 'reboot; x' && kubectl get pods | grep x"),
            ["echo reboot; x", "kubectl get pods", "grep x"]
        );
        assert_eq!(words("cat >/x <<EOF\nreboot\nEOF\nls"), ["cat >/x <<EOF", "ls"]);
        assert_eq!(
            words("if test -e /x; then reboot; fi # kubectl"),
            ["test -e /x", "reboot", "fi"]
        );
        assert_eq!(words("a 2>&1 >/dev/null"), ["a 2>&1 >/dev/null"]);
        assert!(commands("sleep infinity &")[0].in_background);
        assert!(!commands("a && b")[0].in_background);
    }
}
