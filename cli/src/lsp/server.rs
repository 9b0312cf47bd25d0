//! The life of the server: what comes from the client, in its order, and what is done in between.

use super::background::{Background, Proven};
use super::capabilities::Agreed;
use super::changes::Changes;
use super::document::{Document, path_of};
use super::handlers;
use super::parent::{self, Parent};
use super::progress::Progress;
use super::settings::SECTION;
use super::state::{Refusal, State, read, refusal, write};
use super::transport::{Incoming, Outgoing};
use super::watching;
use crate::workspace::read_regular;
use crossbeam_channel::{Receiver, Sender, after, never, select};
use gen_lsp_types::{
    DidChangeConfigurationParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    DidSaveTextDocumentParams, InitializeParams, InitializeResult, MessageType, ServerInfo, Uri,
};
use gkc_core::source::MAX_SOURCE_BYTES;
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

/// A client that says nothing for so long is not typing: time to make artifacts.
const IDLE: Duration = Duration::from_millis(400);

/// How serving ended.
pub enum End {
    /// The client said `exit`.
    Exit,
    /// The input ended, or the process that started the server did.
    Gone,
    /// The input cannot be read any further.
    Lost,
}

/// Where a server is in its life.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Life {
    Uninitialized,
    Running,
    ShutDown,
}

/// The server.
pub struct Server {
    state: State,
    life: Life,
    background: Background,
    progress: Progress,
    parent: Option<Parent>,
    /// Messages that have come and are not answered yet.
    waiting: VecDeque<Incoming>,
}

impl Server {
    /// A server that nobody has spoken to yet.
    pub fn new(client: Sender<Outgoing>) -> Server {
        let state = State::new(client);
        Server {
            background: Background::start(Arc::clone(&state.changes)),
            state,
            life: Life::Uninitialized,
            progress: Progress::default(),
            parent: None,
            waiting: VecDeque::new(),
        }
    }

    /// Serves until the client leaves.
    pub fn run(&mut self, incoming: &Receiver<Incoming>) -> End {
        let proven = self.background.proven.clone();
        loop {
            self.waiting.extend(incoming.try_iter());
            self.cancel();
            if let Some(next) = self.waiting.pop_front() {
                match self.take(next) {
                    Some(end) => return end,
                    None => continue,
                }
            }
            // Only what came last is worth an analysis: a burst of edits has one answer.
            if std::mem::take(&mut self.state.is_outdated) {
                handlers::diagnostics::publish_stale(&mut self.state);
                watching::update(&mut self.state);
            }
            // A server that has nothing to do sleeps.
            let idle = match self.state.documents.values().any(is_unproven) {
                true => after(IDLE),
                false => never(),
            };
            let slow = match self.progress.is_due() {
                Some(left) => after(left),
                None => never(),
            };
            let parent = match self.parent {
                Some(_) => after(parent::INTERVAL),
                None => never(),
            };
            select! {
                recv(incoming) -> next => match next {
                    Ok(next) => self.waiting.push_back(next),
                    Err(_) => return End::Gone,
                },
                recv(proven) -> proven => if let Ok(proven) = proven {
                    self.take_proven(proven);
                },
                recv(idle) -> _ => self.prove_all(),
                recv(slow) -> _ => self.progress.show(&mut self.state),
                recv(parent) -> _ => if self.parent.as_ref().is_some_and(Parent::is_gone) {
                    return End::Gone;
                },
            }
        }
    }

    /// Whether the client left as the protocol wants it: after `shutdown`, or without having begun.
    pub fn is_orderly(&self, end: &End) -> bool {
        match end {
            End::Exit => self.life == Life::ShutDown,
            End::Gone => self.life != Life::Running,
            End::Lost => false,
        }
    }

