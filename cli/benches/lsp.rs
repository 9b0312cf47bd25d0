//! How long a language server takes from a keystroke to the findings, to hover and to complete, and how much memory it has in the end.
//!
//! `cargo bench -p gkc --bench lsp`. Says where a bound of [`WANTED`] is missed; a machine that others keep busy misses them too.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used)]

#[path = "../../core/benches/config/mod.rs"]
mod config;

use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

/// So many of each request.
const TIMES: usize = 300;

/// So many edits at once: a client that pastes, or types faster than the server answers.
const BURST: usize = 100;

/// So many bursts, after which memory is looked at.
const BURSTS: usize = 1000;

/// The most that the server shall have in memory after them, in kilobytes.
const RESIDENT: usize = 60_000;

/// What is done, and the time that 99 of 100 shall take at most with 150 and with 10,000 lines.
const WANTED: [(&str, Duration, Duration); 5] = [
    ("keystroke", Duration::from_millis(2), Duration::from_millis(25)),
    ("broken", Duration::from_millis(2), Duration::from_millis(25)),
    ("hover", Duration::from_millis(2), Duration::from_millis(2)),
    ("completion", Duration::from_millis(2), Duration::from_millis(2)),
    ("definition", Duration::from_millis(2), Duration::from_millis(2)),
];

const URI: &str = "file:///bench/gitpod-k3s.yaml";

struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    version: i64,
}

impl Client {
    /// A client with a document of so many lines open.
    fn with(lines: usize) -> Client {
        let mut server = Command::new(env!("CARGO_BIN_EXE_gkc"))
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = server.stdin.take().unwrap();
        let output = BufReader::new(server.stdout.take().unwrap());
        let mut client = Client {
            server,
            input,
            output,
            version: 1,
        };
        client.ask(
            "initialize",
            &json!({"capabilities": {"general": {"positionEncodings": ["utf-8"]}}}),
        );
        client.tell("initialized", &json!({}));
        let text = config::config(lines);
        let document = json!({"uri": URI, "languageId": "yaml", "version": 1, "text": text});
        client.tell("textDocument/didOpen", &json!({"textDocument": document}));
        client.findings();
        client
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        self.input.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    fn ask(&mut self, method: &str, params: &Value) {
        self.send(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
        self.wait(|message| message.get("id").is_some());
    }

    fn wait(&mut self, wanted: impl Fn(&Value) -> bool) {
        while !wanted(&self.read()) {}
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            self.output.read_line(&mut line).unwrap();
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(bytes) => length = bytes.parse().unwrap(),
                None => break,
            }
        }
        let mut body = vec![0; length];
        std::io::Read::read_exact(&mut self.output, &mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    fn findings(&mut self) {
        let version = self.version;
        self.wait(|message| message["params"]["version"] == version);
    }

    fn insert(&mut self, line: usize, character: usize, text: &str) {
        self.version += 1;
        let place = json!({"line": line, "character": character});
        let change = json!([{"range": {"start": place, "end": place}, "text": text}]);
        let document = json!({"uri": URI, "version": self.version});
        self.tell(
            "textDocument/didChange",
            &json!({"textDocument": document, "contentChanges": change}),
        );
    }

    /// Types a letter into the domain, and waits for what is found then.
    fn keystroke(&mut self) {
        self.insert(1, 8, "x");
        self.findings();
    }

    /// Types letters faster than they are answered, takes them back, and waits for what is found in the end.
    fn burst(&mut self) {
        for _ in 0..BURST / 2 {
            self.insert(1, 8, "x");
        }
        for _ in 0..BURST / 2 {
            self.version += 1;
            let range = json!({"start": {"line": 1, "character": 8}, "end": {"line": 1, "character": 9}});
            let document = json!({"uri": URI, "version": self.version});
            let params = json!({"textDocument": document, "contentChanges": [{"range": range, "text": ""}]});
            self.tell("textDocument/didChange", &params);
        }
        self.findings();
    }

    /// What the server has in memory, in kilobytes; none where the system does not tell.
    fn resident(&self) -> Option<usize> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.parse().ok()
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn main() {
    println!("{:>7} {:>12} {:>10} {:>10}", "lines", "", "p50", "p99");
    for lines in [150, 10_000] {
        let mut client = Client::with(lines);
        // In the middle of the file, on a key of a pool.
        let place = json!({"line": lines / 20 * 10 + 1, "character": 6});
        let at = json!({"textDocument": {"uri": URI}, "position": place});
        for (what, short, long) in WANTED {
            let wanted = if lines == 150 { short } else { long };
            if what == "broken" {
                // A bracket that nothing closes.
                client.insert(2, 0, "x: [\n");
                client.findings();
            }
            let mut times: Vec<Duration> = (0..TIMES)
                .map(|_| {
                    let start = Instant::now();
                    match what {
                        "keystroke" | "broken" => client.keystroke(),
                        request => client.ask(&format!("textDocument/{request}"), &at),
                    }
                    start.elapsed()
                })
                .collect();
            times.sort();
            let (half, most) = (times[TIMES / 2], times[TIMES * 99 / 100]);
            let missed = if most > wanted { "  missed" } else { "" };
            println!("{lines:>7} {what:>12} {half:>10.2?} {most:>10.2?}{missed}");
        }
        print_resident(&client, lines, 0);
    }
    let mut client = Client::with(150);
    for bursts in 1..=BURSTS {
        client.burst();
        if bursts % (BURSTS / 4) == 0 {
            print_resident(&client, 150, bursts * BURST);
        }
    }
}

fn print_resident(client: &Client, lines: usize, edits: usize) {
    let Some(resident) = client.resident() else { return };
    let missed = if resident > RESIDENT { "  missed" } else { "" };
    println!(
        "{lines:>7} {:>12} {resident:>8} kB  after {edits} edits{missed}",
        "resident"
    );
}
