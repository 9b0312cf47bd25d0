//! Blank lines and comments, and the entry that they belong to.

use crate::rules::suppresses;

/// A line that is not part of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Trivia<'t> {
    Blank,
    Comment {
        column: usize,
        text: &'t str,
    },
    /// `---` or `...`.
    Mark {
        mark: &'static str,
        comment: Option<&'t str>,
    },
}

impl Trivia<'_> {
    pub fn is_comment(&self) -> bool {
        matches!(self, Trivia::Comment { .. })
    }

    fn is_blank(&self) -> bool {
        *self == Trivia::Blank
    }
}

/// Splits what follows an entry at `column` of its block: comments that are further to the right belong to the entry, the rest
/// is before the next entry, or at the end of the block. A suppression comment covers the entry that follows it, wherever it
/// is, so it stays with that one.
///
/// `items` says that the entry is a sequence whose dashes are at `column` too. There, a comment at that column belongs to it if
/// it is an item that was commented out.
pub(super) fn split(
    mut gap: Vec<Trivia<'_>>,
    column: usize,
    items: bool,
) -> (Vec<Trivia<'_>>, Vec<Trivia<'_>>) {
    let mut in_item = false;
    let inside = |line: &&Trivia<'_>| match line {
        Trivia::Blank => {
            in_item = false;
            true
        }
        Trivia::Comment { text, .. } if suppresses(text) => false,
        Trivia::Comment { column: own, text } => {
            let content = text.trim_start_matches('#');
            in_item =
                content.trim_start_matches(' ').starts_with("- ") || in_item && content.starts_with("  ");
            *own > column || *own == column && items && in_item
        }
        Trivia::Mark { .. } => false,
    };
    let lines = gap.iter().take_while(inside).count();
    let last = gap.iter().take(lines).rposition(Trivia::is_comment);
    let rest = gap.split_off(last.map_or(0, |last| last + 1));
    (gap, rest)
}

/// Cuts the comments of the first entry off the header of the file. The header ends with a blank line or a `---`, and stays on
/// top whichever entry comes first.
pub(super) fn split_header<'t>(head: &mut Vec<Trivia<'t>>) -> Vec<Trivia<'t>> {
    let bound = |line: &Trivia<'_>| matches!(line, Trivia::Comment { text, .. } if suppresses(text));
    let mark = head.iter().rposition(|line| matches!(line, Trivia::Mark { .. }));
    let covering = head.iter().position(bound).unwrap_or(head.len());
    let blank = head.iter().take(covering).rposition(Trivia::is_blank);
    let end = blank.max(mark).map_or(0, |last| last + 1);
    head.split_off(end)
}

/// Without blank lines at the end.
pub(super) fn trimmed(mut lines: Vec<Trivia<'_>>) -> Vec<Trivia<'_>> {
    let last = lines.iter().rposition(|line| !line.is_blank());
    lines.truncate(last.map_or(0, |last| last + 1));
    lines
}

/// Without blank lines at the start.
pub(super) fn without_first_blanks(mut lines: Vec<Trivia<'_>>) -> Vec<Trivia<'_>> {
    let first = lines.iter().position(|line| !line.is_blank());
    lines.split_off(first.unwrap_or(lines.len()))
}

/// The lines at an indentation, with at most one blank line in a row.
pub(super) fn write(lines: &[Trivia<'_>], indent: usize) -> Vec<String> {
    let mut written: Vec<String> = Vec::new();
    let mut after_blank = false;
    for line in lines {
        match line {
            Trivia::Blank if after_blank => {}
            Trivia::Blank => written.push(String::new()),
            Trivia::Comment { text, .. } => written.push(format!("{}{text}", " ".repeat(indent))),
            Trivia::Mark { mark, comment: None } => written.push((*mark).to_owned()),
            Trivia::Mark {
                mark,
                comment: Some(comment),
            } => written.push(format!("{mark} {comment}")),
        }
        after_blank = !line.is_comment();
    }
    written
}
