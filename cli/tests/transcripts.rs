//! Every command as its user sees it: golden/cli holds what was typed and what came back.
//!
//! A line `$ ` is run by a shell in an empty folder, lines `> ` go on with it. Below stand standard output (`1| `), standard
//! error (`2| `) and the exit code (`? `). `UPDATE=1 cargo test -p gkc --test transcripts` writes what came back.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use std::fmt::Write;
use std::fs;
use support::{Sandbox, project, run};

#[test]
fn every_transcript_is_what_comes_back() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut paths: Vec<_> = fs::read_dir(project().join("golden/cli"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "transcript"))
        .collect();
    paths.sort();
    assert!(paths.len() > 20, "{paths:?}");
    let mut wrong = String::new();
    for path in paths {
        let wanted = fs::read_to_string(&path).unwrap();
        let got = replay(&wanted);
        if wanted == got {
            continue;
        }
        if update {
            fs::write(&path, got).unwrap();
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy();
        let diff = similar::TextDiff::from_lines(&wanted, &got);
        write!(wrong, "{}", diff.unified_diff().header(&name, "what came back")).unwrap();
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Runs what was typed, and writes down what comes back now.
fn replay(transcript: &str) -> String {
    let sandbox = Sandbox::new();
    let mut written = String::new();
    let mut lines = transcript.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("$ ") else {
            let is_answer = ["1| ", "2| ", "? "].iter().any(|mark| line.starts_with(mark));
            if !is_answer {
                writeln!(written, "{line}").unwrap();
            }
            continue;
        };
        writeln!(written, "{line}").unwrap();
        let mut command = first.to_owned();
        while let Some(next) = lines.next_if(|line| line.starts_with("> ")) {
            writeln!(written, "{next}").unwrap();
            write!(command, "\n{}", &next[2..]).unwrap();
        }
        let ran = run(&mut sandbox.shell(&command), b"");
        for (mark, text) in [("1| ", &ran.out), ("2| ", &ran.err)] {
            for line in text.lines() {
                let line = line.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
                writeln!(written, "{mark}{line}").unwrap();
            }
        }
        if ran.code != 0 || first.contains("gkc") {
            writeln!(written, "? {}", ran.code).unwrap();
        }
    }
    written
}
