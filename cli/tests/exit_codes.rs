//! Each row of docs/exit-codes.md, and every example that a help text gives.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use support::{QUICKSTART, Sandbox, is_root, project, run};

#[test]
fn nothing_at_or_above_the_bar_is_0() {
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.gkc(&["check"]).exits(0);
    sandbox.gkc(&["check", "--fail-on", "error"]).exits(0);
}

#[test]
fn a_tree_that_is_built_or_fresh_is_0() {
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.gkc(&["build", "--generate-secrets"]).exits(0);
    sandbox.gkc(&["build"]).exits(0);
    sandbox.gkc(&["build", "--check"]).exits(0);
}

#[test]
fn something_at_or_above_the_bar_is_1() {
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.gkc(&["check", "--fail-on", "warning"]).exits(1);
    sandbox.gkc(&["check", "--fail-on", "info"]).exits(1);
    sandbox.write("gitpod-k3s.yaml", "nonsense\n");
    sandbox.gkc(&["check"]).exits(1);
    sandbox.gkc(&["plan"]).exits(1);
    sandbox.gkc(&["secrets", "list"]).exits(1);
    sandbox.gkc(&["secrets", "generate"]).exits(1);
}

#[test]
fn an_error_that_keeps_build_from_writing_is_1() {
    let sandbox = Sandbox::with(&QUICKSTART.replace("gitpod.", "https://gitpod."));
    let ran = sandbox.gkc(&["build", "--generate-secrets"]).exits(1);
    assert!(ran.err.ends_with("nothing was built\n"), "{}", ran.err);
    assert!(!sandbox.path("build").exists());
}

#[test]
fn a_secret_without_a_value_is_1_where_it_is_needed() {
    let sandbox = Sandbox::with(QUICKSTART);
    let ran = sandbox.gkc(&["build"]).exits(1);
    assert!(ran.err.contains("K3S_TOKEN"), "{}", ran.err);
    assert!(!sandbox.path("build").exists());
    sandbox.gkc(&["build", "--only", "gitpod"]).exits(0);
}

#[test]
fn a_stale_tree_is_1() {
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.gkc(&["build", "--check"]).exits(1);
    sandbox.gkc(&["build", "--generate-secrets"]).exits(0);
    sandbox.write("build/README.md", "changed");
    sandbox.gkc(&["build", "--check"]).exits(1);
}

#[test]
fn a_file_that_is_formatted_is_0_and_one_that_is_not_is_1() {
    let sandbox = Sandbox::with("domain: gitpod.acme.dev\napiVersion:   gitpod-k3s/v1\n");
    sandbox.gkc(&["fmt", "--check"]).exits(1);
    sandbox.gkc(&["fmt"]).exits(0);
    sandbox.gkc(&["fmt", "--check"]).exits(0);
    assert_eq!(sandbox.read("gitpod-k3s.yaml"), QUICKSTART);
    for left_alone in ["a: [\n", "a: 1\na: 2\n", "? a\n: b\n"] {
        sandbox.write("gitpod-k3s.yaml", left_alone);
        sandbox.gkc(&["fmt"]).exits(1);
        sandbox.gkc(&["fmt", "--check"]).exits(1);
        assert_eq!(sandbox.read("gitpod-k3s.yaml"), left_alone);
    }
}

#[test]
fn a_file_that_is_no_text_is_1() {
    let sandbox = Sandbox::new();
    sandbox.write("gitpod-k3s.yaml", [0xff, 0xfe, 0, 0]);
    sandbox.gkc(&["check"]).exits(1);
    sandbox.gkc(&["fmt"]).exits(1);
}

