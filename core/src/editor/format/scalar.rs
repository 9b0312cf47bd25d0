//! Scalars of several lines.

use super::Layout;
use super::frame::Head;
use super::lines::BLANKS;
use crate::source::Span;

/// Where the lines of a block scalar are.
pub(super) struct BlockText {
    /// The indentation of its lines; more than any line has where all are blank.
    pub indent: usize,
    /// The line of its `|` or `>`.
    pub header: usize,
    /// Its last line.
    pub last: usize,
    /// Whether the blank lines at its end belong to the value.
    pub keeps: bool,
    /// Whether its indentation is written in the header.
    pub explicit: bool,
}

fn spaces(text: &str) -> usize {
    text.len() - text.trim_start_matches(' ').len()
}

impl Layout<'_> {
    /// Measures a block scalar in a block at `column`.
    pub(super) fn block_text(&self, span: Span, column: Option<usize>) -> BlockText {
        let header = self.lines.of(span.start as usize);
        let indicators = self.indicators(span);
        let digit = indicators.chars().find_map(|c| c.to_digit(10));
        let after = column.map_or(0, |column| column + 1);
        let mut text = BlockText {
            indent: digit.map_or(usize::MAX, |digit| column.unwrap_or(0) + digit as usize),
            header,
            last: header,
            keeps: indicators.contains('+'),
            explicit: digit.is_some(),
        };
        let mut found = digit.is_some();
        for line in header + 1..self.lines.count() {
            let content = self.lines.text(line);
            let indent = spaces(content);
            let blank = indent == content.len();
            if !blank && !found && indent >= after {
                (text.indent, found) = (indent, true);
            }
            if !blank && (!found || indent < text.indent) {
                break;
            }
            if !blank || text.keeps || (found && indent > text.indent) {
                text.last = line;
            }
        }
        text
    }

    fn indicators(&self, span: Span) -> &str {
        let text = self.tree.file().slice(span);
        let end = text.find(|c: char| !matches!(c, '|' | '>' | '+' | '-' | '0'..='9'));
        text.get(..end.unwrap_or(text.len())).unwrap_or("")
    }

    /// Writes a block scalar behind `head`.
    pub(super) fn block_scalar(&self, head: &Head, span: Span) -> Vec<String> {
        let block = self.block_text(span, Some(head.column));
        let content = |line: usize| self.lines.text(line).get(block.indent..).unwrap_or("");
        let lines = block.header + 1..=block.last;
        let first = lines.clone().map(content).find(|text| !text.is_empty());
        // Without the digit the first line would decide, so it has to begin with something else than a blank.
        let needs_digit = block.explicit && first.is_none_or(|text| text.starts_with(BLANKS));
        let indicators: String = self
            .indicators(span)
            .chars()
            .filter(|c| needs_digit || !c.is_ascii_digit())
            .map(|c| if c.is_ascii_digit() { '2' } else { c })
            .collect();
        let mut out = vec![format!(
            "{} {indicators}{}",
            head.text,
            self.comment(block.header)
        )];
        let indent = " ".repeat(head.indent + 2);
        for text in lines.map(content) {
            out.push(if text.is_empty() {
                String::new()
            } else {
                format!("{indent}{text}")
            });
        }
        out
    }

    /// The lines of a plain or quoted scalar. How its lines after the first are indented does not matter to its value, and
    /// neither do blanks at the end of a line, unless they are escaped.
    pub(super) fn folded(&self, span: Span, indent: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let parts = self.lines.parts(span);
        let escapes = parts.first().is_some_and(|first| first.starts_with('"'));
        for (index, part) in parts.into_iter().enumerate() {
            let part = if escapes {
                trim_line_end(part)
            } else {
                part.trim_end_matches(BLANKS)
            };
            let part = if index > 0 {
                part.trim_start_matches(BLANKS)
            } else {
                part
            };
            lines.push(if index > 0 && !part.is_empty() {
                format!("{}{part}", " ".repeat(indent))
            } else {
                part.to_owned()
            });
        }
        lines
    }
}

/// A line without the blanks at its end, but for those that are escaped.
pub(super) fn trim_line_end(line: &str) -> &str {
    let trimmed = line.trim_end_matches(BLANKS);
    if trimmed.ends_with('\\') { line } else { trimmed }
}
