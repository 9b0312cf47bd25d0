//! Words, quotes and operators, as dash reads them.

use super::Script;
use super::compound::first_word;
use super::state::{Dialect, End, HereDocument, Kind, Level, Part, Read, Reader};

/// Parses a script for `sh`.
pub(in super::super) fn read(text: &str) -> Script<'_> {
    read_as(text, Dialect::Posix)
}

/// Parses a script.
pub(in super::super) fn read_as(text: &str, dialect: Dialect) -> Script<'_> {
    let mut reader = Reader {
        text,
        dialect,
        at: 0,
        levels: vec![Level::new(Kind::Top, 0)],
        here_documents: Vec::new(),
        in_backticks: false,
        script: Script::default(),
    };
    // What ends the reading early is in the script.
    let _ = reader.read_all();
    reader.script
}

impl<'a> Reader<'a> {
    fn read_all(&mut self) -> Read {
        while let Some(c) = self.rest().chars().next() {
            match self.level().kind {
                Kind::Top | Kind::Substitution | Kind::Backtick => self.in_commands(c)?,
                Kind::Quote => self.in_quotes(c)?,
                Kind::Parameter { quoted } => self.in_parameter(c, quoted)?,
                Kind::Arithmetic { open } => self.in_arithmetic(c, open)?,
                Kind::Computed { open } => self.in_computed(c, open)?,
                Kind::Test => self.in_test(c)?,
                Kind::Array => self.in_array(c)?,
            }
        }
        if self.levels.len() > 1 {
            let level = self.level();
            let (at, kind) = (level.at, level.kind);
            let token = match kind {
                Kind::Quote => "\"",
                Kind::Backtick => "`",
                Kind::Parameter { .. } => "${",
                Kind::Arithmetic { .. } => "$((",
                Kind::Computed { .. } => "((",
                Kind::Test => "[[",
                Kind::Array => "(",
                Kind::Top | Kind::Substitution => "$(",
            };
            return self.fault(at, token, "is not closed");
        }
        self.end(End::Line, self.at)?;
        if let Some((at, word)) = self.level().words.first().copied() {
            return self.fault(at, word, "has no `in`");
        }
        self.all_closed()?;
        if let Some(at) = self.level().wants {
            let token = self.operator(at).to_owned();
            return self.fault(at, &token, "is followed by no command");
        }
        match self.here_documents.pop() {
            Some(HereDocument { at, token, until, .. }) => {
                self.fault(at, &token, &format!("has no closing line `{until}`"))
            }
            None => Ok(()),
        }
    }

    pub(super) fn push(&mut self, kind: Kind, len: usize) {
        let at = self.at;
        self.levels.push(Level::new(kind, at));
        self.at += len;
    }

    /// `$`, outside of single quotes.
    fn dollar(&mut self, quoted: bool) {
        let rest = self.rest();
        if rest.starts_with("$((") {
            self.push(Kind::Arithmetic { open: 0 }, 3);
        } else if rest.starts_with("$(") {
            self.push(Kind::Substitution, 2);
        } else if rest.starts_with("${") {
            self.push(Kind::Parameter { quoted }, 2);
        } else if rest.starts_with("$'") && !quoted && self.in_bash() {
            self.at += 2;
            while let Some(c) = self.rest().chars().next().filter(|c| *c != '\'') {
                match c {
                    '\\' => self.escape(),
                    _ => self.at += c.len_utf8(),
                }
            }
            self.at += usize::from(!self.rest().is_empty());
        } else {
            self.at += 1;
        }
    }

    /// A backtick ends the innermost substitution of its kind, or begins one.
    fn backtick(&mut self) -> Read {
        if !self.in_backticks {
            self.push(Kind::Backtick, 1);
            self.in_backticks = true;
            return Ok(());
        }
        if self.level().kind != Kind::Backtick {
            let at = self.level().at;
            return self.fault(
                at,
                first_word(&self.text[at..]),
                "is not closed before the backtick",
            );
        }
        self.in_backticks = false;
        self.close_level(1)
    }

