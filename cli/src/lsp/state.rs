//! What the server knows, and how it speaks to the client: what handlers need.

use super::capabilities::Agreed;
use super::document::{Document, OpenTexts, Surroundings};
use super::look::Look;
use super::settings::{SECTION, Settings};
use super::transport::Outgoing;
use crate::workspace::NAMES;
use camino::Utf8PathBuf;
use crossbeam_channel::Sender;
use gen_lsp_types::{ClientCapabilities, LogMessageParams, MessageType, ShowMessageParams, Uri};
use lsp_server::{ErrorCode, Notification, Request, RequestId, Response, ResponseError};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far above a policy its configuration is looked for: a folder of policies lies beside it at most.
const MAX_FOLDERS: usize = 3;

/// Why a request has no result.
pub type Refusal = ResponseError;

/// What the server knows.
pub struct State {
    client: Sender<Outgoing>,
    /// What was agreed on with the client.
    pub agreed: Agreed,
    /// What the user wants.
    pub settings: Settings,
    /// The open documents.
    pub documents: HashMap<Uri, Document>,
    /// Their texts, shared with the second thread.
    open: Arc<OpenTexts>,
    /// Counts the changes of texts and of what surrounds them, which the second thread sees too.
    pub changes: Arc<AtomicU64>,
    /// Whether something changed since findings were told.
    pub is_outdated: bool,
    /// Whether findings may have changed without an edit of the client's since they were told.
    pub is_news: bool,
    /// The patterns that the client watches, by their folders.
    pub watched: BTreeSet<(Utf8PathBuf, String)>,
    /// The edit that the client was asked for to finish moving a secret, with the variable of the secret.
    pub moving: Option<(RequestId, String)>,
    /// The request for settings that is not answered yet.
    asked_settings: Option<RequestId>,
    /// Counts the requests to the client.
    asked: i32,
}

impl State {
    /// Nothing is known yet but where the client listens.
    pub fn new(client: Sender<Outgoing>) -> State {
        State {
            client,
            agreed: Agreed::with(&ClientCapabilities::default()),
            settings: Settings::default(),
            documents: HashMap::new(),
            open: Arc::default(),
            changes: Arc::default(),
            is_outdated: false,
            is_news: false,
            watched: BTreeSet::new(),
            moving: None,
            asked_settings: None,
            asked: 0,
        }
    }

    /// Takes a document, in the place of one of that name: what was told of that one has to be taken back.
    pub fn put(&mut self, mut document: Document) {
        if let Some(before) = self.documents.remove(&document.uri) {
            document.told = before.told;
            document.said = before.said;
        }
        self.documents.insert(document.uri.clone(), document);
    }

    /// A text changed: whatever refers to it has to be looked at anew.
    pub fn text_changed(&mut self, uri: &Uri) {
        self.read_open();
        // No other configuration refers to one.
        match self.config(uri) {
            Some(_) => self.outdate(|document| document.uri == *uri),
            None => self.outdate(|_| true),
        }
    }

    fn read_open(&mut self) {
        let texts = self.documents.values();
        let texts = texts.map(|document| (document.path.clone(), document.file.clone()));
        self.open = Arc::new(texts.collect());
    }

    /// Something beside the documents changed: policies, certificates, the secrets file, settings. Clients that ask for findings do not
    /// know of it.
    pub fn surroundings_changed(&mut self) {
        self.is_news = true;
        self.outdate(|_| true);
    }

    /// Whatever is known has to be looked at anew, and artifacts made of the documents that are `concerned`.
    fn outdate(&mut self, concerned: impl Fn(&Document) -> bool) {
        self.is_outdated = true;
        self.changes.fetch_add(1, Ordering::Relaxed);
        for document in self.documents.values_mut() {
            document.outdate();
            if concerned(document) {
                document.proof.outdate();
            }
        }
    }

    /// Files changed: configurations that are not open are read again.
    pub fn read_again(&mut self) {
        let closed = self.documents.values().filter(|document| !document.is_open);
        let paths: Vec<Utf8PathBuf> = closed.map(|document| document.path.clone()).collect();
        for path in paths {
            if let Some(document) = Document::from_disk(&path) {
                self.put(document);
            }
        }
        self.read_open();
        self.surroundings_changed();
    }

    /// Looks on disk for the configuration of a policy that is open while its configuration is not.
    pub fn find_owner(&mut self, policy: &Uri) {
        let document = self
            .documents
            .get(policy)
            .filter(|document| !document.is_config());
        let Some(path) = document.map(|document| document.path.clone()) else {
            return;
        };
        if self.owner(policy).is_some() {
            return;
        }
        let folders = path.ancestors().skip(1).take(MAX_FOLDERS);
        for path in folders.flat_map(|folder| NAMES.map(|name| folder.join(name))) {
            // One that is known is not that of this policy.
            if self.documents.values().any(|document| document.path == path) {
                continue;
            }
            let Some(config) = Document::from_disk(&path) else {
                continue;
            };
            let uri = config.uri.clone();
            self.documents.insert(uri.clone(), config);
            match self.owner(policy) {
                Some(_) => return self.text_changed(&uri),
                None => {
                    self.documents.remove(&uri);
                }
            }
        }
    }

    /// The same for all policies, after a document was closed. Configurations that no policy needs any more are forgotten.
    pub fn find_owners(&mut self) {
        self.documents.retain(|_, document| document.is_open);
        let open: Vec<Uri> = self.documents.keys().cloned().collect();
        open.iter().for_each(|uri| self.find_owner(uri));
    }

