//! Compound commands: what is open, what may follow, and which loops nothing ends.

use super::state::{Block, End, Kind, Part, Read, Reader};

impl Part {
    fn closed_by(self) -> &'static str {
        match self {
            Part::Subshell => ")",
            Part::Brace => "}",
            Part::Condition | Part::Then | Part::Else => "fi",
            Part::Until { .. } | Part::Do { .. } => "done",
            Part::Pattern | Part::Clause => "esac",
        }
    }
}

impl<'a> Reader<'a> {
    /// Opens a compound command, whose start may be followed by a command.
    pub(super) fn open(&mut self, part: Part, at: usize) {
        let endless_before = self.script.endless.len();
        let level = self.level();
        level.words.clear();
        level.ended = None;
        level.wants = None;
        level.blocks.push(Block {
            part,
            at,
            filled: false,
            endless_before,
        });
    }

    /// The first word of a command, which may be a keyword.
    pub(super) fn keyword(&mut self, word: &'a str, at: usize) -> Read {
        let block = self.level().blocks.last();
        let part = block.map(|block| block.part);
        let filled = block.is_some_and(|block| block.filled);
        if part == Some(Part::Pattern) {
            if word == "esac" {
                self.close();
            }
            return Ok(());
        }
        let opens = match word {
            "if" => Some(Part::Condition),
            "{" => Some(Part::Brace),
            "while" | "until" => Some(Part::Until {
                endless: None,
                inverted: word == "until",
            }),
            _ => None,
        };
        if let Some(part) = opens {
            self.open(part, at);
            return Ok(());
        }
        let next = match (word, part) {
            ("!", _) => {
                self.level().words.clear();
                return Ok(());
            }
            ("time" | "coproc", _) if self.in_bash() => {
                self.level().words.clear();
                return Ok(());
            }
            ("[[", _) if self.in_bash() => {
                // All of it is one word.
                self.level().words.clear();
                self.level().word = Some(at);
                self.push(Kind::Test, 0);
                return Ok(());
            }
            ("then", Some(Part::Condition)) => Some(Part::Then),
            ("elif", Some(Part::Then)) => Some(Part::Condition),
            ("else", Some(Part::Then)) => Some(Part::Else),
            ("do", Some(Part::Until { endless, .. })) => Some(Part::Do {
                endless: endless == Some(true),
                left: false,
            }),
            ("fi", Some(Part::Then | Part::Else))
            | ("done", Some(Part::Do { .. }))
            | ("}", Some(Part::Brace))
            | ("esac", Some(Part::Clause)) => None,
            ("then" | "elif" | "else" | "fi" | "do" | "done" | "}" | "esac", _) => {
                let level = self.level();
                let (kind, opened) = (level.kind, level.at);
                // The word is one of what is around the substitution.
                if kind == Kind::Substitution && part.is_none() {
                    return self.fault(opened, "$(", "is not closed");
                }
                return self.fault(at, word, misplaced(word, part));
            }
            _ => return Ok(()),
        };
        if self.level().wants.is_some() {
            return self.fault(at, word, "found where a command is expected");
        }
        if !filled && part != Some(Part::Clause) {
            return self.fault(at, word, "is preceded by no command");
        }
        match next {
            Some(next) => {
                let level = self.level();
                level.words.clear();
                level.ended = None;
                if let Some(block) = level.blocks.last_mut() {
                    block.part = next;
                    block.filled = false;
                }
            }
            None => self.close(),
        }
        Ok(())
    }

    /// Ends the innermost compound command.
    pub(super) fn close(&mut self) {
        let level = self.level();
        level.words.clear();
        let Some(closed) = level.blocks.pop() else { return };
        level.ended = Some(closed.endless_before);
        self.fill();
        let forever = Part::Do {
            endless: true,
            left: false,
        };
        if closed.part == forever {
            self.script.endless.push(closed.at);
        }
    }

    /// Reports a compound command that is still open.
    pub(super) fn all_closed(&mut self) -> Read {
        let Some(block) = self.level().blocks.last() else {
            return Ok(());
        };
        let (at, closed_by) = (block.at, block.part.closed_by());
        let token = first_word(&self.text[at..]);
        self.fault(at, token, &format!("is not closed with `{closed_by}`"))
    }

    pub(super) fn fill(&mut self) {
        if let Some(block) = self.level().blocks.last_mut() {
            block.filled = true;
        }
    }

