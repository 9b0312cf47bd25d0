//! Findings for machines, stable within a major version: `docs/diagnostics.md` describes the format and
//! `schemas/check-output.v1.schema.json` defines it.

use super::{Findings, Outcome};
use crate::selection::Gone;
use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::source::{SourceFile, Span};
use serde::ser::{Serialize, SerializeSeq, Serializer};

/// The whole report. Findings are written one after another: of a hundred thousand, no second form is in memory.
#[derive(serde::Serialize)]
pub struct Report<'f> {
    version: u32,
    files: Vec<File<'f>>,
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    baseline: Option<Baseline<'f>>,
}

/// What became of the findings in the baseline.
#[derive(serde::Serialize)]
struct Baseline<'f> {
    known: usize,
    gone: &'f [Gone],
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
    /// Why the file could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'f str>,
}

/// The findings in one file; none where it could not be read.
struct Records<'f>(Option<(&'f Findings, &'f SourceFile)>);

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
    start: Position,
    end: Position,
}

#[derive(serde::Serialize)]
struct Position {
    line: u32,
    column: u32,
    offset: u32,
}

/// The findings as they are written; `baseline` has how many were known, and those that are gone.
pub fn render<'f>(all: &'f [Outcome], baseline: Option<(usize, &'f [Gone])>) -> Report<'f> {
    let count = |severity| {
        let every = all
            .iter()
            .filter_map(Outcome::findings)
            .flat_map(|f| &f.diagnostics);
        every.filter(|found| found.severity == severity).count()
    };
    Report {
        version: 1,
        files: all.iter().flat_map(files).collect(),
        summary: Summary {
            errors: count(Severity::Error),
            warnings: count(Severity::Warning),
            infos: count(Severity::Info),
        },
        baseline: baseline.map(|(known, gone)| Baseline { known, gone }),
    }
}

/// A file that was named, and those that it refers to.
fn files(outcome: &Outcome) -> Vec<File<'_>> {
    match outcome {
        Outcome::Checked(findings) => {
            let file = |of| File {
                path: SourceFile::path(of),
                diagnostics: Records(Some((findings, of))),
                error: None,
            };
            findings.files().map(file).collect()
        }
        Outcome::Unread { path, why } => vec![File {
            path,
            diagnostics: Records(None),
            error: Some(why),
        }],
    }
}

impl Serialize for Records<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut records = serializer.serialize_seq(None)?;
        if let Some((findings, of)) = self.0 {
            let here = |found: &&Diagnostic| findings.file_of(found.span.file).id() == of.id();
            for found in findings.diagnostics.iter().filter(here) {
                records.serialize_element(&record(findings, found))?;
            }
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
        url: gkc_core::page_of(found.rule),
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
        Position {
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