#[test]
fn wrong_usage_is_2() {
    let sandbox = Sandbox::with(QUICKSTART);
    for args in [
        &[][..],
        &["frobnicate"],
        &["check", "--frobnicate"],
        &["check", "--unsafe-fixes"],
        &["check", "--diff", "--format", "json"],
        &["build", "--check", "--generate-secrets"],
        &["fmt", "-", "-"],
        &["explain", "no-such-rule"],
        &["schema", "no-such-schema"],
    ] {
        let ran = sandbox.gkc(args).exits(2);
        assert_eq!(ran.out, "", "{args:?}");
        assert_ne!(ran.err, "", "{args:?}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_2_and_the_others_are_still_reported() {
    let sandbox = Sandbox::with(QUICKSTART);
    for command in [
        &["check"][..],
        &["fmt"],
        &["build"],
        &["plan"],
        &["secrets", "list"],
    ] {
        sandbox.gkc(&[command, &["missing.yaml"]].concat()).exits(2);
    }
    sandbox.write("bad.yaml", "nonsense\n");
    let ran = sandbox.gkc(&["check", "missing.yaml", "bad.yaml"]).exits(2);
    assert!(ran.err.contains("`missing.yaml`"), "{}", ran.err);
    assert!(ran.err.contains("bad.yaml:1:1"), "{}", ran.err);
}

#[test]
fn a_file_that_cannot_be_written_is_2() {
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.gkc(&["secrets", "generate"]).exits(0);
    sandbox.write("file", "");
    let ran = sandbox.gkc(&["build", "--out", "file/build"]).exits(2);
    let words = "gkc: cannot create `file`: file exists\n";
    assert!(ran.err.ends_with(words), "{}", ran.err);
    if is_root("a folder that may not be written") {
        return;
    }
    sandbox.write("closed/x", "");
    sandbox.chmod("closed", 0o500);
    let ran = sandbox.gkc(&["build", "--out", "closed/build"]).exits(2);
    assert!(
        ran.err
            .ends_with("gkc: cannot write to `closed`: permission denied\n"),
        "{}",
        ran.err
    );
}

#[test]
fn standard_output_on_a_full_disk_is_2() {
    if !std::path::Path::new("/dev/full").exists() {
        println!("skipped: this system has no /dev/full");
        return;
    }
    let sandbox = Sandbox::new();
    let ran = run(&mut sandbox.shell("gkc rules > /dev/full"), b"").exits(2);
    assert_eq!(ran.err, "gkc: cannot write to `standard output`: disk is full\n");
    // Nobody can read why, but the code still says it.
    run(&mut sandbox.shell("gkc check missing.yaml 2> /dev/full"), b"").exits(2);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let sandbox = Sandbox::new();
    let ran = run(&mut sandbox.shell("{ gkc rules; echo $? >&2; } | head -n 1"), b"");
    assert_eq!(ran.err, "0\n");
}

#[test]
fn the_documents_know_these_codes_and_no_other() {
    let text = std::fs::read_to_string(project().join("docs/exit-codes.md")).unwrap();
    let rows: Vec<&str> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.get(..1))
        .collect();
    assert_eq!(rows, ["c", "0", "1", "2"]);
}

/// A folder with everything that the examples name.
fn example_folder() -> Sandbox {
    let sandbox = Sandbox::with(QUICKSTART);
    let policy = r#"{"grants": [{"src": ["ada@acme.dev"], "dst": ["tag:server"], "ip": ["6443"]}], "tagOwners": {"tag:server": []}}"#;
    sandbox.write("tailnet.hujson", policy);
    sandbox.write(
        "build/tailscale/policy.hujson",
        r#"{"groups": {"group:ops": ["ada@acme.dev"]}}"#,
    );
    sandbox.write(
        "tailnet.json",
        r#"{
            "domains": ["acme.dev"],
            "users": [{"login": "ada@acme.dev", "roles": []}],
            "nodes": [
                {"name": "laptop", "user": "ada@acme.dev", "tags": [], "ips": ["100.64.0.1"], "advertised": [], "approved": []},
                {"name": "server", "user": null, "tags": ["tag:server"], "ips": ["100.64.0.2"], "advertised": [], "approved": []}
            ]
        }"#,
    );
    std::os::unix::fs::symlink(project().join("golden"), sandbox.path("golden")).unwrap();
    sandbox
}

#[test]
fn every_command_helps_with_an_example_that_works() {
    let mut open: Vec<Vec<String>> = vec![Vec::new()];
    let mut tried = 0;
    while let Some(path) = open.pop() {
        let mut args: Vec<&str> = path.iter().map(String::as_str).collect();
        args.push("--help");
        let sandbox = example_folder();
        let help = sandbox.gkc(&args).exits(0).out;
        let example = help
            .split("Example:\n  ")
            .nth(1)
            .and_then(|rest| rest.lines().next());
        let example = example.unwrap_or_else(|| panic!("no example in {help}"));
        let command = ["gkc".to_owned()]
            .into_iter()
            .chain(path.clone())
            .collect::<Vec<_>>()
            .join(" ");
        assert!(example.starts_with(&command), "{example}");
        // Some examples build beside what others read.
        let example = example.replace("gkc build ", "gkc build --out tree ");
        run(&mut sandbox.shell(&example), b"").exits(0);
        tried += 1;
        let commands = help.split("Commands:\n").nth(1).unwrap_or_default();
        for line in commands.lines().take_while(|line| !line.is_empty()) {
            let name = line
                .strip_prefix("  ")
                .and_then(|line| line.split(' ').next())
                .unwrap_or_default();
            if !name.is_empty() && name != "help" {
                open.push(path.iter().cloned().chain([name.to_owned()]).collect());
            }
        }
    }
    assert!(tried >= 10, "{tried}");
}
