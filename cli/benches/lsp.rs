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

/// The lines of a configuration, what is done, and the time that 99 of 100 shall take at most.
const WANTED: [(usize, &str, Duration); 6] = [
    (150, "keystroke", Duration::from_millis(2)),
    (150, "hover", Duration::from_millis(2)),
    (150, "completion", Duration::from_millis(2)),
    (10_000, "keystroke", Duration::from_millis(25)),
    (10_000, "hover", Duration::from_millis(2)),
    (10_000, "completion", Duration::from_millis(2)),
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

    /// Types a letter into the domain, and waits for what is found then.
    fn keystroke(&mut self) {
        self.version += 1;
        let place = json!({"line": 1, "character": 8});
        let change = json!([{"range": {"start": place, "end": place}, "text": "x"}]);
        let document = json!({"uri": URI, "version": self.version});
        self.tell(
            "textDocument/didChange",
            &json!({"textDocument": document, "contentChanges": change}),
        );
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
        for (_, what, wanted) in WANTED.iter().filter(|(of, ..)| *of == lines) {
            let mut times: Vec<Duration> = (0..TIMES)
                .map(|_| {
                    let start = Instant::now();
                    match *what {
                        "keystroke" => client.keystroke(),
                        request => client.ask(&format!("textDocument/{request}"), &at),
                    }
                    start.elapsed()
                })
                .collect();
            times.sort();
            let (half, most) = (times[TIMES / 2], times[TIMES * 99 / 100 - 1]);
            let missed = if most > *wanted { "  not reached yet" } else { "" };
            println!(
                "{lines:>7} {what:>12} {:>7.2} ms {:>7.2} ms{missed}",
                ms(half),
                ms(most)
            );
        }
        if let Some(resident) = client.resident() {
            println!("{lines:>7} {:>12} {:>7.1} MB", "memory", resident as f64 / 1024.0);
        }
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
