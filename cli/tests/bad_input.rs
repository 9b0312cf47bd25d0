//! Whatever a file holds, there is one clear answer with the documented exit code, and soon.
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
use std::fs;
use std::time::{Duration, Instant};
use support::{QUICKSTART, Ran, Sandbox, is_root};

/// A release build answers within one second; a debug build on a busy machine gets more.
const SOON: Duration = Duration::from_secs(if cfg!(debug_assertions) { 20 } else { 1 });

/// How much may be said about one mistake, in bytes.
const MUCH: usize = 16 * 1024;

#[track_caller]
fn is_calm(ran: &Ran, since: Instant) {
    assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
    for word in ["panicked", "RUST_BACKTRACE", "os error", "src/"] {
        assert!(!ran.all().contains(word), "{}", ran.all());
    }
    assert!(ran.err.len() < MUCH, "{} bytes", ran.err.len());
}

/// Checks a file of these bytes; returns the rules of the errors that were found.
#[track_caller]
fn errors(bytes: impl AsRef<[u8]>) -> Vec<String> {
    let sandbox = Sandbox::new();
    sandbox.write("gitpod-k3s.yaml", bytes);
    for args in [
        &["check"][..],
        &["fmt", "--check"],
        &["build"],
        &["plan"],
        &["probe", "--config", "gitpod-k3s.yaml"],
        &["secrets", "list"],
    ] {
        let start = Instant::now();
        let ran = sandbox.gkc(args);
        is_calm(&ran, start);
        if ["check", "build"].contains(&args[0]) {
            ran.exits(1);
        }
    }
    assert!(!sandbox.path("build").exists());
    let json = sandbox.gkc(&["check", "--format", "json"]).exits(1).out;
    let output: Value = serde_json::from_str(&json).unwrap();
    let found = output["files"][0]["diagnostics"].as_array().unwrap();
    found
        .iter()
        .filter(|d| d["severity"] == "error")
        .map(|d| d["rule"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_file_without_a_configuration_is_one_finding() {
    assert_eq!(errors(""), ["missing-key"]);
    assert_eq!(errors("\n\n\n"), ["missing-key"]);
    assert_eq!(errors("\u{feff}"), ["missing-key"]);
    assert_eq!(errors("# nothing\n# here\n"), ["missing-key"]);
    assert_eq!(errors("---\n"), ["missing-key"]);
}

#[test]
fn another_kind_of_document_is_one_finding() {
    assert_eq!(errors("- a\n- b\n"), ["wrong-type"]);
    assert_eq!(errors("hello\n"), ["wrong-type"]);
    assert_eq!(errors("42"), ["wrong-type"]);
    assert_eq!(
        errors(format!("{QUICKSTART}---\ndomain: other.acme.dev\n")),
        ["syntax"]
    );
}

#[test]
fn what_is_no_text_is_one_finding() {
    assert_eq!(errors([0x7f, b'E', b'L', b'F', 0, 0xff, 0xd8]), ["syntax"]);
    let utf16: Vec<u8> = "\u{feff}domain: a\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(errors(utf16), ["syntax"]);
    let all: Vec<u8> = (0..=255).collect();
    assert_eq!(errors(all), ["syntax"]);
}

#[test]
fn a_nul_byte_is_named_where_it_stands() {
    let found = errors(format!("{QUICKSTART}# \0\n"));
    assert_eq!(found, ["syntax"]);
}

#[test]
fn what_a_terminal_would_obey_does_not_reach_it() {
    let text = format!("{QUICKSTART}\x1b[2J: 1 # \u{9b}31m \u{202e}\ncluster: {{name: \"\\e[31mx\"}}\n");
    let sandbox = Sandbox::with(&text);
    for args in [
        &["check"][..],
        &["check", "--color", "always"],
        &["fmt", "--check"],
        &["build"],
        &["plan"],
        &["probe", "--config", "gitpod-k3s.yaml"],
    ] {
        let err = sandbox.gkc(args).exits(1).err;
        for sign in ["\x1b[2J", "\x1b[31mx", "\u{9b}", "\u{202e}"] {
            assert!(!err.contains(sign), "{err:?}");
        }
    }
}

#[test]
fn a_hundred_thousand_brackets_are_one_finding() {
    for text in [
        "[".repeat(100_000),
        format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
    ] {
        let found = errors(&text);
        assert_eq!(
            found.iter().filter(|rule| *rule == "limit").count(),
            1,
            "{found:?}"
        );
        assert!(found.len() <= 2, "{found:?}");
    }
    let found = errors(format!("{QUICKSTART}k3s: {{kubelet: {}\n", "[".repeat(100_000)));
    assert!(found.contains(&"limit".to_owned()), "{found:?}");
}

#[test]
fn a_billion_laughs_are_one_finding_each_reader_survives() {
    let mut text = format!(
        "{QUICKSTART}k3s:\n  serverConfig:\n    a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    );
    for i in 1..12 {
        let row = vec![format!("*a{}", i - 1); 9].join(", ");
        text += &format!("    a{i}: &a{i} [{row}]\n");
    }
    let found = errors(&text);
    assert_eq!(
        found.iter().filter(|rule| *rule == "limit").count(),
        1,
        "{found:?}"
    );
}

#[test]
fn a_long_list_is_one_finding_and_read_in_part() {
    const HEAD: &str = "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ngitpod: {repository: registry.acme.dev/gitpod}\n";
    let many = |entry: &str| format!("{entry},").repeat(480_000);
    for (before, entry, after, limit) in [
        (
            "cluster: {nodes: [",
            "{}",
            "]}",
            "`nodes` has more than 5000 entries",
        ),
        (
            "cluster: {pools: [",
            "{}",
            "]}",
            "`pools` has more than 5000 entries",
        ),
        (
            "authProviders: [",
            "{}",
            "]",
            "`authProviders` has more than 20000 entries",
        ),
        (
            "domain_passlist: [",
            "A",
            "]",
            "`domain_passlist` has more than 20000 entries",
        ),
        (
            "ssh: {authorizedKeys: [",
            "x",
            "]}",
            "`authorizedKeys` has more than 20000 entries",
        ),
        (
            "cloudInit: {files: [",
            "{}",
            "]}",
            "`files` has more than 20000 entries",
        ),
        (
            "k3s: {serverConfig: {kubelet-arg: [",
            "x",
            "]}}",
            "`kubelet-arg` has more than 20000 entries",
        ),
    ] {
        let sandbox = Sandbox::with(&format!("{HEAD}{before}{}{after}\n", many(entry)));
        let start = Instant::now();
        let ran = sandbox
            .gkc(&["check", "--format", "concise", "--max-diagnostics", "0"])
            .exits(1);
        is_calm(&ran, start);
        let said = ran.all().matches(limit).count();
        assert_eq!(said, 1, "{before}: {:.2000}", ran.all());
    }
    // A mapping with keys of its own too.
    let labels: String = (0..100_000).map(|number| format!("x{number}: a,")).collect();
    let sandbox = Sandbox::with(&format!(
        "{HEAD}cluster: {{pools: [{{name: a, labels: {{{labels}}}}}]}}\n"
    ));
    let ran = sandbox.gkc(&["check", "--format", "concise"]).exits(1);
    assert!(
        ran.all().contains("`labels` has more than 20000 entries"),
        "{}",
        ran.all()
    );
}

#[test]
fn one_endless_line_is_not_shown_whole() {
    let found = errors(format!(
        "apiVersion: gitpod-k3s/v1\ndomain: {}\n",
        "a".repeat(300_000)
    ));
    assert!(found.contains(&"domain-not-fqdn".to_owned()), "{found:?}");
}

#[test]
fn a_hundred_megabytes_are_refused_unread() {
    let sandbox = Sandbox::new();
    sandbox.write("gitpod-k3s.yaml", "");
    let file = fs::OpenOptions::new()
        .write(true)
        .open(sandbox.path("gitpod-k3s.yaml"))
        .unwrap();
    file.set_len(100 * 1024 * 1024).unwrap();
    for command in ["check", "build", "plan"] {
        let start = Instant::now();
        let ran = sandbox.gkc(&[command]).exits(1);
        is_calm(&ran, start);
        assert!(ran.err.contains("file is larger than 8 MiB"), "{}", ran.err);
    }
}

#[test]
fn twenty_megabytes_on_standard_input_are_refused() {
    let start = Instant::now();
    let text = "# a comment\n".repeat(20 * 1024 * 1024 / 12);
    let ran = Sandbox::new().gkc_with(&["check", "-"], text.as_bytes()).exits(1);
    is_calm(&ran, start);
    assert!(ran.err.contains("file is larger than 8 MiB"), "{}", ran.err);
    assert!(ran.err.contains("<stdin>"), "{}", ran.err);
}

#[test]
fn what_is_no_file_is_one_line() {
    let sandbox = Sandbox::new();
    sandbox.write("folder/x", "");
    for (path, words) in [
        ("missing.yaml", "cannot read `missing.yaml`: no such file"),
        (
            "folder/x/y",
            "cannot read `folder/x/y`: a parent of the path is a file",
        ),
        (
            "folder",
            "no gitpod-k3s.yaml in `folder` or below; `files` in gkc.toml can name others",
        ),
    ] {
        let ran = sandbox.gkc(&["check", path]).exits(2);
        assert_eq!(ran.err, format!("gkc: {words}\n"));
    }
}

#[test]
fn an_unreadable_file_is_one_line() {
    if is_root("an unreadable file") {
        return;
    }
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.chmod("gitpod-k3s.yaml", 0);
    for command in ["check", "build", "plan"] {
        let ran = sandbox.gkc(&[command]).exits(2);
        assert_eq!(ran.err, "gkc: cannot read `gitpod-k3s.yaml`: permission denied\n");
    }
}

#[test]
fn a_secrets_file_that_cannot_be_read_is_one_line() {
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.write("gitpod-k3s.secrets.env", [b'A', b'=', 0xff]);
    let ran = sandbox.gkc(&["check"]).exits(2);
    assert_eq!(
        ran.err,
        "gkc: cannot read `gitpod-k3s.secrets.env`: not UTF-8 text\n"
    );
    fs::remove_file(sandbox.path("gitpod-k3s.secrets.env")).unwrap();
    fs::create_dir(sandbox.path("gitpod-k3s.secrets.env")).unwrap();
    let ran = sandbox.gkc(&["check"]).exits(2);
    assert_eq!(
        ran.err,
        "gkc: cannot read `gitpod-k3s.secrets.env`: is a directory\n"
    );
}

#[cfg(unix)]
#[test]
fn pipes_and_huge_files_in_the_place_of_a_file_hold_nobody_up() {
    let sandbox =
        Sandbox::with("apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\nk3s: {token: {file: token}}\n");
    sandbox.write("token", "a-token-of-enough-letters-0123456789");
    sandbox.gkc(&["build", "--generate-secrets"]).exits(0);
    let pipe = |path: &str| {
        let _ = std::fs::remove_file(sandbox.path(path));
        let made = std::process::Command::new("mkfifo")
            .arg(sandbox.path(path))
            .status();
        assert!(made.unwrap().success());
    };
    pipe("token");
    pipe("build/README.md");
    pipe("build/gkc.lock.json");
    let ran = sandbox.gkc(&["check"]).exits(0);
    assert!(
        ran.all().contains("cannot read file `token`: not a regular file"),
        "{}",
        ran.all()
    );
    sandbox.gkc(&["build", "--check"]).exits(1);
    pipe("gitpod-k3s.secrets.env");
    let ran = sandbox.gkc(&["check"]).exits(2);
    assert!(ran.err.contains("not a regular file"), "{}", ran.err);
    std::fs::remove_file(sandbox.path("gitpod-k3s.secrets.env")).unwrap();
    let huge = std::fs::File::create(sandbox.path("gitpod-k3s.secrets.env")).unwrap();
    huge.set_len(2 << 30).unwrap();
    let ran = sandbox.gkc(&["check"]).exits(2);
    assert!(ran.err.contains("larger than 1048576 bytes"), "{}", ran.err);
}
