//! A report's text to facts: probe records, Kubernetes' objects and lines of logs, in any order and mixture.

use super::context::{Context, prefix};
use super::facts::Facts;
use super::json::{self, Document};
use super::{kube, log, probe};
use crate::source::SourceFile;
use std::ops::Range;

/// Reads a file into `facts`.
pub fn read(file: &SourceFile, facts: &mut Facts) {
    let mut reader = Reader {
        file,
        facts,
        not_before: 0,
        header: None,
    };
    let text = file.text();
    reader.facts.lines += file.lines().count();
    let mut line = 0;
    while line < file.lines().count() {
        let body = file.lines().range_of(text, line);
        line = match reader.document(&body) {
            Some(end) => {
                let last = file
                    .lines()
                    .line_of(u32::try_from(end.saturating_sub(1)).unwrap_or(u32::MAX));
                // What follows a document on its last line is rarely more than a line break.
                last.max(line) + 1
            }
            None => {
                reader.line(body);
                line + 1
            }
        };
    }
    mask(file, facts);
}

struct Reader<'a> {
    file: &'a SourceFile,
    facts: &'a mut Facts,
    /// Documents that did not work out are not tried again from within: reading stays linear.
    not_before: usize,
    /// The columns of a table of `kubectl`, while it lasts.
    header: Option<Vec<String>>,
}

impl Reader<'_> {
    fn text(&self, place: &Range<usize>) -> &str {
        self.file.text().get(place.clone()).unwrap_or_default()
    }

    /// Reads the JSON document that begins on this line; returns where it ends.
    fn document(&mut self, line: &Range<usize>) -> Option<usize> {
        let (context, body) = prefix(self.text(line), line.start);
        let text = self.text(&body);
        let start = body.start + text.find('{')?;
        let leads = self.text(&(body.start..start)).trim().is_empty();
        if start < self.not_before || !(leads || text.contains("\"gkc-probe\"")) {
            return None;
        }
        let (file, facts) = (self.file, &mut *self.facts);
        let document = json::read(file.text(), start, &mut |kind, item| {
            kube::item(kind, item, file, facts)
        })?;
        let known = ["gkc-probe", "kind", "items", "apiVersion"]
            .iter()
            .any(|key| document.root.get(key).is_some());
        if !known && (document.end > line.end || !document.whole) {
            self.not_before = document.end;
            return None;
        }
        self.dispatch(&document, &context, start);
        Some(document.end.max(line.start + 1))
    }

    fn dispatch(&mut self, document: &Document, context: &Context, start: usize) {
        let root = &document.root;
        let at = |place: Range<usize>| self.file.span(place);
        if !document.whole {
            let line = self
                .file
                .lines()
                .line_of(u32::try_from(start).unwrap_or(u32::MAX));
            self.facts
                .cut
                .push(at(self.file.lines().range_of(self.file.text(), line)));
        }
        if root.get("gkc-probe").is_some() {
            probe::record(root, self.file, self.facts);
        } else if root.get("kind").is_some() || root.get("items").is_some() {
            kube::object(root, self.file, self.facts);
        } else {
            log::record(root, self.file, context, self.facts);
        }
    }

    fn line(&mut self, line: Range<usize>) {
        let text = self.file.text().get(line.clone()).unwrap_or_default();
        if self.table(text, &line) {
            return;
        }
        let (context, body) = prefix(text, line.start);
        log::line(self.file, body, &context, self.facts);
    }

    /// A line of what `kubectl get pods` prints for people.
    fn table(&mut self, text: &str, line: &Range<usize>) -> bool {
        if self.header.is_none() && !text.trim_start().starts_with("NAME") {
            return false;
        }
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.starts_with(&["NAME", "READY", "STATUS"])
            || words.starts_with(&["NAMESPACE", "NAME", "READY", "STATUS"])
        {
            self.header = Some(words.iter().map(|&word| word.to_owned()).collect());
            self.facts.log_lines += 1;
            return true;
        }
        let Some(header) = &self.header else {
            return false;
        };
        let row = kube::row(header, &words, self.file.span(line.clone()));
        match row {
            Some(pod) => self.facts.pods.push(pod),
            None => self.header = None,
        }
        self.header.is_some()
    }
}

/// Marks passwords in URLs and tokens in headers: the lines that they stand in may be shown.
fn mask(file: &SourceFile, facts: &mut Facts) {
    let text = file.text();
    let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '\\' | '?' | '&' | ')');
    for (at, _) in text.match_indices("://") {
        let start = at + "://".len();
        // Who writes credentials into a URL writes them before any other part of it.
        let Some((user, _)) = upto(text, start, ends).rsplit_once('@') else {
            continue;
        };
        if let Some((name, _)) = user.split_once(':') {
            let span = file.span(start + name.len() + 1..start + user.len());
            facts.sensitive.push(span);
        }
    }
    // One search for what ends all of the words: reports have few of it.
    for (at, _) in text.match_indices('=') {
        let before = text.get(..at).unwrap_or_default();
        if !SECRET_WORDS.iter().any(|word| before.ends_with(word)) {
            continue;
        }
        let start = at + 1;
        let value = upto(text, start, ends);
        facts.sensitive.push(file.span(start..start + value.len()));
    }
}

/// What precedes `=` and a secret in settings and connection strings.
const SECRET_WORDS: [&str; 4] = ["password", "token", "PASSWORD", "TOKEN"];

/// The text from `start` to where it ends, or to where it is too long to be meant.
fn upto(text: &str, start: usize, ends: impl Fn(char) -> bool) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    let mut chars = rest.char_indices().take(MAX_AUTHORITY);
    let last = chars.find(|(_, c)| ends(*c)).map(|(at, _)| at);
    let last = last.or_else(|| rest.char_indices().nth(MAX_AUTHORITY).map(|(at, _)| at));
    rest.get(..last.unwrap_or(rest.len())).unwrap_or(rest)
}

/// A URL's user, password, host and port together are no longer than so many characters.
const MAX_AUTHORITY: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_kubectl_puts_in_front_is_taken_off() {
        let line = "[pod/kotsadm-0/kotsadm] 2026-05-01T10:00:00.123Z panic: x";
        let (context, rest) = prefix(line, 10);
        assert_eq!(context.pod.as_deref(), Some("kotsadm-0"));
        assert!(context.time.is_some());
        assert_eq!(&line[rest.start - 10..], "panic: x");
    }

    #[test]
    fn passwords_are_marked() {
        let text = "dial postgres://kotsadm:s3cr3t@db:5432/x failed, password=hush host=db\n";
        let file = SourceFile::new(crate::source::FileId::CONFIG, "x", text);
        let mut facts = Facts::default();
        read(&file, &mut facts);
        let marked: Vec<&str> = facts.sensitive.iter().map(|span| file.slice(*span)).collect();
        assert_eq!(marked, ["s3cr3t", "hush"]);
    }
}
