//! Findings for people, drawn by miette.

use super::Findings;
use super::snippet::{Snippet, harmless};
use gkc_core::diagnostic::stages::SECRET_UNRESOLVED;
use gkc_core::diagnostic::{Applicability, Diagnostic, Fix, Label, Severity};
use gkc_core::source::{FileId, SourceFile};
use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};
use std::fmt;

/// A diagnostic as miette wants it.
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    message: String,
    snippet: &'a Snippet<'a>,
    help: Option<String>,
    elsewhere: Vec<Elsewhere<'a>>,
}

/// A place in another file that belongs to a diagnostic.
struct Elsewhere<'a> {
    label: &'a Label,
    snippet: Snippet<'a>,
}

impl fmt::Debug for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&readable(&self.label.message))
    }
}

impl std::error::Error for Elsewhere<'_> {}

impl miette::Diagnostic for Elsewhere<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.snippet.place(self.label.span.range());
        let label = LabeledSpan::new_primary_with_span(None, place);
        Some(Box::new(std::iter::once(label)))
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Shown<'_> {}

impl miette::Diagnostic for Shown<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.rule))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.diagnostic.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help
            .as_ref()
            .map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.snippet)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = |span: gkc_core::source::Span| self.snippet.place(span.range());
        let diagnostic = self.diagnostic;
        let primary = LabeledSpan::new_primary_with_span(
            diagnostic.label.as_deref().map(readable),
            place(diagnostic.span),
        );
        let others = diagnostic
            .labels
            .iter()
            .filter(|label| label.span.file == diagnostic.span.file);
        let others = others
            .map(move |label| LabeledSpan::new_with_span(Some(readable(&label.message)), place(label.span)));
        Some(Box::new(std::iter::once(primary).chain(others)))
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.elsewhere.is_empty() {
            return None;
        }
        let places = self
            .elsewhere
            .iter()
            .map(|place| place as &dyn miette::Diagnostic);
        Some(Box::new(places))
    }
}

/// Help, note and fix in the order in which they are read.
fn help(diagnostic: &Diagnostic) -> Option<String> {
    let mut lines: Vec<String> = diagnostic.help.clone().into_iter().collect();
    lines.extend(diagnostic.note.as_ref().map(|note| format!("note: {note}")));
    // `--fix` edits the configuration alone.
    let own = |fix: &&Fix| fix.edits.iter().all(|edit| edit.span.file == FileId::CONFIG);
    let fix = diagnostic
        .fixes
        .first()
        .filter(own)
        .map(|fix| match fix.applicability {
            Applicability::Safe => "run `gkc check --fix` to apply the fix",
            Applicability::Unsafe => "run `gkc check --fix --unsafe-fixes` to apply the fix",
        });
    lines.extend(fix.map(str::to_owned));
    let lines: Vec<String> = lines.iter().map(|line| readable(line)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// How many characters of a text are shown: a value that it quotes may be a whole file.
const MAX_TEXT: usize = 1000;

/// A text from a finding as a terminal may have it.
fn readable(text: &str) -> String {
    let line = |line: &str| line.chars().map(harmless).collect::<String>();
    let lines: Vec<String> = text.split('\n').map(line).collect();
    let mut text = lines.join("\n");
    if let Some((end, _)) = text.char_indices().nth(MAX_TEXT) {
        text.truncate(end);
        text.push('…');
    }
    text
}

/// The findings of a run, each as a drawing; `color` for terminals that show it.
pub fn render(findings: &Findings, color: bool, most: usize) -> String {
    let texts: Vec<(&SourceFile, String)> = findings
        .files()
        .map(|file| (file, findings.masked_of(file)))
        .collect();
    let snippet = |of: FileId, spans: &[gkc_core::source::Span]| {
        let (file, text) = texts.iter().find(|(file, _)| file.id() == of).or(texts.first())?;
        let spans: Vec<_> = spans.iter().map(|span| span.range()).collect();
        Some(Snippet::new(file.path(), text, file.lines(), &spans))
    };
    let theme = if color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(100)
        .with_context_lines(1)
        .with_word_separator(textwrap::WordSeparator::AsciiSpace)
        .with_links(false);
    let mut out = String::new();
    // Secrets without a value are set one after the other from a list, and a drawing of each hides everything else.
    let is_unset = |found: &&Diagnostic| found.rule == &SECRET_UNRESOLVED && found.severity == Severity::Info;
    let unset = findings.diagnostics.iter().filter(is_unset).count();
    let drawn = findings
        .diagnostics
        .iter()
        .filter(|found| unset < 2 || !is_unset(found));
    let is_cut = drawn.clone().count() > most;
    for diagnostic in drawn.take(most) {
        let here = |label: &&Label| label.span.file == diagnostic.span.file;
        let labels = diagnostic.labels.iter().filter(here).map(|label| label.span);
        let spans: Vec<_> = std::iter::once(diagnostic.span).chain(labels).collect();
        let Some(own) = snippet(diagnostic.span.file, &spans) else {
            continue;
        };
        let others = diagnostic.labels.iter().filter(|label| !here(label));
        let shown = Shown {
            diagnostic,
            message: readable(&diagnostic.message),
            snippet: &own,
            help: help(diagnostic),
            elsewhere: others
                .filter_map(|label| {
                    Some(Elsewhere {
                        label,
                        snippet: snippet(label.span.file, &[label.span])?,
                    })
                })
                .collect(),
        };
        if handler.render_report(&mut out, &shown).is_err() {
            out.push_str(&diagnostic.message);
        }
        out.push('\n');
    }
    if unset > 1 && !is_cut {
        let summary =
            format!("secret-unresolved\n\n  ☞ {unset} secrets have no value yet: run `gkc secrets list`\n\n");
        out.push_str(&summary);
    }
    out
}

/// "1 error, 2 warnings", or nothing where there is nothing.
pub fn summary(diagnostics: &[Diagnostic]) -> Option<String> {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count();
    let words = [
        (Severity::Error, "error"),
        (Severity::Warning, "warning"),
        (Severity::Info, "info"),
    ];
    let parts: Vec<String> = words
        .into_iter()
        .map(|(severity, word)| (count(severity), word))
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}{}", if n == 1 { "" } else { "s" }))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}