    /// Ends a substitution, whose commands must be complete.
    pub(super) fn close_level(&mut self, len: usize) -> Read {
        self.end(End::Closing, self.at)?;
        self.all_closed()?;
        self.at += len;
        self.levels.pop();
        Ok(())
    }

    /// A backslash and the character that it escapes.
    fn escape(&mut self) {
        let mut chars = self.rest().chars();
        chars.next();
        self.at += 1 + chars.next().map_or(0, char::len_utf8);
    }

    fn in_quotes(&mut self, c: char) -> Read {
        match c {
            '\\' => self.escape(),
            '"' => {
                self.at += 1;
                self.levels.pop();
            }
            '$' => self.dollar(true),
            '`' => return self.backtick(),
            _ => self.at += c.len_utf8(),
        }
        Ok(())
    }

    fn in_parameter(&mut self, c: char, quoted: bool) -> Read {
        match c {
            '\\' => self.escape(),
            '}' => {
                self.at += 1;
                self.levels.pop();
            }
            '\'' if !quoted => return self.single_quotes(),
            '"' => self.push(Kind::Quote, 1),
            '$' => self.dollar(quoted),
            '`' => return self.backtick(),
            _ => self.at += c.len_utf8(),
        }
        Ok(())
    }

    fn in_arithmetic(&mut self, c: char, open: usize) -> Read {
        let open = match c {
            '(' => open + 1,
            ')' if open > 0 => open - 1,
            ')' => {
                self.at += if self.rest().starts_with("))") { 2 } else { 1 };
                self.levels.pop();
                return Ok(());
            }
            '$' => {
                self.dollar(true);
                return Ok(());
            }
            '`' => return self.backtick(),
            '\\' => {
                self.escape();
                return Ok(());
            }
            _ => open,
        };
        self.level().kind = Kind::Arithmetic { open };
        self.at += c.len_utf8();
        Ok(())
    }

    /// What has the same meaning in all of bash's own constructs.
    fn in_construct(&mut self, c: char) -> Read {
        match c {
            '\\' => self.escape(),
            '\'' => return self.single_quotes(),
            '"' => self.push(Kind::Quote, 1),
            '$' => self.dollar(false),
            '`' => return self.backtick(),
            _ => self.at += c.len_utf8(),
        }
        Ok(())
    }

    fn in_computed(&mut self, c: char, open: usize) -> Read {
        let open = match c {
            '(' => open + 1,
            ')' if open > 0 => open - 1,
            ')' if self.rest().starts_with("))") => {
                self.at += 2;
                self.levels.pop();
                return Ok(());
            }
            ')' => return self.not_computed(),
            _ => return self.in_construct(c),
        };
        self.level().kind = Kind::Computed { open };
        self.at += 1;
        Ok(())
    }

    /// `((` that one parenthesis closes: two subshells, unless a keyword shows what was meant.
    fn not_computed(&mut self) -> Read {
        let at = self.level().at;
        let after = self.rest()[1..].trim_start_matches([' ', '\t']);
        let after = after.trim_start_matches([';', '\n']).trim_start();
        if ["then", "do"].contains(&first_word(after)) {
            return self.fault(at, "((", "is not closed with `))`");
        }
        self.levels.pop();
        self.level().word = None;
        self.open(Part::Subshell, at);
        self.at = at + 1;
        Ok(())
    }

    fn in_test(&mut self, c: char) -> Read {
        let after = self.rest().strip_prefix("]]");
        let ends =
            after.is_some_and(|rest| rest.is_empty() || rest.starts_with(|c: char| " \t\n;&|)".contains(c)));
        if ends && self.text[..self.at].ends_with([' ', '\t', '\n']) {
            self.at += 2;
            self.levels.pop();
            return Ok(());
        }
        self.in_construct(c)
    }