    /// Answers requests that wait and that the client does not want any more.
    fn cancel(&mut self) {
        let cancelled: Vec<RequestId> = self.waiting.iter().filter_map(cancelled).collect();
        if cancelled.is_empty() {
            return;
        }
        for incoming in std::mem::take(&mut self.waiting) {
            match incoming {
                Incoming::Message(Message::Request(request)) if cancelled.contains(&request.id) => {
                    let refusal = refusal(ErrorCode::RequestCanceled, "cancelled by the client");
                    self.state.answer(request.id, Err(refusal));
                }
                incoming => self.waiting.push_back(incoming),
            }
        }
    }

    fn take(&mut self, incoming: Incoming) -> Option<End> {
        match incoming {
            Incoming::Malformed(code, why) => self.state.send(Outgoing::Error(code, why)),
            Incoming::Lost(why) => {
                self.state.send(Outgoing::Error(ErrorCode::ParseError, why));
                return Some(End::Lost);
            }
            Incoming::Message(Message::Request(request)) => self.request(request),
            Incoming::Message(Message::Notification(notification)) => return self.notified(notification),
            Incoming::Message(Message::Response(response)) => {
                self.progress.answered(&self.state, &response);
                self.state.answered_settings(&response);
                self.state.answered_move(&response);
            }
        }
        None
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let answer = match (self.life, method.as_str()) {
            (Life::Uninitialized, "initialize") => self.initialize(params),
            (Life::Uninitialized, _) => Err(refusal(
                ErrorCode::ServerNotInitialized,
                "expected `initialize` first",
            )),
            (Life::ShutDown, _) => Err(refusal(ErrorCode::InvalidRequest, "the server is shut down")),
            (Life::Running, "initialize") => Err(refusal(
                ErrorCode::InvalidRequest,
                "`initialize` was called already",
            )),
            (Life::Running, "shutdown") => {
                self.life = Life::ShutDown;
                Ok(Value::Null)
            }
            (Life::Running, method) => handlers::answer(&mut self.state, method, params),
        };
        self.state.answer(id, answer);
    }

