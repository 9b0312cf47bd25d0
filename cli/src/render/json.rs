//! Findings for machines, stable within a major version: `docs/diagnostics.md` describes the format and
//! `schemas/check-output.v1.schema.json` defines it.

use super::Findings;
use gkc_core::diagnostic::{Diagnostic, Edit, Severity};
use gkc_core::source::{SourceFile, Span};
use serde_json::{Value, json};

/// The whole report.
pub fn render(all: &[Findings]) -> Value {
    let files: Vec<Value> = all
        .iter()
        .flat_map(|findings| findings.files().map(|of| file(findings, of)))
        .collect();
    let count = |severity| {
        all.iter()
            .flat_map(|f| &f.diagnostics)
            .filter(|d| d.severity == severity)
            .count()
    };
    json!({
        "version": 1,
        "files": files,
        "summary": {
            "errors": count(Severity::Error),
            "warnings": count(Severity::Warning),
            "infos": count(Severity::Info),
        },
    })
}

/// A finding stands under the file that it is in.
fn file(findings: &Findings, of: &SourceFile) -> Value {
    let diagnostics: Vec<Value> = findings
        .diagnostics
        .iter()
        .filter(|d| findings.file_of(d.span.file).id() == of.id())
        .map(|d| diagnostic(findings, d))
        .collect();
    json!({ "path": of.path(), "diagnostics": diagnostics })
}

fn diagnostic(findings: &Findings, diagnostic: &Diagnostic) -> Value {
    let file = |span: Span| findings.file_of(span.file);
    let labels: Vec<Value> = diagnostic
        .labels
        .iter()
        .map(|label| {
            let file = file(label.span);
            json!({ "path": file.path(), "range": range(file, label.span), "message": label.message })
        })
        .collect();
    let fixes: Vec<Value> = diagnostic
        .fixes
        .iter()
        .map(|fix| {
            let edits: Vec<Value> = fix.edits.iter().map(|e| edit(file(e.span), e)).collect();
            json!({ "title": fix.title, "applicability": fix.applicability.as_str(), "edits": edits })
        })
        .collect();
    json!({
        "rule": diagnostic.rule.name,
        "severity": diagnostic.severity.as_str(),
        "message": diagnostic.message,
        "label": diagnostic.label,
        "help": diagnostic.help,
        "note": diagnostic.note,
        "url": gkc_core::page_of(diagnostic.rule.name),
        "range": range(file(diagnostic.span), diagnostic.span),
        "labels": labels,
        "fixes": fixes,
    })
}

fn edit(file: &SourceFile, edit: &Edit) -> Value {
    json!({ "path": file.path(), "range": range(file, edit.span), "text": edit.text })
}

fn range(file: &SourceFile, span: Span) -> Value {
    let place = |offset: u32| {
        let position = file.position(offset);
        json!({ "line": position.line, "column": position.column, "offset": offset })
    };
    json!({ "start": place(span.start), "end": place(span.end) })
}
