//! Simple commands: their words, where they end, and what follows them.

use super::Command;
use super::compound::NO_PATTERN;
use super::state::{End, Part, Read, Reader};

impl<'a> Reader<'a> {
    pub(super) fn begin_word(&mut self) {
        let at = self.at;
        self.level().word.get_or_insert(at);
    }

    pub(super) fn end_word(&mut self) -> Read {
        let (text, at) = (self.text, self.at);
        let Some(start) = self.level().word.take() else {
            return Ok(());
        };
        let word = &text[start..at];
        let level = self.level();
        level.words.push((start, word));
        let (first_at, first) = level.words[0];
        let counts = level
            .words
            .get(1)
            .is_some_and(|(_, second)| second.starts_with("(("));
        match (first, level.words.len()) {
            (_, 1) => return self.keyword(word, start),
            _ if self.in_pattern() => return self.fault(start, word, NO_PATTERN),
            ("case", 3) if word == "in" => self.open(Part::Pattern, first_at),
            ("case", 3) => return self.fault(start, word, "found where `case` expects `in`"),
            // The list of a loop may be missing.
            ("for" | "select", 3) if word == "do" => {
                let body = Part::Do {
                    endless: false,
                    left: false,
                };
                self.open(body, first_at);
            }
            ("for", 3) if word != "in" && !counts => {
                return self.fault(start, word, "found where `for` expects `in`");
            }
            ("function", 2) if self.in_bash() => {
                let level = self.level();
                level.words.clear();
                level.wants = Some(start);
            }
            _ => {}
        }
        Ok(())
    }

    /// Ends a command, if there is one.
    pub(super) fn end(&mut self, end: End, at: usize) -> Read {
        self.end_word()?;
        let level = self.level();
        let operator = matches!(end, End::Semicolon | End::Background | End::Pipe | End::And);
        let ended = level.ended;
        if end == End::Background
            && let Some(before) = ended
        {
            self.script.endless.truncate(before);
        }
        let level = self.level();
        match level.words.first().copied() {
            None if operator && ended.is_none() => {
                let token = self.operator(at).to_owned();
                return self.fault(at, &token, "is preceded by no command");
            }
            None => level.ended = None,
            Some((_, "case")) if end == End::Line => return Ok(()),
            Some((at, "case")) => return self.fault(at, "case", "has no `in`"),
            Some((at, "for" | "select")) => {
                let head = Part::Until {
                    endless: Some(false),
                    inverted: false,
                };
                self.open(head, at);
                self.fill();
                return Ok(());
            }
            Some((at, word)) if self.in_pattern() => return self.fault(at, word, NO_PATTERN),
            Some(_) if aimless(self.level().words.last().map_or("", |(_, word)| word)) => {
                if let Some((at, word)) = self.level().words.last().copied() {
                    return self.fault(at, word, "has no target");
                }
            }
            Some(_) => self.emit(end),
        }
        let level = self.level();
        match end {
            End::Pipe | End::And => level.wants = Some(at),
            End::Closing => {
                if let Some(at) = level.wants {
                    let token = self.operator(at).to_owned();
                    return self.fault(at, &token, "is followed by no command");
                }
            }
            End::Line | End::Semicolon | End::Background => {}
        }
        Ok(())
    }

    pub(super) fn emit(&mut self, end: End) {
        const BEFORE: [&str; 5] = ["sudo", "exec", "time", "nohup", "env"];
        let assigns = |word: &str| {
            let name = word.split_once('=').map_or("", |(name, _)| name);
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        };
        let redirects = |word: &str| {
            word.trim_start_matches(|c: char| c.is_ascii_digit())
                .starts_with(['<', '>'])
        };
        self.fill();
        let level = self.level();
        level.ended = None;
        level.wants = None;
        let words = std::mem::take(&mut level.words);
        let mut words = words
            .into_iter()
            .skip_while(|(_, word)| BEFORE.contains(word) || assigns(word) || redirects(word))
            .peekable();
        let Some((at, _)) = words.peek().copied() else {
            return;
        };
        // A sign in quotes is no redirection.
        let bare = |word: &'a str| match word.trim_matches(['"', '\'']) {
            "<" | ">" => word,
            bare => bare,
        };
        let words: Vec<&str> = words.map(|(_, word)| bare(word)).collect();
        self.follow(&words);
        self.script.commands.push(Command {
            words,
            at,
            in_background: end == End::Background,
            piped: end == End::Pipe,
        });
    }
}

/// Whether a word is only the operator of a redirection.
fn aimless(word: &str) -> bool {
    let operator = word.trim_start_matches(|c: char| c.is_ascii_digit());
    matches!(operator, ">" | ">>" | "<" | "<>" | ">|" | ">&" | "<&")
}