    fn initialize(&mut self, params: Value) -> Result<Value, Refusal> {
        let params: InitializeParams = read(params)?;
        self.state.agreed = Agreed::with(&params.capabilities);
        self.parent = params.process_id.and_then(Parent::of);
        if let Some(settings) = &params.initialization_options {
            self.state.take_settings(settings);
        }
        self.life = Life::Running;
        write(InitializeResult {
            capabilities: self.state.agreed.of_server(),
            server_info: Some(ServerInfo {
                name: "gkc".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    fn notified(&mut self, notification: Notification) -> Option<End> {
        let Notification { method, params } = notification;
        if method == "exit" {
            return Some(End::Exit);
        }
        if self.life != Life::Running {
            return None;
        }
        let done = match method.as_str() {
            "textDocument/didOpen" => read(params).map(|params| self.opened(params)),
            "textDocument/didChange" => self.changed(params),
            "textDocument/didSave" => read(params).map(|params| self.saved(&params)),
            "textDocument/didClose" => read(params).map(|params| self.closed(&params)),
            "initialized" => {
                self.state.ask_for_settings();
                Ok(())
            }
            "workspace/didChangeConfiguration" => read(params).map(|params| self.reconfigured(&params)),
            "workspace/didChangeWatchedFiles" => {
                self.state.read_again();
                Ok(())
            }
            // Nobody waits for an answer, and the protocol says to ignore what is not known.
            _ => Ok(()),
        };
        if let Err(refusal) = done {
            self.state
                .log(MessageType::Error, format!("`{method}`: {}", refusal.message));
        }
        None
    }

    /// A client that can be asked sends the news that there are some, others send all settings.
    fn reconfigured(&mut self, params: &DidChangeConfigurationParams) {
        match self.state.agreed.has_settings {
            true => self.state.ask_for_settings(),
            false => self.state.take_settings(&params.settings[SECTION]),
        }
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        let path = path_of(&document.uri).unwrap_or_else(|| document.uri.0.clone().into());
        let opened = Document::new(document.uri.clone(), path, Some(document.version), document.text);
        self.state.is_news |= is_unsaved(&opened);
        self.state.put(opened);
        self.state.text_changed(&document.uri);
        self.state.find_owner(&document.uri);
    }

    fn changed(&mut self, params: Value) -> Result<(), Refusal> {
        let uri = Uri(params["textDocument"]["uri"].as_str().unwrap_or("").to_owned());
        let changes = read::<Changes>(params);
        let Some(document) = self.state.documents.get_mut(&uri) else {
            let why = format!("change of `{}`, which is not open", uri.0);
            return Err(refusal(ErrorCode::InvalidParams, why));
        };
        match changes {
            Ok(changes) => {
                let (version, encoding) = (changes.text_document.version, self.state.agreed.encoding);
                document.change(version, changes.content_changes, encoding);
            }
            Err(refusal) => {
                let was_known = !std::mem::replace(&mut document.is_out_of_step, true);
                let file = document.path.file_name().unwrap_or(&uri.0);
                let why = format!(
                    "gkc cannot read an edit of `{file}`, and no longer has its text: close the file and open it again"
                );
                if was_known {
                    self.state.show(MessageType::Error, why);
                }
                return Err(refusal);
            }
        }
        self.state.text_changed(&uri);
        Ok(())
    }

    /// A configuration is looked at right away. Any other file is one that all of them may refer to.
    fn saved(&mut self, params: &DidSaveTextDocumentParams) {
        self.state.surroundings_changed();
        let uri = &params.text_document.uri;
        match self.state.config(uri) {
            Some(_) => self.prove(uri),
            None => self.prove_all(),
        }
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) {
        if let Some(document) = self.state.documents.remove(&params.text_document.uri) {
            self.state.is_news |= is_unsaved(&document);
            handlers::diagnostics::forget(&self.state, document);
        }
        self.state.text_changed(&params.text_document.uri);
        self.state.find_owners();
    }

    fn prove_all(&mut self) {
        let uris: Vec<Uri> = self.state.documents.keys().cloned().collect();
        for uri in uris {
            self.prove(&uri);
        }
    }

    /// Makes artifacts of a configuration in the background, unless that was done with the texts as they are now.
    fn prove(&mut self, uri: &Uri) {
        if !self.state.documents.get(uri).is_some_and(is_unproven) {
            return;
        }
        let Some(inputs) = self.state.surroundings(uri) else {
            return;
        };
        if let Some(document) = self.state.documents.get_mut(uri) {
            document.proof.of = Some(self.background.changes());
            self.progress.began();
            self.background.prove(uri.clone(), document.file.clone(), inputs);
        }
    }

    fn take_proven(&mut self, proven: Proven) {
        self.progress.ended(&self.state);
        let Some(document) = self.state.documents.get_mut(&proven.uri) else {
            return;
        };
        match proven.found {
            Some(found) if proven.changes == self.background.changes() => {
                document.proof.take(found);
                if self.state.agreed.refreshes_lenses {
                    self.state.ask("workspace/codeLens/refresh", Value::Null);
                }
                handlers::diagnostics::refresh(&mut self.state, &proven.uri);
            }
            // A change came between: the next idle moment asks again, unless that was done already.
            _ => document.proof.of = document.proof.of.filter(|of| *of != proven.changes),
        }
    }
}

/// Whether artifacts were not made of a configuration as it and its surroundings are now.
fn is_unproven(document: &Document) -> bool {
    document.is_config() && document.proof.of.is_none()
}

/// Whether a document that configurations may refer to has another text than on disk: to open or to close it changes what they say.
fn is_unsaved(document: &Document) -> bool {
    let saved = || read_regular(&document.path, MAX_SOURCE_BYTES as u64).ok();
    !document.is_config() && saved().as_deref() != Some(document.file.text().as_bytes())
}

/// The request that a cancellation names.
fn cancelled(incoming: &Incoming) -> Option<RequestId> {
    match incoming {
        Incoming::Message(Message::Notification(notification))
            if notification.method == "$/cancelRequest" =>
        {
            serde_json::from_value(notification.params.get("id")?.clone()).ok()
        }
        _ => None,
    }
}
