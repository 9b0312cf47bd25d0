//! Messages over standard input and output, each side on a thread of its own. What is no message is told apart from the end of the input,
//! so that it can be answered.

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{ErrorCode, Message};
use std::io::{BufReader, Write};
use std::thread::JoinHandle;

/// What came from the client.
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something else, with what is wrong.
    Malformed(String),
}

/// What goes to the client.
pub enum Outgoing {
    /// A message.
    Message(Message),
    /// The answer to something that was no message: it has no ID that could be repeated.
    ParseError(String),
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

fn read(to: &Sender<Incoming>) {
    let mut input = BufReader::new(std::io::stdin());
    loop {
        let incoming = match Message::read(&mut input) {
            Ok(Some(message)) => Incoming::Message(message),
            Ok(None) => return,
            // Whatever was wrong, it was taken off the input: the next line may begin a message again.
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof
                ) =>
            {
                Incoming::Malformed(error.to_string())
            }
            Err(_) => return,
        };
        if to.send(incoming).is_err() {
            return;
        }
    }
}

fn write(from: &Receiver<Outgoing>) {
    let mut output = std::io::stdout();
    for outgoing in from {
        let written = match outgoing {
            Outgoing::Message(message) => message.write(&mut output),
            Outgoing::ParseError(why) => write_parse_error(&mut output, &why),
        };
        // A client that is gone reads nothing any more; its end of the input says so to the server.
        if written.is_err() {
            return;
        }
    }
}

fn write_parse_error(output: &mut impl Write, why: &str) -> std::io::Result<()> {
    let error = serde_json::json!({ "code": ErrorCode::ParseError as i32, "message": why });
    let body = serde_json::json!({ "jsonrpc": "2.0", "id": null, "error": error }).to_string();
    write!(output, "Content-Length: {}\r\n\r\n{body}", body.len())?;
    output.flush()
}
