//! What gkc has to say about a file: one type for every stage, every rule and every output format.

mod fix;
mod rule;
pub mod stages;

pub use fix::{Applicability, Edit, Fix, apply, edited};
pub use rule::{FixClass, Rule, Tag, Voice};
pub(crate) use rule::{MOST_ALIKE, declare_stage, flag, tag, voice};

use crate::source::Span;
use crate::tokens;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// How bad a finding is. The order is from harmless to fatal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// Worth knowing; never fails a run unless asked to.
    Info,
    /// Works, but will probably hurt.
    Warning,
    /// Cannot work; nothing is built.
    Error,
}

impl Severity {
    /// The word that every output format uses.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// A second place that belongs to a finding, with what to see there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What to see there, a few words.
    pub message: String,
}

/// One finding. See `docs/diagnostics.md` for how its texts are written.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What it is an instance of: `passlist-uppercase`, `syntax`.
    pub rule: &'static Rule,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong here, with the value where it is no secret.
    pub message: String,
    /// The smallest span that is wrong.
    pub span: Span,
    /// A few words at the primary span, where the message alone does not say enough.
    pub label: Option<String>,
    /// The other places that it conflicts with.
    pub labels: Vec<Label>,
    /// The cure, as something to type.
    pub help: Option<String>,
    /// Why it matters: what breaks upstream, and when.
    pub note: Option<String>,
    /// Edits that cure it.
    pub fixes: Vec<Fix>,
}

impl Diagnostic {
    /// Takes secrets out of every text, and fixes that would write one: they are shown too.
    fn hide_secrets(&mut self) {
        let is_open = |edit: &Edit| tokens::hidden(&edit.text) == edit.text;
        self.fixes.retain(|fix| fix.edits.iter().all(is_open));
        let further = [&mut self.label, &mut self.help, &mut self.note];
        let texts = [&mut self.message]
            .into_iter()
            .chain(further.into_iter().flatten());
        let labels = self.labels.iter_mut().map(|label| &mut label.message);
        let titles = self.fixes.iter_mut().map(|fix| &mut fix.title);
        for text in texts.chain(labels).chain(titles) {
            if let Cow::Owned(hidden) = tokens::hidden(text) {
                *text = hidden;
            }
        }
    }

    /// Sets the words at the primary span.
    pub fn with_label(mut self, message: impl Into<String>) -> Diagnostic {
        self.label = Some(message.into());
        self
    }

    /// Takes no fix of it for safe.
    pub(crate) fn doubt_fixes(&mut self) {
        for fix in &mut self.fixes {
            fix.applicability = Applicability::Unsafe;
        }
    }

    /// Adds a second place.
    pub fn and(mut self, span: Span, message: impl Into<String>) -> Diagnostic {
        self.labels.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// Sets the cure.
    pub fn help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// Sets the reason.
    pub fn note(mut self, note: impl Into<String>) -> Diagnostic {
        self.note = Some(note.into());
        self
    }

    /// Adds an edit that cures it.
    pub fn fix(mut self, fix: Fix) -> Diagnostic {
        self.fixes.push(fix);
        self
    }
}

/// Collects findings; [`Sink::finish`] puts them in the one order that every output shows.
#[derive(Clone, Default, Debug)]
pub struct Sink {
    found: Vec<Diagnostic>,
}

impl Sink {
    /// An empty sink.
    pub fn new() -> Sink {
        Sink::default()
    }

    /// Adds a finding. Its texts lose the secrets in what they repeat.
    pub fn push(&mut self, mut diagnostic: Diagnostic) {
        diagnostic.hide_secrets();
        self.found.push(diagnostic);
    }

    /// Adds many, like [`Sink::push`].
    pub fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics
            .into_iter()
            .for_each(|diagnostic| self.push(diagnostic));
    }

    /// The findings so far, in the order they came.
    pub fn found(&self) -> &[Diagnostic] {
        &self.found
    }

    /// True once an error was added.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|d| d.severity == Severity::Error)
    }

    /// Drops findings that only follow from another. Returns whether there were any.
    pub(crate) fn forget(&mut self, follows: impl Fn(&Diagnostic) -> bool) -> bool {
        let before = self.found.len();
        self.found.retain(|found| !follows(found));
        self.found.len() < before
    }

    /// Drops the findings after the first `length` if one of them is about all of a value: it is of another type than was asked for.
    pub(crate) fn drop_misfits(&mut self, length: usize, value: Span) {
        if self.found.iter().skip(length).any(|found| found.span == value) {
            self.found.truncate(length);
        }
    }

    /// All findings sorted by file, offset and rule, each said once, without those that a more specific one silences.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        crate::sorted::sort_by(&mut self.found, |a, b| {
            (a.span.file, a.span.start, a.rule, a.span.end, &a.message).cmp(&(
                b.span.file,
                b.span.start,
                b.rule,
                b.span.end,
                &b.message,
            ))
        });
        self.found
            .dedup_by(|a, b| a.rule == b.rule && a.span == b.span && a.message == b.message);
        let silent: BTreeSet<(Span, &str)> = crate::sorted::set(self.found.iter().flat_map(|found| {
            found
                .rule
                .silences
                .iter()
                .map(|general| (found.span, general.name))
        }));
        let spans = |is: fn(&Diagnostic) -> bool| -> BTreeMap<Span, &'static str> {
            let found = self.found.iter().filter(|found| is(found));
            crate::sorted::map(found.map(|found| (found.span, found.rule.name)))
        };
        let first = spans(|found| found.rule.voice == Voice::First);
        let errors = spans(|found| found.severity == Severity::Error && found.rule.voice != Voice::Last);
        let is_heard = |found: &Diagnostic| {
            let alone = first.get(&found.span).is_none_or(|rule| *rule == found.rule.name);
            let late = found.rule.voice == Voice::Last && errors.contains_key(&found.span);
            alone && !late && !silent.contains(&(found.span, found.rule.name))
        };
        self.found.retain(|found| is_heard(found));
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn at(start: usize, end: usize) -> Span {
        Span::new(FileId::CONFIG, start, end)
    }

    declare_stage! {
        /// A general fault.
        GENERAL, "general", Warning, fix None
    }

    declare_stage! {
        /// Another.
        OTHER, "other", Error, fix None
    }

    static SPECIFIC: Rule = Rule {
        name: "specific",
        silences: &[&GENERAL],
        ..OTHER
    };

    fn rules(sink: Sink) -> Vec<&'static str> {
        sink.finish().iter().map(|found| found.rule.name).collect()
    }

    #[test]
    fn findings_come_out_in_file_order_and_once() {
        let mut sink = Sink::new();
        sink.push(OTHER.at(at(5, 6), "second"));
        sink.push(GENERAL.at(at(5, 6), "first"));
        sink.push(OTHER.at(at(1, 2), "earliest"));
        sink.push(GENERAL.at(at(5, 6), "first"));
        assert_eq!(rules(sink), ["other", "general", "other"]);
    }

    #[test]
    fn the_specific_silences_the_general_at_the_same_value_only() {
        let mut sink = Sink::new();
        sink.push(GENERAL.at(at(1, 2), "a"));
        sink.push(SPECIFIC.at(at(1, 2), "b"));
        sink.push(OTHER.at(at(1, 2), "c"));
        sink.push(GENERAL.at(at(3, 4), "d"));
        assert_eq!(rules(sink), ["other", "specific", "general"]);
    }
}
