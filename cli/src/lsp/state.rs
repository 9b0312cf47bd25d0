//! What the server knows, and how it speaks to the client: what handlers need.

use super::capabilities::Agreed;
use super::document::{Document, OpenTexts, Surroundings};
use super::transport::Outgoing;
use crossbeam_channel::Sender;
use gen_lsp_types::{ClientCapabilities, LogMessageParams, MessageType, Uri};
use gkc_core::diagnostic::Diagnostic;
use lsp_server::{ErrorCode, Notification, Request, RequestId, Response, ResponseError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Why a request has no result.
pub type Refusal = ResponseError;

/// What the server knows.
pub struct State {
    client: Sender<Outgoing>,
    /// What was agreed on with the client.
    pub agreed: Agreed,
    /// The open documents.
    pub documents: HashMap<Uri, Document>,
    /// Their texts, shared with the second thread.
    open: Arc<OpenTexts>,
    /// Counts the requests to the client.
    asked: i32,
    /// What was last said about a secrets file: once is enough.
    said: Option<String>,
}

impl State {
    /// Nothing is known yet but where the client listens.
    pub fn new(client: Sender<Outgoing>) -> State {
        State {
            client,
            agreed: Agreed::with(&ClientCapabilities::default()),
            documents: HashMap::new(),
            open: Arc::default(),
            asked: 0,
            said: None,
        }
    }

    /// A text changed: whatever refers to it has to be looked at anew.
    pub fn texts_changed(&mut self) {
        let texts = self.documents.values();
        let texts = texts.map(|document| (document.path.clone(), document.file.clone()));
        self.open = Arc::new(texts.collect());
        self.surroundings_changed();
    }

    /// Something beside the documents changed: policies, certificates, the secrets file.
    pub fn surroundings_changed(&mut self) {
        for document in self.documents.values_mut() {
            document.analysis = None;
        }
    }

    /// What a document's surroundings give.
    pub fn surroundings(&mut self, uri: &Uri) -> Option<Surroundings> {
        let document = self.documents.get(uri)?;
        let (surroundings, problem) = Surroundings::of(&document.path, Arc::clone(&self.open));
        if problem != self.said {
            if let Some(problem) = &problem {
                self.log(MessageType::Warning, problem.clone());
            }
            self.said = problem;
        }
        Some(surroundings)
    }

    /// The configuration of that name; `None` where it is not open, or is something else.
    pub fn config(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri).filter(|document| document.is_config())
    }

    /// A configuration with what is known to be wrong in it, and with its surroundings.
    pub fn judged(&mut self, uri: &Uri) -> Option<(&mut Document, Vec<Diagnostic>, Surroundings)> {
        self.config(uri)?;
        let inputs = self.surroundings(uri)?;
        let document = self.documents.get_mut(uri)?;
        let found = document.findings(&inputs);
        Some((document, found, inputs))
    }

    /// Sends something to the client; one that is gone is noticed by its input.
    pub fn send(&self, outgoing: Outgoing) {
        let _ = self.client.send(outgoing);
    }

    /// Answers a request.
    pub fn answer(&self, id: RequestId, result: Result<Value, Refusal>) {
        let response = Response {
            id,
            response_result: result,
        };
        self.send(Outgoing::Message(response.into()));
    }

    /// Tells the client something.
    pub fn notify(&self, method: &str, params: impl serde::Serialize) {
        if let Ok(params) = serde_json::to_value(params) {
            let notification = Notification {
                method: method.to_owned(),
                params,
            };
            self.send(Outgoing::Message(notification.into()));
        }
    }

    /// Asks the client for something that has no answer worth waiting for.
    pub fn ask(&mut self, method: &str) {
        self.asked += 1;
        let request = Request {
            id: RequestId::from(format!("gkc-{}", self.asked)),
            method: method.to_owned(),
            params: Value::Null,
        };
        self.send(Outgoing::Message(request.into()));
    }

    /// Says something in the client's log.
    pub fn log(&self, kind: MessageType, message: String) {
        self.notify("window/logMessage", LogMessageParams { kind, message });
    }
}

/// An error in the protocol's terms.
pub fn refusal(code: ErrorCode, message: impl Into<String>) -> Refusal {
    ResponseError {
        code: code as i32,
        message: message.into(),
        data: None,
    }
}

/// The parameters of a message.
pub fn read<T: DeserializeOwned>(params: Value) -> Result<T, Refusal> {
    // Some clients leave out what is empty.
    let params = match params {
        Value::Null => json!({}),
        params => params,
    };
    // The library's own words repeat values, and a document may be among them.
    serde_json::from_value(params).map_err(|_| {
        refusal(
            ErrorCode::InvalidParams,
            "expected the parameters of the protocol",
        )
    })
}

/// The result of a request.
pub fn write(result: impl serde::Serialize) -> Result<Value, Refusal> {
    serde_json::to_value(result).map_err(|error| refusal(ErrorCode::InternalError, error.to_string()))
}
