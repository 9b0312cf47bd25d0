//! Aliases, and what they may cost: a small file must not mean a huge document.

use std::ops::Range;

use super::build::{Builder, Halt, Weight};
use super::limits::{MAX_DEPTH, MAX_EXPANDED, MAX_SYNTAX_ERRORS};
use super::tree::Kind;
use crate::diagnostic::{Diagnostic, Fix};
use crate::source::Span;

impl Builder<'_> {
    pub(super) fn alias(&mut self, name: &str, range: Range<usize>) -> Result<(), Halt> {
        let span = self.file.span(range);
        let Some(target) = self.names.get(name).copied() else {
            // One more than is shown, so that it shows that there are more.
            if self.problems.len() <= MAX_SYNTAX_ERRORS {
                self.problems.push(unknown_alias(name, span));
            }
            return self.add(Kind::Broken, span, None, Weight { size: 1, height: 0 });
        };
        let weight = self.weights[target.index()];
        let endless = self.frames.iter().any(|frame| frame.id == target);
        let problem = if endless {
            Some(format!(
                "`*{name}` stands inside the value that it repeats, which never ends"
            ))
        } else if self.frames.len() + weight.height > MAX_DEPTH {
            Some(format!(
                "With `*{name}` replaced, values nest more than {MAX_DEPTH} deep"
            ))
        } else if self.expanded + weight.size > MAX_EXPANDED {
            Some(format!(
                "With aliases replaced, the file has more than {MAX_EXPANDED} values"
            ))
        } else {
            None
        };
        let Some(message) = problem else {
            return self.add(Kind::Alias(target), span, None, weight);
        };
        let help = format!("Write the value out instead of `*{name}`");
        self.say_limit(Diagnostic::error("limit", span, message).help(help));
        self.add(Kind::Broken, span, None, Weight { size: 1, height: 0 })
    }

    /// One such diagnostic is enough: where a bound is passed once it is mostly passed a thousand times.
    pub(super) fn say_limit(&mut self, diagnostic: Diagnostic) {
        if !self.problems.iter().any(|said| said.rule == "limit") {
            self.problems.push(diagnostic);
        }
    }
}

fn unknown_alias(name: &str, span: Span) -> Diagnostic {
    let message = format!("`*{name}` refers to an anchor that is not defined above");
    let diagnostic = Diagnostic::error("syntax", span, message);
    let is_name = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if is_name {
        return diagnostic.help(format!(
            "Write `&{name}` before the value to repeat; or `\"*{name}\"` if the text itself is meant"
        ));
    }
    // Nobody names an anchor `.example.com`: this is a wildcard.
    let quoted = super::mistake_quote::quoted(&format!("*{name}"));
    diagnostic
        .help(format!(
            "Write `{quoted}`: without quotes a `*` at the start of a value repeats an anchor"
        ))
        .fix(Fix::safe("quote the value", span, quoted))
}
