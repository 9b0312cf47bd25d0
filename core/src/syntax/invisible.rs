//! Characters that nobody sees at the ends of keys and values: no-break spaces and the like, which come with text from a web page.
//!
//! YAML drops only blanks and tabs there, and every consumer would take the rest as a part of the name or address. They are reported
//! and left out of the text, so that nothing else is said about a value that is right without them, and no fix writes them again.

use std::ops::Range;

use super::events::Style;
use crate::diagnostic::stages::INVISIBLE_CHARACTER;
use crate::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use crate::source::SourceFile;

/// What is not seen at the ends of a scalar, in bytes of the source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Ends {
    start: Range<usize>,
    end: Range<usize>,
    quoted: bool,
}

impl Ends {
    /// The ends of the scalar at `range`; none where all of it is seen. What is written as an escape in quotes was meant.
    pub(super) fn of(source: &str, range: &Range<usize>, style: Style) -> Option<Ends> {
        let quote = match style {
            Style::Plain => 0,
            Style::SingleQuoted | Style::DoubleQuoted => 1,
            Style::Literal | Style::Folded => return None,
        };
        let inner = range.start + quote..range.end.checked_sub(quote)?;
        let text = source.get(inner.clone())?;
        let first = text.chars().next().filter(|c| is_blank(*c));
        let last = text.chars().next_back().filter(|c| is_blank(*c));
        // Nearly every scalar has none, and this is asked of each.
        first.or(last)?;
        let unseen = |blanks: &str| match blanks.is_ascii() {
            true => 0,
            false => blanks.len(),
        };
        let start = unseen(&text[..text.len() - text.trim_start_matches(is_blank).len()]);
        let end = unseen(&text[start..][text[start..].trim_end_matches(is_blank).len()..]);
        let ends = Ends {
            start: inner.start..inner.start + start,
            end: inner.end - end..inner.end,
            quoted: quote > 0,
        };
        (start + end > 0).then_some(ends)
    }

    /// The scalar's text without them.
    pub(super) fn cut<'t>(&self, text: &'t str) -> &'t str {
        let text = match self.start.is_empty() {
            true => text,
            false => text.trim_start_matches(is_blank),
        };
        match self.end.is_empty() {
            true => text,
            false => text.trim_end_matches(is_blank),
        }
    }

    /// What to say of them.
    pub(super) fn problem(&self, file: &SourceFile, range: Range<usize>, what: &str) -> Diagnostic {
        let sides = [(&self.start, "start"), (&self.end, "end")];
        let written: Vec<_> = sides.into_iter().filter(|(side, _)| !side.is_empty()).collect();
        let (side, place) = match written.as_slice() {
            [(side, place)] => ((*side).clone(), *place),
            _ => (self.start.clone(), "start and at the end"),
        };
        let unseen = file.text().get(side).unwrap_or("");
        let c = unseen.chars().find(|c| !c.is_ascii()).unwrap_or(' ');
        let message = format!("{} at the {place} of the {what}", name(c));
        let title = "remove it";
        let edits = written.iter().map(|(side, _)| Edit {
            span: file.span((*side).clone()),
            text: String::new(),
        });
        let fix = Fix {
            title: title.to_owned(),
            // Quotes may have been written for it.
            applicability: if self.quoted {
                Applicability::Unsafe
            } else {
                Applicability::Safe
            },
            edits: edits.collect(),
        };
        let finding = INVISIBLE_CHARACTER.at(file.span(range), message).fix(fix);
        let finding = match self.quoted {
            true => finding.help(format!(
                "remove it, or use `\\u{:04X}` in double quotes if it is part of the text",
                u32::from(c)
            )),
            false => finding.help(title),
        };
        finding.note("it looks like a blank, or like nothing, but YAML keeps it as part of the text")
    }
}

/// Blanks of every kind, and characters without a width.
fn is_blank(c: char) -> bool {
    let zero_width = matches!(
        c,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    );
    c.is_whitespace() || zero_width
}

/// What a character is called in a message, which could not show it.
fn name(c: char) -> String {
    let name = match c {
        '\u{a0}' | '\u{202f}' => "no-break space",
        '\u{200b}' => "zero-width space",
        '\u{feff}' => "byte order mark",
        c if c.is_whitespace() => "unusual space",
        _ => "invisible character",
    };
    format!("{name} (U+{:04X})", u32::from(c))
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, check_fix, findings};

    #[test]
    fn both_ends_of_keys_and_values() {
        check(
            "
domain: gitpod.acme.dev\u{a0}
#       ^^^^^^^^^^^^^^^^ error[invisible-character]: no-break space (U+00A0) at the end of the value
",
        );
        check(
            "
domain: \u{200b} Gitpod.acme.dev\u{a0}
#       ^^^^^^^^^^^^^^^^^^ warning[domain-uppercase]: domain `Gitpod.acme.dev` has upper-case letters
#       ^^^^^^^^^^^^^^^^^^ error[invisible-character]: zero-width space (U+200B) at the start and at the end of the value
",
        );
        check(
            "
cluster\u{a0}: {name: web}
^^^^^^^^ error[invisible-character]: no-break space (U+00A0) at the end of the key
domain: 'gitpod.acme.dev\u{202f}'
#       ^^^^^^^^^^^^^^^^^^ error[invisible-character]: no-break space (U+202F) at the end of the value
",
        );
    }

    #[test]
    fn escapes_and_what_is_inside_a_text_are_meant() {
        check("cloudInit: {beforeK3s: [\"echo \\u00A0\", echo a\u{a0}b, \"echo  \"]}\n");
        check("cloudInit:\n  beforeK3s:\n    - |\n      echo x\u{a0}\n");
    }

    #[test]
    fn only_they_are_removed() {
        check_fix(
            "invisible-character",
            "domain: \u{200b} gitpod.acme.dev \u{a0} # mine\n",
            "domain: gitpod.acme.dev # mine\n",
        );
        check_fix(
            "invisible-character",
            "domain: \"gitpod.acme.dev\u{a0}\"\n",
            "domain: \"gitpod.acme.dev\"\n",
        );
    }

    #[test]
    fn nothing_is_left_of_a_value_that_is_not_seen() {
        check(
            "
cluster:
  name: \u{a0}
#       ^ error[invisible-character]: no-break space (U+00A0) at the start of the value
",
        );
    }

    #[test]
    fn a_secret_is_not_shown() {
        let text =
            "database: {external: {host: db.acme.dev, username: gitpod, password: hunter2hunter2\u{a0}}}\n";
        let (_, found) = findings(text, &TestInputs::default());
        let shown = format!(
            "{:?}",
            found
                .iter()
                .map(|found| (&found.message, &found.help, &found.fixes))
                .collect::<Vec<_>>()
        );
        assert!(
            shown.contains("no-break space") && !shown.contains("hunter2"),
            "{shown}"
        );
    }
}
