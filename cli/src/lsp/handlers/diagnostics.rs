//! Findings: sent after edits, or given to clients that ask.

use crate::lsp::document::Document;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    PublishDiagnosticsParams, RelatedDocument, RelatedFullDocumentDiagnosticReport, Uri,
};
use serde_json::Value;
use std::collections::HashMap;

/// Sends the findings of every configuration that changed, or whose surroundings did.
pub fn publish_stale(state: &mut State) {
    let stale = state.documents.values();
    let stale = stale.filter(|document| document.draft.is_none() && document.is_config());
    let stale: Vec<Uri> = stale.map(|document| document.uri.clone()).collect();
    for uri in stale {
        // A client that asks for findings does so after its own edits.
        match state.agreed.asks_for_findings {
            true => {
                found(state, &uri);
            }
            false => publish(state, &uri),
        }
    }
    if std::mem::take(&mut state.is_news) && state.agreed.asks_for_findings {
        state.ask("workspace/diagnostic/refresh", Value::Null);
    }
}

/// Gives the client what is known of a document now.
pub fn refresh(state: &mut State, uri: &Uri) {
    match state.agreed.asks_for_findings {
        true => {
            state.ask("workspace/diagnostic/refresh", Value::Null);
        }
        false => publish(state, uri),
    }
}

/// Takes back what was sent of a document that is closed.
pub fn forget(state: &State, document: &Document) {
    if state.agreed.asks_for_findings {
        return;
    }
    for uri in document.elsewhere.iter().chain([&document.uri]) {
        send(state, uri.clone(), None, Vec::new());
    }
}

/// A configuration's findings by document. Documents that had some before are there with none.
fn found(state: &mut State, uri: &Uri) -> Option<HashMap<Uri, Vec<Diagnostic>>> {
    let look = state.look(uri)?;
    let config = look.document.uri.clone();
    let mut found = look.places().by_document(&look.findings());
    let document = state.documents.get_mut(&config)?;
    for gone in std::mem::take(&mut document.elsewhere) {
        found.entry(gone).or_default();
    }
    document.elsewhere = found.keys().filter(|other| **other != config).cloned().collect();
    Some(found)
}

fn publish(state: &mut State, uri: &Uri) {
    let is_open = |uri: &Uri, state: &State| state.documents.get(uri).is_none_or(|document| document.is_open);
    for (of, diagnostics) in found(state, uri).into_iter().flatten() {
        // Of a configuration that is not open only its policy is shown.
        if of == *uri && !is_open(uri, state) {
            continue;
        }
        let version = state.documents.get(&of).map(|document| document.version);
        send(state, of, version, diagnostics);
    }
}

fn send(state: &State, uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>) {
    let params = PublishDiagnosticsParams {
        uri,
        version,
        diagnostics,
    };
    state.notify("textDocument/publishDiagnostics", params);
}

/// `textDocument/diagnostic`
pub fn answer(state: &mut State, params: &DocumentDiagnosticParams) -> Result<Value, Refusal> {
    let uri = &params.text_document.uri;
    let mut found = found(state, uri).unwrap_or_default();
    let items = found.remove(uri).unwrap_or_default();
    let related = found.into_iter().map(|(uri, items)| {
        let report = FullDocumentDiagnosticReport {
            result_id: None,
            items,
        };
        (uri, RelatedDocument::FullDocumentDiagnosticReport(report))
    });
    let related: HashMap<_, _> = related.collect();
    write(DocumentDiagnosticReport::RelatedFullDocumentDiagnosticReport(
        RelatedFullDocumentDiagnosticReport {
            related_documents: (!related.is_empty()).then_some(related),
            full_document_diagnostic_report: FullDocumentDiagnosticReport {
                result_id: None,
                items,
            },
        },
    ))
}
