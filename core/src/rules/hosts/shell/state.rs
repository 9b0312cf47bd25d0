//! What is open while a script is read, in lists, so that no depth of nesting is too much.

use super::{Fault, Script};

/// An open construct: a nested script, or the inside of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Top,
    /// `$(…)`
    Substitution,
    /// `` `…` ``
    Backtick,
    /// `"…"`
    Quote,
    /// `${…}`; whether quotes have no meaning in it.
    Parameter {
        quoted: bool,
    },
    /// `$((…))`, and how many parentheses are open in it.
    Arithmetic {
        open: usize,
    },
    /// bash's `(( … ))`, and how many parentheses are open in it.
    Computed {
        open: usize,
    },
    /// bash's `[[ … ]]`
    Test,
    /// bash's `name=( … )`, and its patterns such as `@( … )`
    Array,
}

/// The shell that a script is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Dialect {
    /// `sh`, which is dash on Debian and Ubuntu.
    Posix,
    /// bash, without what only `shopt` turns on.
    Bash,
}

pub(super) struct Level<'a> {
    pub(super) kind: Kind,
    pub(super) at: usize,
    /// The words of the command that is being read, each with its place.
    pub(super) words: Vec<(usize, &'a str)>,
    /// Where the word begins that is being read.
    pub(super) word: Option<usize>,
    pub(super) blocks: Vec<Block>,
    /// An operator that requires a command after it.
    pub(super) wants: Option<usize>,
    /// Whether a compound command has just ended, and how many endless loops there were before it.
    pub(super) ended: Option<usize>,
}

impl Level<'_> {
    pub(super) fn new(kind: Kind, at: usize) -> Self {
        Level {
            kind,
            at,
            words: Vec::new(),
            word: None,
            blocks: Vec::new(),
            wants: None,
            ended: None,
        }
    }
}

/// What follows a command.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Line,
    Semicolon,
    Background,
    Pipe,
    And,
    Closing,
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) dialect: Dialect,
    pub(super) at: usize,
    pub(super) levels: Vec<Level<'a>>,
    pub(super) here_documents: Vec<HereDocument>,
    /// Whether a backtick ends a substitution.
    pub(super) in_backticks: bool,
    pub(super) script: Script<'a>,
}

/// Reading stops at the first fault, which is in the script then.
pub(super) type Read = Result<(), ()>;

impl<'a> Reader<'a> {
    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn in_bash(&self) -> bool {
        self.dialect == Dialect::Bash
    }

    pub(super) fn level(&mut self) -> &mut Level<'a> {
        if self.levels.is_empty() {
            self.levels.push(Level::new(Kind::Top, self.at));
        }
        let last = self.levels.len() - 1;
        &mut self.levels[last]
    }

    pub(super) fn fault(&mut self, at: usize, token: &str, why: &str) -> Read {
        self.script.fault = Some(Fault {
            at,
            token: token.to_owned(),
            why: why.to_owned(),
        });
        Err(())
    }

    /// The operator that begins there.
    pub(super) fn operator(&self, at: usize) -> &'a str {
        let rest = &self.text[at..];
        let len = rest.len() - rest.trim_start_matches(['&', '|', ';']).len();
        &rest[..len.clamp(1, 2).min(rest.len())]
    }
}

/// A compound command that is open.
pub(super) struct Block {
    pub(super) part: Part,
    pub(super) at: usize,
    /// Whether there is a command in this part of it.
    pub(super) filled: bool,
    /// How many endless loops there were before it.
    pub(super) endless_before: usize,
}

/// Where in a compound command the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Subshell,
    Brace,
    /// Between `if` and `then`.
    Condition,
    /// Between `then` and `elif`, `else` or `fi`.
    Then,
    Else,
    /// Between `while`, `until` or `for` and `do`.
    Until {
        endless: Option<bool>,
        inverted: bool,
    },
    /// Between `do` and `done`.
    Do {
        endless: bool,
        left: bool,
    },
    /// Between `in` or `;;` and `)`.
    Pattern,
    /// Between `)` and `;;`.
    Clause,
}

/// `<<WORD`, whose text has not been read yet.
pub(super) struct HereDocument {
    pub(super) at: usize,
    pub(super) token: String,
    pub(super) until: String,
    pub(super) tabs: bool,
}
