//! Findings for machines, stable within a major version: `docs/diagnostics.md` describes the format and
//! `schemas/check-output.v1.schema.json` defines it.

use super::Findings;
use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::source::{SourceFile, Span};
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// The whole report. Findings are written one after another: of a hundred thousand, no second form is in memory.
#[derive(serde::Serialize)]
pub struct Report<'f> {
    version: u32,
    files: Vec<File<'f>>,
    summary: Summary,
}

#[derive(serde::Serialize)]
struct Summary {
    errors: usize,
    warnings: usize,
    infos: usize,
}

/// A finding stands under the file that it is in.
#[derive(serde::Serialize)]
struct File<'f> {
    path: &'f str,
    diagnostics: Records<'f>,
}

struct Records<'f> {
    findings: &'f Findings,
    of: &'f SourceFile,
}

#[derive(serde::Serialize)]
struct Record<'f> {
    rule: &'f str,
    severity: &'f str,
    message: &'f str,
    label: Option<&'f str>,
    help: Option<&'f str>,
    note: Option<&'f str>,
    url: String,
    range: Range,
    labels: Vec<Label<'f>>,
    fixes: Vec<Fix<'f>>,
}

#[derive(serde::Serialize)]
struct Label<'f> {
    path: &'f str,
    range: Range,
    message: &'f str,
}

#[derive(serde::Serialize)]
struct Fix<'f> {
    title: &'f str,
    applicability: &'f str,
    edits: Vec<Edit<'f>>,
}

#[derive(serde::Serialize)]
struct Edit<'f> {
    path: &'f str,
    range: Range,
    text: &'f str,
}

#[derive(serde::Serialize)]
struct Range {
    start: Place,
    end: Place,
}

#[derive(serde::Serialize)]
struct Place {
    line: u32,
    column: u32,
    offset: u32,
}

/// The findings as they are written.
pub fn render(all: &[Findings]) -> Report<'_> {
    let files = all.iter().flat_map(|findings| {
        findings.files().map(move |of| File {
            path: of.path(),
            diagnostics: Records { findings, of },
        })
    });
    let count = |severity| {
        let every = all.iter().flat_map(|findings| &findings.diagnostics);
        every.filter(|found| found.severity == severity).count()
    };
    Report {
        version: 1,
        files: files.collect(),
        summary: Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        },
    }
}

impl Serialize for Records<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut records = serializer.serialize_seq(None)?;
        let here = |found: &&Diagnostic| self.findings.file_of(found.span.file).id() == self.of.id();
        for found in self.findings.diagnostics.iter().filter(here) {
            records.serialize_element(&record(self.findings, found))?;
        }
        records.end()
    }
}

fn record<'f>(findings: &'f Findings, found: &'f Diagnostic) -> Record<'f> {
    let file = |span: Span| findings.file_of(span.file);
    Record {
        rule: found.rule.name,
        severity: found.severity.as_str(),
        message: &found.message,
        label: found.label.as_deref(),
        help: found.help.as_deref(),
        note: found.note.as_deref(),
        url: gkc_core::page_of(found.rule.name),
        range: range(file(found.span), found.span),
        labels: found
            .labels
            .iter()
            .map(|label| Label {
                path: file(label.span).path(),
                range: range(file(label.span), label.span),
                message: &label.message,
            })
            .collect(),
        fixes: found
            .fixes
            .iter()
            .map(|fix| Fix {
                title: &fix.title,
                applicability: fix.applicability.as_str(),
                edits: fix
                    .edits
                    .iter()
                    .map(|edit| Edit {
                        path: file(edit.span).path(),
                        range: range(file(edit.span), edit.span),
                        text: &edit.text,
                    })
                    .collect(),
            })
            .collect(),
    }
}

fn range(file: &SourceFile, span: Span) -> Range {
    let place = |offset: u32| {
        let position = file.position(offset);
        Place {
            line: position.line,
            column: position.column,
            offset,
        }
    };
    Range {
        start: place(span.start),
        end: place(span.end),
    }
}
