//! `gkc check --format json` is what schemas/check-output.v1.schema.json says, and its positions are right.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use support::{QUICKSTART, Sandbox, flagged, project, run};

fn schema() -> Value {
    let text = fs::read(project().join("schemas/check-output.v1.schema.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}

#[track_caller]
fn assert_valid(output: &Value) {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(output)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// A file, and a line, a column and an offset in it.
type Place = (String, usize, usize, usize);

/// Every position in a value, with the nearest `path` above it.
fn positions(value: &Value, path: &str, found: &mut Vec<Place>) {
    match value {
        Value::Object(map) => {
            let path = map.get("path").and_then(Value::as_str).unwrap_or(path);
            let number = |key| map.get(key).and_then(Value::as_u64).map(|n| n as usize);
            if let (Some(line), Some(column), Some(offset)) =
                (number("line"), number("column"), number("offset"))
            {
                found.push((path.to_owned(), line, column, offset));
            }
            map.values().for_each(|value| positions(value, path, found));
        }
        Value::Array(list) => list.iter().for_each(|value| positions(value, path, found)),
        _ => {}
    }
}

/// Line and column of an offset, counted one character after the other.
fn count(text: &str, offset: usize) -> (usize, usize) {
    let (mut line, mut column) = (1, 1);
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if at >= offset {
            break;
        }
        let ends =
            character == '\n' || (character == '\r' && characters.peek().is_none_or(|(_, c)| *c != '\n'));
        if ends {
            (line, column) = (line + 1, 1);
        } else if (at, character) != (0, '\u{feff}') {
            column += 1;
        }
    }
    (line, column)
}

#[test]
fn every_golden_is_reported_in_the_documented_form_and_at_the_right_places() {
    let files = flagged();
    assert!(files.len() > 80);
    let sandbox = Sandbox::new();
    let mut command = sandbox.command();
    command
        .args(["check", "--format", "json"])
        .args(&files)
        .current_dir(project());
    let ran = run(&mut command, b"").exits(1);
    let output: Value = serde_json::from_str(&ran.out).unwrap();
    assert_valid(&output);
    let reports = output["files"].as_array().unwrap();
    let reported: BTreeSet<&str> = reports
        .iter()
        .filter_map(|report| report["path"].as_str())
        .collect();
    // A finding in a file that a configuration names stands under that file.
    let missing = files.iter().filter(|path| !reported.contains(path.as_str()));
    assert_eq!(missing.collect::<Vec<_>>(), [""; 0]);
    let mut found = Vec::new();
    positions(&output, "", &mut found);
    for (path, line, column, offset) in &found {
        let text = fs::read_to_string(project().join(path)).unwrap();
        assert_eq!((*line, *column), count(&text, *offset), "{path} at {offset}");
    }
    let seen = found.len();
    assert!(seen > 500, "{seen}");
}

#[test]
fn columns_are_characters_and_offsets_bytes_whatever_the_file_is_written_in() {
    let line = "domain_passlist: [\"ünïcödé😀.acme.dev\", Acme.dev]";
    let plain = format!("{QUICKSTART}{line}\n");
    for (what, text) in [
        ("plain", plain.clone()),
        ("CRLF", plain.replace('\n', "\r\n")),
        ("lone CR", plain.replace('\n', "\r")),
        ("BOM", format!("\u{feff}{plain}")),
        ("BOM and CRLF", format!("\u{feff}{}", plain.replace('\n', "\r\n"))),
        ("BOM in the first line", format!("\u{feff}{line}\n{QUICKSTART}")),
    ] {
        let ran = Sandbox::with(&text).gkc(&["check", "--format", "json"]).exits(1);
        let output: Value = serde_json::from_str(&ran.out).unwrap();
        assert_valid(&output);
        let found = output["files"][0]["diagnostics"].as_array().unwrap();
        let found = found.iter().find(|d| d["rule"] == "passlist-uppercase").unwrap();
        let start = &found["range"]["start"];
        assert_eq!(start["offset"], text.find("Acme.dev").unwrap(), "{what}");
        assert_eq!(start["column"], 40, "{what}");
        assert_eq!(
            start["line"],
            if what.ends_with("first line") { 1 } else { 3 },
            "{what}"
        );
        assert_eq!(found["range"]["end"]["column"], 48, "{what}");
    }
}

#[test]
fn fixing_keeps_the_byte_order_mark_and_the_line_breaks() {
    let text = format!("\u{feff}{QUICKSTART}domain_passlist: [Acme.dev]\n").replace('\n', "\r\n");
    let sandbox = Sandbox::with(&text);
    sandbox.gkc(&["check", "--fix"]).exits(0);
    assert_eq!(
        sandbox.read("gitpod-k3s.yaml"),
        text.replace("Acme.dev", "acme.dev")
    );
}

#[test]
fn a_report_that_is_not_in_the_documented_form_is_noticed() {
    let ran = Sandbox::with(QUICKSTART).gkc(&["check", "--format", "json"]);
    let mut output: Value = serde_json::from_str(&ran.out).unwrap();
    assert_valid(&output);
    output["files"][0]["diagnostics"][0]["range"]["start"]["column"] = 0.into();
    assert!(!jsonschema::is_valid(&schema(), &output));
}
