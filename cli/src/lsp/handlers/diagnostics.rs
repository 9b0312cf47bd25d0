//! Findings: sent after edits, or given to clients that ask.

use crate::lsp::document::Document;
use crate::lsp::state::{Refusal, State, write};
use gen_lsp_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, FullDocumentDiagnosticReport,
    PublishDiagnosticsParams, RelatedDocument, RelatedFullDocumentDiagnosticReport, Uri,
};
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::mem::take;

/// Sends the findings of every configuration that changed, or whose surroundings did. What is a configuration no more has none.
pub fn publish_stale(state: &mut State) {
    let stale = |document: &mut Document| {
        let is_told = document.is_config() || !document.told.is_empty();
        (take(&mut document.is_stale) && is_told).then(|| document.uri.clone())
    };
    let stale: Vec<Uri> = state.documents.values_mut().filter_map(stale).collect();
    for uri in stale {
        match state.agreed.asks_for_findings {
            // It does so after its own edits, and the analysis is there by then.
            true => {
                state.look(&uri);
            }
            false => publish(state, &uri),
        }
    }
    if take(&mut state.is_news) && state.agreed.asks_for_findings {
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
pub fn forget(state: &State, document: Document) {
    if state.agreed.asks_for_findings {
        return;
    }
    let mut told = document.told;
    told.insert(document.uri);
    for uri in told {
        send(state, uri, None, Vec::new());
    }
}

/// A configuration's findings by document. Documents that had some before are there with none.
fn found(state: &mut State, uri: &Uri) -> HashMap<Uri, Vec<Diagnostic>> {
    let mut found = HashMap::new();
    let mut told = match state.documents.get_mut(uri) {
        Some(document) if !document.is_config() => take(&mut document.told),
        _ => HashSet::new(),
    };
    if let Some(look) = state.look(uri) {
        found = look.places().by_document(&look.findings());
        let config = look.document.uri.clone();
        if let Some(config) = state.documents.get_mut(&config) {
            told.extend(take(&mut config.told));
            config.told = found.keys().cloned().collect();
        }
    }
    for gone in told {
        found.entry(gone).or_default();
    }
    found
}

fn publish(state: &mut State, uri: &Uri) {
    let is_open = |uri: &Uri, state: &State| state.documents.get(uri).is_none_or(|document| document.is_open);
    for (of, diagnostics) in found(state, uri) {
        // Of a configuration that is not open only its policy is shown.
        if of == *uri && !is_open(uri, state) {
            continue;
        }
        let version = state.documents.get(&of).and_then(|document| document.version);
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
    let mut found = found(state, uri);
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
