//! Messages over standard input and output, each side on a thread of its own. What is no message is told apart from the end of the input,
//! so that it can be answered.

use crossbeam_channel::{Receiver, Sender, unbounded};
use gkc_core::source::MAX_SOURCE_BYTES;
use lsp_server::{ErrorCode, Message, Notification, Request};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::thread::JoinHandle;

/// What came from the client.
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something else, with what is wrong.
    Malformed(ErrorCode, &'static str),
    /// Something behind which no other message can be found, with what is wrong.
    Lost(&'static str),
}

/// What goes to the client.
pub enum Outgoing {
    /// A message.
    Message(Message),
    /// The answer to something that was no message: it has no ID that could be repeated.
    Error(ErrorCode, &'static str),
}

/// The client's side of the connection. The receiver is disconnected once the client is gone.
pub struct Client {
    /// To the client. Messages wait in memory, so that a slow client never blocks an analysis.
    pub sender: Sender<Outgoing>,
    /// From the client.
    pub receiver: Receiver<Incoming>,
    writer: JoinHandle<()>,
}

impl Client {
    /// Starts both threads.
    pub fn stdio() -> Client {
        let (incoming, receiver) = unbounded();
        std::thread::spawn(move || read(&incoming));
        let (sender, outgoing) = unbounded();
        let writer = std::thread::spawn(move || write(&outgoing));
        Client {
            sender,
            receiver,
            writer,
        }
    }

    /// Waits until everything is written.
    pub fn finish(self) {
        drop(self.sender);
        let _ = self.writer.join();
    }
}

/// The longest message that is read: a document of the largest size with every byte escaped.
const MAX_MESSAGE_BYTES: u64 = 6 * MAX_SOURCE_BYTES as u64 + 1024 * 1024;

/// The longest message that is skipped and answered. Who announces more has lost the beginning of a message, and the rest would be waited
/// for without an end: the connection ends.
const MAX_SKIPPED_BYTES: u64 = 1024 * 1024 * 1024;

/// The longest line of a header that is read whole.
const MAX_HEADER_BYTES: u64 = 4096;

fn read(to: &Sender<Incoming>) {
    let mut input = BufReader::new(std::io::stdin());
    while let Ok(Some(incoming)) = next(&mut input) {
        let is_last = matches!(incoming, Incoming::Lost(_));
        if to.send(incoming).is_err() || is_last {
            return;
        }
    }
}

/// What comes next; `None` at the end of the input. What is wrong with it is said without what it holds, which may be a document with
/// secrets.
fn next(input: &mut impl BufRead) -> std::io::Result<Option<Incoming>> {
    let malformed = |why: &'static str| Ok(Some(Incoming::Malformed(ErrorCode::ParseError, why)));
    let mut length: Option<u64> = None;
    loop {
        let mut line = Vec::new();
        if input
            .by_ref()
            .take(MAX_HEADER_BYTES)
            .read_until(b'\n', &mut line)?
            == 0
        {
            return Ok(None);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("Content-Length")
        {
            length = value.trim().parse().ok();
        }
    }
    let Some(length) = length else {
        return malformed("expected a header with `Content-Length`");
    };
    if length > MAX_SKIPPED_BYTES {
        return Ok(Some(Incoming::Lost("message is too large to be skipped")));
    }
    let mut body = input.by_ref().take(length);
    if length > MAX_MESSAGE_BYTES {
        std::io::copy(&mut body, &mut std::io::sink())?;
        return malformed("message is too large");
    }
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes)?;
    let value = serde_json::from_slice(&bytes).or_else(|_| {
        replace_lone_surrogates(&mut bytes);
        serde_json::from_slice(&bytes)
    });
    let Ok(value) = value else {
        return malformed("expected JSON");
    };
    Ok(Some(match message_of(value) {
        Some(message) => Incoming::Message(message),
        None => Incoming::Malformed(ErrorCode::InvalidRequest, "expected a message of JSON-RPC"),
    }))
}

/// A message of JSON-RPC. The library takes a request whose ID is invalid for a notification, and nobody would answer it.
fn message_of(mut value: Value) -> Option<Message> {
    let fields = value.as_object_mut()?;
    let Some(method) = fields.remove("method") else {
        return serde_json::from_value(value).ok().map(Message::Response);
    };
    let Value::String(method) = method else {
        return None;
    };
    let params = fields.remove("params").unwrap_or_default();
    Some(match fields.remove("id") {
        None | Some(Value::Null) => Notification { method, params }.into(),
        Some(id) => {
            let id = serde_json::from_value(id).ok()?;
            Request { id, method, params }.into()
        }
    })
}

/// Replaces escapes of half a character by U+FFFD, which is as long in UTF-16. Editors that keep text in UTF-16 send them where an edit
/// splits an emoji; without that edit the text would be another one from then on.
fn replace_lone_surrogates(json: &mut [u8]) {
    const ESCAPE: usize = REPLACEMENT.len();
    let mut at = 0;
    let backslash = |json: &[u8], at: usize| json.get(at..)?.iter().position(|byte| *byte == b'\\');
    while let Some(before) = backslash(json, at) {
        at += before;
        at += match unit(json, at) {
            // Another escape, such as that of a backslash.
            None => 2,
            Some(0xd800..=0xdbff) if matches!(unit(json, at + ESCAPE), Some(0xdc00..=0xdfff)) => 2 * ESCAPE,
            Some(0xd800..=0xdfff) => {
                json[at..at + ESCAPE].copy_from_slice(REPLACEMENT);
                ESCAPE
            }
            Some(_) => ESCAPE,
        };
    }
}

/// What half a character becomes.
const REPLACEMENT: &[u8] = b"\\ufffd";

/// What the `\u` escape there stands for, if there is one.
fn unit(json: &[u8], at: usize) -> Option<u16> {
    let digits = json.get(at..)?.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

fn write(from: &Receiver<Outgoing>) {
    let mut output = std::io::stdout();
    for outgoing in from {
        let written = match outgoing {
            Outgoing::Message(message) => message.write(&mut output),
            Outgoing::Error(code, why) => write_error(&mut output, code, why),
        };
        // A client that is gone reads nothing any more; its end of the input says so to the server.
        if written.is_err() {
            return;
        }
    }
}

fn write_error(output: &mut impl Write, code: ErrorCode, why: &str) -> std::io::Result<()> {
    let error = serde_json::json!({ "code": code as i32, "message": why });
    let body = serde_json::json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use super::replace_lone_surrogates;

    #[test]
    fn only_halves_of_characters_are_replaced() {
        let cases = [
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\uDE80x\uD83D\uD83D\uDE80""#, r#""\ufffdx\ufffd\uD83D\uDE80""#),
            (r#""\\ud83d \\\ud83d \u00e9é""#, r#""\\ud83d \\\ufffd \u00e9é""#),
            (r#""\ud8"#, r#""\ud8"#),
            (r"\", r"\"),
        ];
        for (given, wanted) in cases {
            let mut json = given.as_bytes().to_vec();
            replace_lone_surrogates(&mut json);
            assert_eq!(String::from_utf8(json).unwrap(), wanted);
        }
    }
}
