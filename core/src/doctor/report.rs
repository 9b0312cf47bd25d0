//! A report's text to facts: probe records, Kubernetes' objects and lines of logs, in any order and mixture.

use super::context::{Context, prefix};
use super::facts::Facts;
use super::json::{self, Document};
use super::{kube, log, probe};
use crate::diagnostic::Diagnostic;
use crate::source::{SourceFile, Span};
use crate::tokens::{in_urls, token};
use std::collections::BTreeSet;
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

/// Places of secrets in the lines that findings point at and in those around them: these are shown.
pub(super) fn secrets(file: &SourceFile, found: &[Diagnostic]) -> Vec<Span> {
    let spans = found.iter().flat_map(|found| {
        let labels = found.labels.iter().map(|label| label.span);
        labels.chain([found.span]).filter(|span| span.file == file.id())
    });
    let lines: BTreeSet<usize> = spans
        .flat_map(|span| {
            let [first, last] = [span.start, span.end].map(|at| file.lines().line_of(at));
            first.saturating_sub(AROUND)..=last.saturating_add(AROUND)
        })
        .filter(|line| *line < file.lines().count())
        .collect();
    let mut secrets = Vec::new();
    for line in lines {
        let range = file.lines().range_of(file.text(), line);
        // A document on one line is one word but for its quotes.
        let text = file.text().get(range.clone()).unwrap_or_default();
        let mut start = range.start;
        for piece in text.split_inclusive(['"', '\'', '\\']) {
            let told = in_urls(piece)
                .into_iter()
                .chain(by_shape(piece))
                .chain(by_word(piece));
            secrets.extend(told.map(|part| file.span(start + part.start..start + part.end)));
            start += piece.len();
        }
    }
    secrets
}

/// How many lines are shown around one.
const AROUND: usize = 2;

/// Tokens.
fn by_shape(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(token) = text.get(from..).and_then(token) {
        let start = token.as_ptr().addr() - text.as_ptr().addr();
        from = start + token.len();
        found.push(start..from);
    }
    found
}

/// What follows a word that says what it is.
fn by_word(text: &str) -> impl Iterator<Item = Range<usize>> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '\\' | '?' | '&' | ')');
    let words = SECRET_WORDS.iter().flat_map(|word| text.match_indices(word));
    words.map(move |(at, word)| {
        let start = at + word.len();
        start..start + upto(text, start, ends).len()
    })
}

/// What precedes a secret in settings, connection strings and headers.
const SECRET_WORDS: [&str; 9] = [
    "password=",
    "token=",
    "secret=",
    "key=",
    "PASSWORD=",
    "TOKEN=",
    "SECRET=",
    "KEY=",
    "Bearer ",
];

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
    fn secrets_are_marked_in_the_lines_that_are_shown() {
        let line = "dial postgres://kotsadm:s3cr3t@db:5432/x failed, password=hush host=db \"https://t0ken123@x.dev?a=b&api_key=open\" \
                    u:p@tcp(db:3306)/x glpat-abcdefgh, Authorization: Bearer sesame";
        let text = format!("{}{line}\n{}", "token=far\n".repeat(9), "token=far\n".repeat(9));
        let file = SourceFile::new(crate::source::FileId::CONFIG, "x", text);
        let start = file.text().find("dial").unwrap();
        let found = [crate::diagnostic::stages::SYNTAX.at(file.span(start..start + 4), "x")];
        let shown = secrets(&file, &found);
        let marked: Vec<&str> = shown.iter().map(|span| file.slice(*span)).collect();
        assert_eq!(
            marked,
            [
                "far",
                "far",
                "kotsadm:s3cr3t",
                "hush",
                "t0ken123",
                "open",
                "open",
                "u:p",
                "glpat-abcdefgh",
                "sesame",
                "far",
                "far"
            ]
        );
    }
}