    /// The effect of a command on the loops around it.
    pub(super) fn follow(&mut self, words: &[&str]) {
        let Some(program) = words.first() else { return };
        let blocks = &mut self.level().blocks;
        if let Some(Block {
            part: Part::Until { endless, inverted },
            ..
        }) = blocks.last_mut()
        {
            let forever = match inverted {
                true => *program == "false",
                false => matches!(*program, "true" | ":"),
            };
            *endless = Some(forever && endless.is_none());
        }
        let leaves_all = matches!(
            *program,
            "exit" | "return" | "reboot" | "poweroff" | "halt" | "shutdown"
        );
        let loops = blocks.iter_mut().rev().filter_map(|block| match &mut block.part {
            Part::Do { left, .. } => Some(left),
            _ => None,
        });
        let count = match (leaves_all, *program) {
            (true, _) => usize::MAX,
            (false, "break") => words.get(1).and_then(|word| word.parse().ok()).unwrap_or(1),
            _ => 0,
        };
        for left in loops.take(count) {
            *left = true;
        }
    }

    /// `;;`, or one of bash's operators that do the same; `;;&` is one of them.
    pub(super) fn next_clause(&mut self, len: usize) -> Read {
        let at = self.at;
        let more = self.in_bash() && self.rest()[len..].starts_with('&');
        self.end(End::Line, at)?;
        let level = self.level();
        match level.blocks.last_mut() {
            Some(block) if block.part == Part::Clause => {
                block.part = Part::Pattern;
                level.ended = None;
                self.at += len + usize::from(more);
                Ok(())
            }
            _ => self.fault(at, ";;", "found outside a `case`"),
        }
    }

    pub(super) fn open_parenthesis(&mut self) -> Read {
        let at = self.at;
        let sticks = self.level().word.is_some();
        if self.in_bash() && sticks {
            if self.text[..at].ends_with(['<', '>']) {
                self.push(Kind::Substitution, 1);
                return Ok(());
            }
            if self.text[..at].ends_with(['=', '?', '*', '+', '@', '!']) {
                self.push(Kind::Array, 1);
                return Ok(());
            }
        }
        if self.text[..at].ends_with(['<', '>']) && sticks {
            let token = &self.text[at - 1..=at];
            return self.fault(at - 1, token, "is bash syntax, but this runs in `sh`");
        }
        self.end_word()?;
        if self.in_pattern() {
            self.at += 1;
            return Ok(());
        }
        let inside = &self.text[at + 1..];
        let computes = self.in_bash() && inside.starts_with('(');
        let level = self.level();
        if computes && matches!(level.words.as_slice(), [] | [(_, "for")]) {
            self.begin_word();
            self.push(Kind::Computed { open: 0 }, 2);
            return Ok(());
        }
        let blanks = inside.len() - inside.trim_start_matches([' ', '\t']).len();
        let named = level.words.len() == 1 || level.words.is_empty() && level.wants.is_some();
        if named && inside[blanks..].starts_with(')') {
            // A function: its body is a command that may follow on another line.
            level.words.clear();
            level.wants = Some(at);
            self.at += blanks + 2;
            return Ok(());
        }
        if level.words.is_empty() {
            self.open(Part::Subshell, at);
            self.at += 1;
            return Ok(());
        }
        self.fault(at, "(", "found in the middle of a command")
    }

    pub(super) fn close_parenthesis(&mut self) -> Read {
        let at = self.at;
        self.end_word()?;
        if self.in_pattern() {
            let level = self.level();
            if let Some(block) = level.blocks.last_mut() {
                block.part = Part::Clause;
            }
            level.words.clear();
            self.at += 1;
            return Ok(());
        }
        if self.level().blocks.is_empty() && self.level().kind == Kind::Substitution {
            return self.close_level(1);
        }
        self.end(End::Closing, at)?;
        match self.level().blocks.last() {
            Some(block) if block.part == Part::Subshell && block.filled => {
                self.close();
                self.at += 1;
                Ok(())
            }
            Some(block) if block.part == Part::Subshell => self.fault(at, ")", "is preceded by no command"),
            _ => self.fault(at, ")", "closes nothing"),
        }
    }
}

/// A keyword, or the character that a text starts with.
pub(super) fn first_word(text: &str) -> &str {
    let letters = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let sign = text.chars().next().map_or(0, char::len_utf8);
    &text[..letters.max(sign)]
}

pub(super) const NO_PATTERN: &str = "found where `case` expects a pattern and `)`";

fn misplaced(word: &str, part: Option<Part>) -> &'static str {
    match (word, part) {
        ("then", Some(Part::Then | Part::Else)) => "is duplicated",
        ("then" | "elif" | "else" | "fi", Some(Part::Condition)) => "comes before `then`",
        ("done", Some(Part::Until { .. })) => "comes before `do`",
        ("then" | "elif" | "else" | "fi", _) => "matches no open `if`",
        ("do" | "done", _) => "matches no open loop",
        ("}", _) => "closes nothing",
        _ => "matches no open `case`",
    }
}
