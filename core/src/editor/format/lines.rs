//! The text by its lines.

use super::trivia::Trivia;
use super::{Result, Unformatted};
use crate::source::{SourceFile, Span};
use crate::syntax::Tree;
use std::collections::HashMap;
use std::ops::Range;

/// What YAML knows as white space within a line; other kinds are text.
pub(super) const BLANKS: [char; 2] = [' ', '\t'];

const BYTE_ORDER_MARK: char = '\u{feff}';

pub(super) struct Lines<'t> {
    file: &'t SourceFile,
    /// The comments by line, each with whether it is alone on it.
    comments: HashMap<usize, (Span, bool)>,
}

impl<'t> Lines<'t> {
    pub fn new(tree: &Tree<'t>) -> Lines<'t> {
        let file = tree.file();
        let line = |span: Span| file.lines().line_of(span.start);
        let comments = tree.comments().iter();
        Lines {
            file,
            comments: comments.map(|c| (line(c.span), (c.span, c.own_line))).collect(),
        }
    }

    /// How many lines there are. What follows the last line break is a line only if it is not empty.
    pub fn count(&self) -> usize {
        let count = self.file.lines().count();
        if self.text(count - 1).is_empty() {
            count - 1
        } else {
            count
        }
    }

    /// The line that holds a byte offset.
    pub fn of(&self, offset: usize) -> usize {
        self.file
            .lines()
            .line_of(u32::try_from(offset).unwrap_or(u32::MAX))
    }

    /// The bytes of a line, without its line break and without a byte-order mark.
    pub fn range(&self, line: usize) -> Range<usize> {
        let range = self.file.lines().range_of(self.file.text(), line);
        let text = self.file.text().get(range.clone()).unwrap_or("");
        if line == 0 && text.starts_with(BYTE_ORDER_MARK) {
            range.start + BYTE_ORDER_MARK.len_utf8()..range.end
        } else {
            range
        }
    }

    /// The text of a line.
    pub fn text(&self, line: usize) -> &'t str {
        self.slice(self.range(line))
    }

    pub fn slice(&self, range: Range<usize>) -> &'t str {
        self.file.text().get(range).unwrap_or("")
    }

    /// The number of bytes before an offset on its line.
    pub fn column(&self, offset: usize) -> usize {
        offset.saturating_sub(self.range(self.of(offset)).start)
    }

    /// The text before an offset on its line.
    pub fn before(&self, offset: usize) -> &'t str {
        self.slice(self.range(self.of(offset)).start..offset)
    }

    /// The parts of a span by lines.
    pub fn parts(&self, span: Span) -> Vec<&'t str> {
        let (start, end) = (span.start as usize, span.end as usize);
        let lines = self.of(start)..=self.of(end);
        lines
            .map(|line| {
                let range = self.range(line);
                self.slice(range.start.max(start)..range.end.min(end))
            })
            .collect()
    }

    /// The comment at the end of a line, behind something else.
    pub fn comment_after(&self, line: usize) -> Option<&'t str> {
        let (span, own_line) = self.comments.get(&line)?;
        (!own_line).then(|| self.file.slice(*span).trim_end_matches(BLANKS))
    }

    /// Lines between two entries: blank ones, comments, and the marks around a document.
    pub fn trivia(&self, lines: Range<usize>) -> Result<Vec<Trivia<'t>>> {
        lines.map(|line| self.trivium(line)).collect()
    }

    fn trivium(&self, line: usize) -> Result<Trivia<'t>> {
        let text = self.text(line);
        if let Some((span, true)) = self.comments.get(&line) {
            let column = self.column(span.start as usize);
            let text = self.file.slice(*span).trim_end_matches(BLANKS);
            return Ok(Trivia::Comment { column, text });
        }
        if text.trim_matches(BLANKS).is_empty() {
            return Ok(Trivia::Blank);
        }
        let comment = self.comment_after(line);
        let bare = text.trim_end_matches(BLANKS);
        let bare = comment.and_then(|c| bare.strip_suffix(c)).unwrap_or(bare);
        let mark = ["---", "..."]
            .into_iter()
            .find(|mark| bare.trim_end_matches(BLANKS) == *mark);
        let what = match mark {
            Some(mark) => return Ok(Trivia::Mark { mark, comment }),
            None if text.starts_with("---") => "content on the line of `---`",
            None if text.starts_with('%') => "a directive",
            None => "a tag, an anchor or an indicator on a line of its own",
        };
        let span = self.file.span(self.range(line));
        Err(Unformatted::Unsupported { span, what })
    }
}
