//! Findings for people, drawn by miette.

use super::Findings;
use gkc_core::diagnostic::{Applicability, Diagnostic, Fix, Label, Severity};
use gkc_core::source::{FileId, LineIndex};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};
use std::fmt;

/// A file's text with its line index, so that a snippet costs no scan of the file.
struct Text<'a> {
    path: &'a str,
    text: &'a str,
    lines: &'a LineIndex,
}

impl SourceCode for Text<'_> {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let end = (span.offset() + span.len()).min(self.text.len());
        let at = |offset: usize| self.lines.line_of(u32::try_from(offset).unwrap_or(u32::MAX));
        let first = at(span.offset().min(self.text.len())).saturating_sub(before);
        let last = (at(end) + after).min(self.lines.count() - 1);
        let start = self.lines.range_of(self.text, first).start;
        let stop = self.lines.range_of(self.text, last).end;
        let data = self
            .text
            .as_bytes()
            .get(start..stop)
            .ok_or(MietteError::OutOfBounds)?;
        let span = SourceSpan::new(start.into(), data.len());
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.to_owned(),
            data,
            span,
            first,
            0,
            last - first + 1,
        )))
    }
}

/// A diagnostic as miette wants it.
struct Shown<'a> {
    diagnostic: &'a Diagnostic,
    text: &'a Text<'a>,
    help: Option<String>,
    elsewhere: Vec<Elsewhere<'a>>,
}

/// A place in another file that belongs to a diagnostic.
struct Elsewhere<'a> {
    label: &'a Label,
    text: &'a Text<'a>,
}

impl fmt::Debug for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Elsewhere<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.label.message)
    }
}

impl std::error::Error for Elsewhere<'_> {}

impl miette::Diagnostic for Elsewhere<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(miette::Severity::Advice)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self.text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.label.span.start as usize..self.label.span.end as usize;
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
        f.write_str(&self.diagnostic.message)
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
        Some(self.text)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = |span: gkc_core::source::Span| span.start as usize..span.end as usize;
        let primary =
            LabeledSpan::new_primary_with_span(self.diagnostic.label.clone(), place(self.diagnostic.span));
        let here = self.diagnostic.span.file;
        let others = self
            .diagnostic
            .labels
            .iter()
            .filter(move |label| label.span.file == here);
        let others = others
            .map(move |label| LabeledSpan::new_with_span(Some(label.message.clone()), place(label.span)));
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
    lines.extend(diagnostic.note.as_ref().map(|note| format!("why: {note}")));
    // `--fix` edits the configuration alone.
    let own = |fix: &&Fix| fix.edits.iter().all(|edit| edit.span.file == FileId::CONFIG);
    let fix = diagnostic
        .fixes
        .first()
        .filter(own)
        .map(|fix| match fix.applicability {
            Applicability::Safe => "`gkc check --fix` does that",
            Applicability::Unsafe => "`gkc check --fix --unsafe-fixes` does that",
        });
    lines.extend(fix.map(str::to_owned));
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The findings of a run, each as a drawing; `color` for terminals that show it.
pub fn render(findings: &Findings, color: bool, most: usize) -> String {
    let masked = findings.masked();
    let texts: Vec<(FileId, Text<'_>)> = findings
        .files()
        .map(|file| {
            let own = file.id() == findings.file.id();
            let text = Text {
                path: file.path(),
                text: if own { &masked } else { file.text() },
                lines: file.lines(),
            };
            (file.id(), text)
        })
        .collect();
    let text_of = |id| {
        texts
            .iter()
            .find(|(of, _)| *of == id)
            .or(texts.first())
            .map(|(_, text)| text)
    };
    let theme = if color {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(100)
        .with_context_lines(1)
        .with_links(false);
    let mut out = String::new();
    for diagnostic in findings.diagnostics.iter().take(most) {
        let Some(text) = text_of(diagnostic.span.file) else {
            continue;
        };
        let others = diagnostic
            .labels
            .iter()
            .filter(|label| label.span.file != diagnostic.span.file);
        let shown = Shown {
            diagnostic,
            text,
            help: help(diagnostic),
            elsewhere: others
                .filter_map(|label| {
                    Some(Elsewhere {
                        label,
                        text: text_of(label.span.file)?,
                    })
                })
                .collect(),
        };
        if handler.render_report(&mut out, &shown).is_err() {
            out.push_str(&diagnostic.message);
        }
        out.push('\n');
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