    fn in_array(&mut self, c: char) -> Read {
        match c {
            '#' if self.text[..self.at].ends_with([' ', '\t', '\n', '(']) => {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            }
            '(' if self.text[..self.at].ends_with(['<', '>']) => self.push(Kind::Substitution, 1),
            '(' => self.push(Kind::Array, 1),
            ')' => {
                self.at += 1;
                self.levels.pop();
            }
            _ => return self.in_construct(c),
        }
        Ok(())
    }

    fn single_quotes(&mut self) -> Read {
        match self.rest()[1..].find('\'') {
            Some(len) => {
                self.at += len + 2;
                Ok(())
            }
            None => self.fault(self.at, "'", "is not closed"),
        }
    }

    fn in_commands(&mut self, c: char) -> Read {
        let at = self.at;
        let in_word = self.level().word.is_some();
        match c {
            ' ' | '\t' => {
                self.end_word()?;
                self.at += 1;
            }
            '\n' => {
                self.end(End::Line, at)?;
                self.at += 1;
                self.skip_here_documents();
            }
            '#' if !in_word => {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            }
            '\\' if self.rest().starts_with("\\\n") => self.at += 2,
            '\\' => {
                self.begin_word();
                self.escape();
            }
            '\'' => {
                self.begin_word();
                self.single_quotes()?;
            }
            '"' => {
                self.begin_word();
                self.push(Kind::Quote, 1);
            }
            '$' => {
                self.begin_word();
                self.dollar(false);
            }
            '`' => {
                if !self.in_backticks {
                    self.begin_word();
                }
                self.backtick()?;
            }
            ';' if self.rest().starts_with(";;") => self.next_clause(2)?,
            ';' if self.rest().starts_with(";&") && self.in_bash() => self.next_clause(2)?,
            ';' => {
                self.end(End::Semicolon, at)?;
                self.at += 1;
            }
            '&' if self.rest().starts_with("&&") => {
                self.end(End::And, at)?;
                self.at += 2;
            }
            '&' if in_word && self.text[..at].ends_with(['<', '>']) => self.at += 1,
            '&' if self.rest().starts_with("&>") && self.in_bash() => {
                self.end_word()?;
                self.begin_word();
                self.at += 2;
            }
            '&' if self.rest().starts_with("&>") => {
                return self.fault(
                    at,
                    "&>",
                    "is bash syntax: `sh` runs the command in the background and empties the file",
                );
            }
            '&' => {
                self.end(End::Background, at)?;
                self.at += 1;
            }
            '|' if self.in_pattern() => {
                self.end_word()?;
                self.level().words.clear();
                self.at += 1;
            }
            '|' if self.rest().starts_with("||") => {
                self.end(End::And, at)?;
                self.at += 2;
            }
            '|' if in_word && self.text[..at].ends_with('>') => self.at += 1,
            '|' => {
                self.end(End::Pipe, at)?;
                self.at += if self.in_bash() && self.rest().starts_with("|&") {
                    2
                } else {
                    1
                };
            }
            '(' => self.open_parenthesis()?,
            ')' => self.close_parenthesis()?,
            '<' if self.rest().starts_with("<<") => self.here_document()?,
            '<' | '>' => {
                if !self.text[..at].ends_with(['<', '>']) {
                    self.before_redirection()?;
                }
                self.begin_word();
                self.at += 1;
            }
            _ => {
                self.begin_word();
                self.at += c.len_utf8();
            }
        }
        Ok(())
    }

    /// Ends the word before a redirection, of which only the number of a file is a part.
    pub(super) fn before_redirection(&mut self) -> Read {
        let written = self.level().word.map(|start| start..self.at);
        let number = written.is_some_and(|word| self.text[word].bytes().all(|b| b.is_ascii_digit()));
        if number { Ok(()) } else { self.end_word() }
    }

    pub(super) fn in_pattern(&mut self) -> bool {
        self.level()
            .blocks
            .last()
            .is_some_and(|block| block.part == Part::Pattern)
    }
}