    /// What a document's surroundings give.
    pub fn surroundings(&mut self, uri: &Uri) -> Option<Surroundings> {
        let document = self.documents.get(uri)?;
        let surroundings = Surroundings::of(&document.path, &self.settings, Arc::clone(&self.open));
        let problems = [&surroundings.problem, &surroundings.project_problem];
        let problems: Vec<String> = problems.into_iter().flatten().cloned().collect();
        let said = &mut self.documents.get_mut(uri)?.said;
        if problems != *said {
            *said = problems.clone();
            for problem in problems {
                self.log(MessageType::Warning, problem);
            }
        }
        Some(surroundings)
    }

    /// The configuration of that name; `None` where it is not open, or is something else.
    pub fn config(&self, uri: &Uri) -> Option<&Document> {
        self.documents.get(uri).filter(|document| document.is_config())
    }

    /// Whether the client has another text of a document than the server.
    pub fn is_out_of_step(&self, uri: &Value) -> bool {
        let uri = uri.as_str().map(|uri| Uri(uri.to_owned()));
        let document = uri.and_then(|uri| self.documents.get(&uri));
        document.is_some_and(|document| document.is_out_of_step)
    }

    /// The configurations that are known, in the order of their names.
    pub fn configs(&self) -> Vec<Uri> {
        let configs = self.documents.values().filter(|document| document.is_config());
        let mut configs: Vec<Uri> = configs.map(|document| document.uri.clone()).collect();
        configs.sort_by(|a, b| a.0.cmp(&b.0));
        configs
    }

    /// What is known of a document, of the text as it is now: of a configuration, or of the policy of one.
    pub fn look(&mut self, uri: &Uri) -> Option<Look<'_>> {
        let owner = match self.config(uri) {
            Some(_) => uri.clone(),
            None => self.owner(uri)?,
        };
        let inputs = self.surroundings(&owner)?;
        // Not every client tells of files that change on disk, and edits are for what they are now.
        if !self.documents.get(&owner)?.has_read(&inputs) {
            self.surroundings_changed();
        }
        self.documents.get_mut(&owner)?.draft(&inputs);
        let path = &self.documents.get(uri)?.path;
        let document = self.documents.get(&owner)?;
        let draft = document.draft.as_ref()?;
        let file = match owner == *uri {
            true => draft.file(),
            false => document.policy_at(path)?,
        };
        Some(Look {
            document,
            draft,
            file,
            inputs,
            documents: &self.documents,
            agreed: self.agreed,
        })
    }

    /// The same of a configuration only.
    pub fn look_at_config(&mut self, uri: &Uri) -> Option<Look<'_>> {
        self.look(uri).filter(Look::is_config)
    }

    /// The configuration whose policy a document is.
    fn owner(&mut self, policy: &Uri) -> Option<Uri> {
        let path = self.documents.get(policy)?.path.clone();
        self.configs().into_iter().find(|config| {
            // What is known of a configuration says which policy it has.
            if self
                .documents
                .get(config)
                .is_some_and(|config| config.draft.is_none())
            {
                let inputs = self.surroundings(config);
                let document = self.documents.get_mut(config);
                if let (Some(inputs), Some(document)) = (inputs, document) {
                    document.draft(&inputs);
                }
            }
            let config = self.documents.get(config);
            config.is_some_and(|config| config.policy_at(&path).is_some())
        })
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

    /// Asks the client for its settings, where that can be asked.
    pub fn ask_for_settings(&mut self) {
        if self.agreed.has_settings {
            let id = self.ask(
                "workspace/configuration",
                json!({"items": [{"section": SECTION}]}),
            );
            self.asked_settings = Some(id);
        }
    }

    /// Says so if the client did not make the edit that moves a secret.
    pub fn answered_move(&mut self, response: &Response) {
        let Some((_, variable)) = self.moving.take_if(|(id, _)| *id == response.id) else {
            return;
        };
        let applied = response.response_result.as_ref();
        if applied.is_ok_and(|answer| answer["applied"] == true) {
            return;
        }
        let message = format!(
            "the editor did not change the configuration; the secrets file has `{variable}` now: replace the secret with `{{env: {variable}}}`"
        );
        self.show(MessageType::Warning, message);
    }

    /// Takes the settings from an answer, if it is that answer.
    pub fn answered_settings(&mut self, response: &Response) {
        if self.asked_settings.as_ref() != Some(&response.id) {
            return;
        }
        self.asked_settings = None;
        if let Ok(answer) = &response.response_result {
            let settings = answer[0].clone();
            self.take_settings(&settings);
        }
    }

    /// Takes settings, and says what is wrong with them.
    pub fn take_settings(&mut self, value: &Value) {
        let (settings, wrong) = Settings::read(value);
        for problem in wrong {
            self.show(MessageType::Warning, problem);
        }
        if settings != self.settings {
            self.settings = settings;
            self.surroundings_changed();
        }
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

    /// Asks the client for something whose answer is taken by its id, where anybody wants it.
    pub fn ask(&mut self, method: &str, params: impl serde::Serialize) -> RequestId {
        self.asked += 1;
        let id = RequestId::from(format!("gkc-{}", self.asked));
        let request = Request {
            id: id.clone(),
            method: method.to_owned(),
            params: serde_json::to_value(params).unwrap_or_default(),
        };
        self.send(Outgoing::Message(request.into()));
        id
    }

    /// Shows the user something.
    pub fn show(&self, kind: MessageType, message: String) {
        self.notify("window/showMessage", ShowMessageParams { kind, message });
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
