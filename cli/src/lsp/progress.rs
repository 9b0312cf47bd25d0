//! Tells the client that artifacts are being made, where that takes long.

use super::state::State;
use lsp_server::{RequestId, Response};
use serde_json::json;
use std::time::{Duration, Instant};

/// What is over sooner is not worth the flicker.
const LONG: Duration = Duration::from_secs(1);

/// The name of the progress. Jobs follow each other on one thread, so that one is enough.
const TOKEN: &str = "gkc/prove";

/// The jobs of the second thread, as the client sees them.
#[derive(Default)]
pub struct Progress {
    /// Jobs that are not done.
    jobs: usize,
    /// When the first of them was given.
    since: Option<Instant>,
    shown: Shown,
}

/// What the client was told.
#[derive(Default)]
enum Shown {
    #[default]
    Nothing,
    /// It was asked whether it can show this.
    Asked(RequestId),
    Begun,
}

impl Progress {
    /// A job was given.
    pub fn began(&mut self) {
        self.jobs += 1;
        self.since.get_or_insert_with(Instant::now);
    }

    /// A job is done.
    pub fn ended(&mut self, state: &State) {
        self.jobs = self.jobs.saturating_sub(1);
        if self.jobs > 0 {
            return;
        }
        self.since = None;
        if let Shown::Begun = std::mem::take(&mut self.shown) {
            state.notify("$/progress", json!({"token": TOKEN, "value": {"kind": "end"}}));
        }
    }

    /// How long it is until the client should be told; none where there is nothing to tell.
    pub fn is_due(&self) -> Option<Duration> {
        match self.shown {
            Shown::Nothing => Some(LONG.saturating_sub(self.since?.elapsed())),
            _ => None,
        }
    }

    /// Asks the client to show it.
    pub fn show(&mut self, state: &mut State) {
        if !state.agreed.shows_progress {
            self.since = None;
            return;
        }
        let id = state.ask("window/workDoneProgress/create", json!({"token": TOKEN}));
        self.shown = Shown::Asked(id);
    }

    /// The client answered something.
    pub fn answered(&mut self, state: &State, response: &Response) {
        match &self.shown {
            Shown::Asked(id) if *id == response.id && response.response_result.is_ok() => {
                let value =
                    json!({"kind": "begin", "title": "gkc", "message": "checking the generated files"});
                state.notify("$/progress", json!({"token": TOKEN, "value": value}));
                self.shown = Shown::Begun;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lsp::transport::Outgoing;
    use crossbeam_channel::{Receiver, unbounded};
    use lsp_server::Message;
    use serde_json::Value;

    /// What the client hears next, as method and kind of progress.
    fn heard(client: &Receiver<Outgoing>) -> Option<(String, Value)> {
        match client.try_recv().ok()? {
            Outgoing::Message(Message::Request(request)) => Some((request.method, Value::Null)),
            Outgoing::Message(Message::Notification(told)) => {
                Some((told.method, told.params["value"]["kind"].clone()))
            }
            _ => None,
        }
    }

    fn answer(id: RequestId) -> Response {
        Response {
            id,
            response_result: Ok(Value::Null),
        }
    }

    fn state(shows_progress: bool) -> (State, Receiver<Outgoing>) {
        let (sender, client) = unbounded();
        let mut state = State::new(sender);
        state.agreed.shows_progress = shows_progress;
        (state, client)
    }

    #[test]
    fn what_takes_long_is_shown_from_the_client_s_answer_to_the_last_job() {
        let (mut state, client) = state(true);
        let mut progress = Progress::default();
        assert_eq!(progress.is_due(), None);
        progress.began();
        progress.began();
        assert!(progress.is_due().is_some_and(|left| left <= LONG));
        progress.show(&mut state);
        assert_eq!(
            heard(&client),
            Some(("window/workDoneProgress/create".into(), Value::Null))
        );
        assert_eq!(progress.is_due(), None);
        progress.answered(&state, &answer(RequestId::from("another".to_owned())));
        assert_eq!(heard(&client), None);
        progress.answered(&state, &answer(RequestId::from("gkc-1".to_owned())));
        assert_eq!(heard(&client), Some(("$/progress".into(), "begin".into())));
        progress.ended(&state);
        assert_eq!(heard(&client), None);
        progress.ended(&state);
        assert_eq!(heard(&client), Some(("$/progress".into(), "end".into())));
    }

    #[test]
    fn jobs_that_end_before_the_answer_are_not_shown() {
        let (mut state, client) = state(true);
        let mut progress = Progress::default();
        progress.began();
        progress.show(&mut state);
        heard(&client);
        progress.ended(&state);
        progress.answered(&state, &answer(RequestId::from("gkc-1".to_owned())));
        assert_eq!(heard(&client), None);
    }

    #[test]
    fn a_client_that_shows_none_is_not_asked() {
        let (mut state, client) = state(false);
        let mut progress = Progress::default();
        progress.began();
        progress.show(&mut state);
        assert_eq!((heard(&client), progress.is_due()), (None, None));
    }
}
