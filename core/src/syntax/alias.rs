//! Aliases, and what they may cost: a small file must not mean a huge document.

use crate::diagnostic::stages::{LIMIT, SYNTAX};
use std::ops::Range;

use super::build::{Builder, Halt, Weight};
use super::limits::{MAX_DEPTH, MAX_EXPANDED, MAX_SYNTAX_ERRORS};
use super::mistake::{self, quote};
use super::tree::Kind;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::source::{SourceFile, Span};

impl Builder<'_> {
    pub(super) fn alias(&mut self, name: &str, range: Range<usize>) -> Result<(), Halt> {
        let span = self.file.span(range);
        let Some(target) = self.names.get(name).copied() else {
            // One more than is shown, so that it shows that there are more.
            if self.problems.len() <= MAX_SYNTAX_ERRORS {
                self.problems.push(unknown_alias(self.file, name, span));
            }
            return self.add(Kind::Broken, span, None, Weight { size: 1, height: 0 });
        };
        let weight = self.weights[target.index()];
        let endless = self.frames.iter().any(|frame| frame.id == target);
        let problem = if endless {
            Some(format!("recursive alias `*{name}`"))
        } else if self.frames.len() + weight.height > MAX_DEPTH {
            Some(format!(
                "alias `*{name}` nests values more than {MAX_DEPTH} levels deep"
            ))
        } else if self.expanded + weight.size > MAX_EXPANDED {
            Some(format!("aliases expand to more than {MAX_EXPANDED} values"))
        } else {
            None
        };
        let Some(message) = problem else {
            return self.add(Kind::Alias(target), span, None, weight);
        };
        let help = format!("replace `*{name}` with the value");
        self.say_limit(LIMIT.at(span, message).help(help));
        self.add(Kind::Broken, span, None, Weight { size: 1, height: 0 })
    }

    /// One such diagnostic is enough: where a bound is passed once it is mostly passed a thousand times.
    pub(super) fn say_limit(&mut self, diagnostic: Diagnostic) {
        if !self.problems.iter().any(|said| said.rule == LIMIT.name) {
            self.problems.push(diagnostic);
        }
    }
}

/// Whether a finding is about an alias whose anchor is written above it, and so is in what could not be read.
pub(super) fn has_lost_anchor(file: &SourceFile, found: &Diagnostic) -> bool {
    let Some(name) = file.slice(found.span).strip_prefix('*') else {
        return false;
    };
    let above = file.text().get(..found.span.start as usize).unwrap_or("");
    above.match_indices('&').any(|(at, _)| {
        let (before, behind) = (&above[..at], &above[at + 1..]);
        let rest = behind.trim_start_matches(' ').strip_prefix(name);
        let is_whole = |rest: &str| rest.starts_with(|c: char| c.is_whitespace() || ",]}".contains(c));
        before.ends_with([' ', '[', ',', '{', '\n']) && rest.is_some_and(is_whole)
    })
}

/// What stands there may be no alias but a wildcard or a password, so that it is not repeated.
fn unknown_alias(file: &SourceFile, name: &str, span: Span) -> Diagnostic {
    let message = "unknown alias: no anchor of this name above";
    let diagnostic = SYNTAX.at(span, message);
    let is_name = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    if is_name {
        let help =
            "add `&` and the name before the value to repeat, or quote it if the `*` is part of the text";
        return diagnostic.help(help);
    }
    let quotes = quote::quote(file.text(), span.range());
    diagnostic
        .help("put it in double quotes; an unquoted value that starts with `*` is an alias")
        .fix(mistake::insert(
            file,
            "quote the value",
            Applicability::Safe,
            quotes,
        ))
}
