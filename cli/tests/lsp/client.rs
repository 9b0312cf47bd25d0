//! A client of the language server, as an editor is one.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// No answer takes so long on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client with a server of its own, in a folder of its own.
pub struct Client {
    pub server: Child,
    pub input: Option<ChildStdin>,
    pub heard: Receiver<Value>,
    pub kept: VecDeque<Value>,
    pub folder: tempfile::TempDir,
    asked: i64,
}

impl Client {
    pub fn start() -> Client {
        let folder = tempfile::tempdir().unwrap();
        let mut server = Command::new(env!("CARGO_BIN_EXE_gkc"))
            .arg("lsp")
            .current_dir(folder.path())
            .env("SOURCE_DATE_EPOCH", "1780000000")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = server.stdin.take();
        let mut output = BufReader::new(server.stdout.take().unwrap());
        let (told, heard) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut output) {
                if told.send(message).is_err() {
                    return;
                }
            }
        });
        Client {
            server,
            input,
            heard,
            kept: VecDeque::new(),
            folder,
            asked: 0,
        }
    }

    /// A client that has said hello, and what the server can do.
    pub fn initialized(capabilities: &Value) -> (Client, Value) {
        let mut client = Client::start();
        let params = json!({"processId": null, "rootUri": null, "capabilities": capabilities});
        let answer = client.ask("initialize", &params);
        client.tell("initialized", &json!({}));
        (client, answer["result"]["capabilities"].clone())
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).unwrap();
        input.flush().unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        self.body(&message.to_string());
    }

    /// Sends a text that need not be a message.
    pub fn body(&mut self, body: &str) {
        self.raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// Asks, and waits for the answer; what else comes before it is kept.
    pub fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.wait(|message| message["id"] == id && message.get("method").is_none())
    }

    /// The next message of that kind; others are kept.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at).unwrap();
        }
        loop {
            let message = self.heard.recv_timeout(PATIENCE).unwrap();
            if wanted(&message) {
                return message;
            }
            self.kept.push_back(message);
        }
    }

    /// The findings of the next version, or a later one, of a document.
    pub fn findings(&mut self, uri: &str, version: i64) -> Value {
        let message = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == uri
                && message["params"]["version"].as_i64() >= Some(version)
        });
        message["params"]["diagnostics"].clone()
    }

    pub fn uri(&self, name: &str) -> String {
        format!("file://{}/{name}", self.folder.path().display())
    }

    pub fn open(&mut self, name: &str, text: &str) -> String {
        let uri = self.uri(name);
        let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
        self.tell("textDocument/didOpen", &json!({"textDocument": document}));
        uri
    }

    pub fn change(&mut self, uri: &str, version: i64, changes: &Value) {
        let document = json!({"uri": uri, "version": version});
        let params = json!({"textDocument": document, "contentChanges": changes});
        self.tell("textDocument/didChange", &params);
    }

    /// Waits for the server's end and returns its exit code.
    pub fn ended(&mut self) -> i32 {
        let start = Instant::now();
        loop {
            if let Some(status) = self.server.try_wait().unwrap() {
                return status.code().unwrap();
            }
            assert!(start.elapsed() < PATIENCE, "the server goes on");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A framed message; none at the end.
fn read(from: &mut impl BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if from.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end() {
            "" => break,
            line => {
                length = line
                    .strip_prefix("Content-Length: ")
                    .map_or(length, |n| n.parse().ok())
            }
        }
    }
    let mut body = vec![0; length?];
    from.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
