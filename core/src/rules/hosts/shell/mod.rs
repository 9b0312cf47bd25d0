//! The shell commands of the configuration, taken apart as dash does, as far as it can be told without running them.
//!
//! No library does this here: those with a licence that fits end the process at deep nesting or take a time that doubles with each
//! level, and a language server reads what is being typed.

mod command;
mod compound;
mod here_document;
mod reader;

pub(super) use reader::read;

use crate::model::{Spanned, Verbatim};
use crate::rules::Report;
use crate::source::Span;

/// What a script says.
#[derive(Default)]
pub(super) struct Script<'a> {
    /// Its simple commands, those in substitutions too.
    pub commands: Vec<Command<'a>>,
    /// The first thing that the shell does not take; nothing after it is read.
    pub fault: Option<Fault>,
    /// Where loops begin that nothing ends.
    pub endless: Vec<usize>,
}

/// A simple command: its words, without what stands in front of them.
pub(super) struct Command<'a> {
    /// The program, then its arguments.
    pub words: Vec<&'a str>,
    /// Where its first word begins.
    pub at: usize,
    /// Whether the shell goes on without waiting for it.
    pub in_background: bool,
    /// Whether the next command reads what it prints.
    pub piped: bool,
}

/// Something that the shell does not take.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Where it stands.
    pub at: usize,
    /// What it is, as it is written.
    pub token: String,
    /// What is wrong with it.
    pub why: String,
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

/// The simple commands of a script.
pub(super) fn commands(script: &str) -> Vec<Command<'_>> {
    read(script).commands
}

/// Where a command begins within the item that it stands in, where that is spelt the same there.
pub(super) fn place(report: &Report<'_>, item: &Spanned<Verbatim>, command: &Command<'_>) -> Span {
    let word = command.words.first().copied().unwrap_or_default();
    place_of(report, item, command.at, word)
}

/// Where a part of an item's text stands in the configuration; the whole item where it is spelt otherwise there.
pub(super) fn place_of(report: &Report<'_>, item: &Spanned<Verbatim>, at: usize, part: &str) -> Span {
    let written = report.text(item.span);
    let before = item
        .value
        .0
        .get(..at)
        .map_or(0, |before| before.matches(part).count());
    match written.match_indices(part).nth(before) {
        Some((start, _)) if !part.is_empty() => {
            let start = item.span.start as usize + start;
            Span::new(item.span.file, start, start + part.len())
        }
        _ => item.span,
    }
}

#[cfg(test)]
mod tests;
