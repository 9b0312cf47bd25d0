//! Texts that follow the line on which a command reads them.

use super::state::{HereDocument, Read, Reader};

impl Reader<'_> {
    /// `<<WORD`, whose text begins on the next line.
    pub(super) fn here_document(&mut self) -> Read {
        let at = self.at;
        self.before_redirection()?;
        let rest = &self.rest()[2..];
        if rest.starts_with('<') && self.in_bash() {
            self.begin_word();
            self.at += 3;
            return Ok(());
        }
        if rest.starts_with('<') {
            return self.fault(at, "<<<", "is bash syntax, but this runs in `sh`");
        }
        let tabs = rest.starts_with('-');
        let word = rest[usize::from(tabs)..].trim_start_matches([' ', '\t']);
        let end = word
            .find(|c: char| c.is_whitespace() || ";&|<>()".contains(c))
            .unwrap_or(word.len());
        if end == 0 {
            return self.fault(at, "<<", "is followed by no word");
        }
        self.begin_word();
        self.at += 2 + (rest.len() - word.len()) + end;
        self.here_documents.push(HereDocument {
            at,
            token: self.text[at..self.at].to_owned(),
            until: word[..end]
                .chars()
                .filter(|c| !matches!(c, '"' | '\'' | '\\'))
                .collect(),
            tabs,
        });
        self.end_word()
    }

    /// Skips the texts announced on the previous line.
    pub(super) fn skip_here_documents(&mut self) {
        while let Some(document) = self.here_documents.first() {
            let mut length = 0;
            let ends = |line: &str| {
                let line = line.strip_suffix('\n').unwrap_or(line);
                let line = if document.tabs {
                    line.trim_start_matches('\t')
                } else {
                    line
                };
                line == document.until
            };
            let found = self.text[self.at..].split_inclusive('\n').any(|line| {
                length += line.len();
                ends(line)
            });
            self.at += length;
            if !found {
                // Said at the end.
                return;
            }
            self.here_documents.remove(0);
        }
    }
}
