//! `textDocument/codeAction`

use crate::lsp::capabilities::{Agreed, FIX_ALL};
use crate::lsp::convert::{difference, edits};
use crate::lsp::document::{Document, offsets};
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, DocumentChange, Edit as LspEdit,
    OptionalVersionedTextDocumentIdentifier, TextDocumentEdit, TextDocumentIdentifier, WorkspaceEdit,
};
use gkc_core::check;
use gkc_core::diagnostic::{Applicability, Diagnostic, Edit, Fix};
use gkc_core::editor;
use gkc_core::source::{FileId, Span};
use serde_json::Value;
use std::collections::HashMap;

/// Fixes of the findings in a range, comments that suppress them, and all safe fixes of the document at once.
pub fn answer(state: &mut State, params: &CodeActionParams) -> Result<Value, Refusal> {
    let agreed = state.agreed;
    let uri = &params.text_document.uri;
    let Some((document, found, inputs)) = state.judged(uri) else {
        return Ok(Value::Null);
    };
    let wants = |kind: &str| {
        let only = params.context.only.as_deref();
        only.is_none_or(|only| only.iter().any(|wanted| is_below(kind, wanted)))
    };
    let range = offsets(&document.file, params.range, agreed.encoding);
    let here = Span::new(FileId::CONFIG, range.start, range.end);
    let mut actions = Vec::new();
    if wants("quickfix") {
        for finding in found.iter().filter(|finding| finding.span.touches(here)) {
            actions.extend(quick_fixes(document, finding, agreed));
        }
    }
    // Not offered unasked: it is for commands and for saving.
    if params.context.only.is_some() && wants(FIX_ALL) {
        let checked = check(&document.file, &inputs);
        let (fixed, _) = editor::fix(&document.file, checked, &inputs, Applicability::Safe);
        let change = difference(&document.file, fixed.text());
        actions.extend(change.map(|change| CodeAction {
            title: "Apply all safe fixes".to_owned(),
            kind: Some(CodeActionKind::Custom(FIX_ALL.into())),
            edit: Some(edit(document, &[change], agreed)),
            ..CodeAction::default()
        }));
    }
    write(actions)
}

/// Kinds are paths: who wants `source` wants `source.fixAll` too.
fn is_below(kind: &str, wanted: &CodeActionKind) -> bool {
    let wanted = wanted.to_string();
    let rest = kind.strip_prefix(&wanted);
    wanted.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

fn quick_fixes(document: &Document, finding: &Diagnostic, agreed: Agreed) -> Vec<CodeAction> {
    let mut actions: Vec<CodeAction> = Vec::new();
    for fix in finding.fixes.iter().filter(|fix| is_here(fix)) {
        actions.push(CodeAction {
            title: sentence(&fix.title),
            is_preferred: Some(actions.is_empty() && fix.applicability == Applicability::Safe),
            edit: Some(edit(document, &fix.edits, agreed)),
            kind: Some(CodeActionKind::QuickFix),
            ..CodeAction::default()
        });
    }
    let comment = editor::suppress(&document.file, finding);
    actions.extend(comment.map(|comment| CodeAction {
        title: format!("Suppress `{}` with a comment", finding.rule.name),
        edit: Some(edit(document, &[comment], agreed)),
        kind: Some(CodeActionKind::QuickFix),
        ..CodeAction::default()
    }));
    actions
}

fn is_here(fix: &Fix) -> bool {
    fix.edits.iter().all(|edit| edit.span.file == FileId::CONFIG)
}

/// A title as menus have it, with a capital.
fn sentence(title: &str) -> String {
    let mut chars = title.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

/// Edits of a document, for the version that they were made for where the client can be told.
fn edit(document: &Document, of: &[Edit], agreed: Agreed) -> WorkspaceEdit {
    let edits = edits(&document.file, of, agreed.encoding);
    if !agreed.versioned_edits {
        return WorkspaceEdit {
            changes: Some(HashMap::from([(document.uri.clone(), edits)])),
            ..WorkspaceEdit::default()
        };
    }
    let change = TextDocumentEdit {
        text_document: OptionalVersionedTextDocumentIdentifier {
            version: Some(document.version),
            text_document_identifier: TextDocumentIdentifier {
                uri: document.uri.clone(),
            },
        },
        edits: edits.into_iter().map(LspEdit::TextEdit).collect(),
    };
    WorkspaceEdit {
        document_changes: Some(vec![DocumentChange::TextDocumentEdit(change)]),
        ..WorkspaceEdit::default()
    }
}
