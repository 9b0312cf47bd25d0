//! The configuration's shell commands, parsed as dash does, as far as that is possible without running them.
//!
//! There is no library for it: those with a suitable licence abort the process on deep nesting or take exponential time, and a language
//! server parses what is being typed.

mod command;
mod compound;
mod here_document;
mod reader;
mod state;

pub(super) use reader::{read, read_as};
pub(super) use state::Dialect;

use crate::model::{Config, Spanned, Verbatim};
use crate::rules::Report;
use crate::rules::contents::place_in;
use crate::source::Span;

/// A parsed script.
#[derive(Default)]
pub(super) struct Script<'a> {
    /// Its simple commands, including those in substitutions.
    pub commands: Vec<Command<'a>>,
    /// The first syntax error; nothing after it is read.
    pub fault: Option<Fault>,
    /// Where endless loops begin.
    pub endless: Vec<usize>,
}

/// A simple command: its words, without assignments and wrappers such as `sudo` before them.
pub(super) struct Command<'a> {
    /// The program, then its arguments.
    pub words: Vec<&'a str>,
    /// Where its first word begins.
    pub at: usize,
    /// Whether it runs in the background.
    pub in_background: bool,
    /// Whether its output is piped to the next command.
    pub piped: bool,
}

/// A syntax error.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Its offset.
    pub at: usize,
    /// The offending token.
    pub token: String,
    /// What is wrong with it.
    pub why: String,
}

impl Command<'_> {
    /// Whether it runs the program with these first arguments.
    pub fn runs(&self, words: &[&str]) -> bool {
        self.words.starts_with(words)
    }

    /// The word that lacks the space beside a bracket, the bracket that is not closed, or a redirection where numbers are compared. No error of
    /// syntax, since `[` is a command: it fails, or writes a file, whenever it is run.
    pub fn open_bracket(&self) -> Option<(&str, &'static str)> {
        let first = self.words.first()?;
        let double = first
            .strip_prefix("[[")
            .map(|rest| (rest, "has no space after `[[`"));
        let opened = double.or_else(|| Some((first.strip_prefix('[')?, "has no space after `[`")));
        // The name of a program may start with a bracket, but nobody ends its arguments with one.
        let ends = self.words.last().is_some_and(|word| word.ends_with(']'));
        if let Some((rest, why)) = opened
            && rest.starts_with(['-', '$', '"', '!'])
            && ends
        {
            return Some((first, why));
        }
        if *first != "[" {
            return None;
        }
        let closes = self.words.iter().position(|word| *word == "]");
        if let Some(end) = closes {
            let compared = self.words.get(..end).unwrap_or_default();
            let redirects = compared.iter().find(|word| matches!(**word, "<" | ">"));
            return redirects.map(|word| {
                (
                    *word,
                    "is a redirection here: use `-lt` or `-gt` to compare numbers",
                )
            });
        }
        let stuck = self.words.iter().find(|word| word.ends_with(']'));
        Some(match stuck {
            Some(word) => (word, "has no space before `]`"),
            None => ("[", "is not closed with `]`"),
        })
    }

    /// The script that it gives to a shell in single quotes, where it begins in `text`, which the command was read from, and the shell.
    pub fn inner<'t>(&self, text: &'t str) -> Option<(usize, &'t str, Dialect)> {
        // Others may run the shell: `timeout 60 sh -c …`.
        let (dialect, script) = self.words.windows(3).find_map(|words| {
            let dialect = match *words.first()? {
                "sh" | "/bin/sh" | "dash" => Dialect::Posix,
                "bash" | "/bin/bash" => Dialect::Bash,
                _ => return None,
            };
            let given = words.get(1)?.strip_prefix('-')?.ends_with('c');
            Some((dialect, words.get(2).copied().filter(|_| given)?))
        })?;
        let rest = text.get(self.at..)?;
        let at = self.at + rest.find(&format!("'{script}'"))? + 1;
        Some((at, text.get(at..at + script.len())?, dialect))
    }

    /// Whether one of its words is among these.
    pub fn has(&self, words: &[&str]) -> bool {
        self.words.iter().any(|word| words.contains(word))
    }
}

/// A hook of `cloudInit`, read once for all rules.
pub(in crate::rules) struct Hook<'a> {
    /// The item.
    pub item: &'a Spanned<Verbatim>,
    /// Whether it runs before k3s is installed.
    pub is_early: bool,
    /// What the shell makes of it.
    pub(super) script: Script<'a>,
}

impl<'a> Hook<'a> {
    /// Its text.
    pub fn text(&self) -> &'a str {
        &self.item.value.0
    }

    /// Its simple commands, including those in substitutions.
    pub(super) fn commands(&self) -> &[Command<'a>] {
        &self.script.commands
    }
}

/// The hooks of a configuration, in the order in which they run.
pub(in crate::rules) fn hooks(config: &Config) -> Vec<Hook<'_>> {
    let hook = |item, is_early| Hook {
        item,
        is_early,
        script: read(&item.value.0),
    };
    let Some(cloud_init) = config.cloud_init.get() else {
        return Vec::new();
    };
    let early = cloud_init.before_k3s.items().map(|item| hook(item, true));
    early
        .chain(cloud_init.after_k3s.items().map(|item| hook(item, false)))
        .collect()
}

/// The place of a command within its item, if the item spells it the same way.
pub(super) fn place(report: &Report<'_>, hook: &Hook<'_>, command: &Command<'_>) -> Span {
    let word = command.words.first().copied().unwrap_or_default();
    place_of(report, hook.item, command.at, word)
}

/// The place of a part of an item's text in the configuration, or the whole item if that spells it differently.
pub(super) fn place_of(report: &Report<'_>, item: &Spanned<Verbatim>, at: usize, part: &str) -> Span {
    place_in(report, &item.with(item.value.0.as_str()), at, part)
}

/// The place of a word of a command in the text that the command was read from.
pub(super) fn place_of_word(
    report: &Report<'_>,
    text: &Spanned<&str>,
    command: &Command<'_>,
    word: &str,
) -> Span {
    let rest = text.value.get(command.at..).unwrap_or_default();
    let at = command.at + rest.find(word).unwrap_or_default();
    place_in(report, text, at, word)
}

/// Reports tests whose bracket is not closed; `note` says what follows from it.
pub(super) fn report_open_brackets(
    text: &Spanned<&str>,
    commands: &[Command<'_>],
    note: &str,
    report: &mut Report<'_>,
) {
    for command in commands {
        if let Some((word, why)) = command.open_bracket() {
            let finding = report.found(
                place_of_word(report, text, command, word),
                format!("`{word}` {why}"),
            );
            let help = "write `[ … ]` with a space inside each bracket";
            report.push(finding.help(help).note(note));
        }
    }
}

#[cfg(test)]
mod tests;
