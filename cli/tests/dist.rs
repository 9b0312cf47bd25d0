//! What others run of ours: the hooks of pre-commit, the steps of the GitHub Action, the archives of a release and their installer.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that cannot go on says so by panicking"
)]

mod support;

use serde_yaml::Value;
use std::fs;
use std::process::Command;
use support::{QUICKSTART, Ran, Sandbox, project, run};

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(project().join(path)).unwrap()).unwrap()
}

fn has(program: &str) -> bool {
    let found = Command::new("sh")
        .args(["-c", &format!("command -v {program}")])
        .output();
    let found = found.is_ok_and(|output| output.status.success());
    if !found {
        println!("skipped: {program} is not on this machine");
    }
    found
}

#[test]
fn hooks_run_with_the_names_of_files() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let sandbox = Sandbox::with(&QUICKSTART.replace("domain:", "domain:  "));
    sandbox.write("bad/gitpod-k3s.yaml", "nonsense\n");
    for hook in hooks.as_sequence().unwrap() {
        let entry = hook["entry"].as_str().unwrap();
        let of = |file: &str| run(&mut sandbox.shell(&format!("{entry} {file}")), b"");
        of("gitpod-k3s.yaml").exits(0);
        assert_ne!(of("bad/gitpod-k3s.yaml gitpod-k3s.yaml").code, 0);
        assert_eq!(hook["language"], "system");
    }
    assert_eq!(sandbox.read("gitpod-k3s.yaml"), QUICKSTART);
}

#[test]
fn pre_commit_runs_the_hooks() {
    if !has("pre-commit") || !has("git") {
        return;
    }
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.write("notes.yaml", "nonsense\n");
    let hooks = fs::read(project().join(".pre-commit-hooks.yaml")).unwrap();
    sandbox.write("hooks/.pre-commit-hooks.yaml", hooks);
    let git = "git -c user.name=t -c user.email=t@acme.dev -c init.defaultBranch=main";
    let prepare = format!(
        "cd hooks && {git} init -q . && {git} add -A && {git} commit -qm a && {git} tag v1 && cd .. && \
         {git} init -q . && {git} add gitpod-k3s.yaml notes.yaml && \
         printf 'repos: [{{repo: ./hooks, rev: v1, hooks: [{{id: gkc-check}}, {{id: gkc-fmt}}]}}]\\n' > .pre-commit-config.yaml"
    );
    run(&mut sandbox.shell(&prepare), b"").exits(0);
    let all = "pre-commit run --all-files";
    let ran = run(&mut sandbox.shell(all), b"").exits(0);
    assert_eq!(ran.out.matches("Passed").count(), 2, "{}", ran.out);
    sandbox.write("gitpod-k3s.yaml", "domain: a\ndomain: b\n");
    let ran = run(&mut sandbox.shell(all), b"").exits(1);
    assert!(ran.out.contains("duplicate-key"), "{}", ran.out);
}

/// Runs the steps of the action with inputs; what is not given has its default.
fn action(sandbox: &Sandbox, inputs: &[(&str, &str)]) -> Ran {
    let action = yaml("action.yml");
    let mut last = None;
    for step in action["runs"]["steps"].as_sequence().unwrap() {
        let mut command = sandbox.shell(step["run"].as_str().unwrap());
        command
            .env("GITHUB_ACTION_PATH", project())
            .env("RUNNER_TEMP", sandbox.path("temp"))
            .env("GITHUB_PATH", sandbox.path("path"));
        for (name, value) in step["env"].as_mapping().unwrap() {
            let value = value.as_str().unwrap();
            let input = value.trim_start_matches("${{ inputs.").trim_end_matches(" }}");
            let given = inputs.iter().find(|(name, _)| *name == input);
            let default = action["inputs"][input]["default"].as_str().unwrap();
            let value = given.map_or(default, |(_, value)| value);
            command.env(name.as_str().unwrap(), value);
        }
        let ran = run(&mut command, b"");
        let failed = ran.code != 0;
        last = Some(ran);
        if failed {
            break;
        }
    }
    last.unwrap()
}

#[test]
fn the_action_annotates_and_writes_sarif() {
    let sandbox = Sandbox::with(QUICKSTART);
    sandbox.write("a b/gitpod-k3s.yaml", "nonsense\n");
    let ran = action(&sandbox, &[("sarif", "gkc.sarif")]).exits(1);
    assert!(
        ran.out.contains("::error file=a b/gitpod-k3s.yaml,line=1"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("::warning file=gitpod-k3s.yaml"), "{}", ran.out);
    let sarif: serde_json::Value = serde_json::from_str(&sandbox.read("gkc.sarif")).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    action(&sandbox, &[("files", "gitpod-k3s.yaml\n")]).exits(0);
    action(&sandbox, &[("files", "gitpod-k3s.yaml"), ("fail-on", "warning")]).exits(1);
    let known = [
        ("files", "gitpod-k3s.yaml"),
        ("fail-on", "warning"),
        ("baseline", "known.json"),
    ];
    let ran = action(&sandbox, &known).exits(2);
    assert!(ran.out.contains("no baseline"), "{}", ran.out);
    sandbox.gkc(&["check", "--baseline", "known.json", "gitpod-k3s.yaml"]);
    action(&sandbox, &known).exits(0);
}

/// This machine's architecture, with a binary of it that is one file.
fn archives(sandbox: &Sandbox) -> Ran {
    let stub = format!("#!/bin/sh\nexec {} \"$@\"\n", env!("CARGO_BIN_EXE_gkc"));
    sandbox.write("stub", stub);
    sandbox.chmod("stub", 0o755);
    let script = project().join("dist/archives");
    let line = format!(
        "{} out --binary {} stub",
        script.display(),
        std::env::consts::ARCH
    );
    // The script changes its folder.
    let line = line
        .replace(" out ", " \"$PWD/out\" ")
        .replace(" stub", " \"$PWD/stub\"");
    run(&mut sandbox.shell(&line), b"")
}

#[test]
fn archives_are_the_same_each_time_and_install() {
    if !has("readelf") || !has("curl") {
        return;
    }
    let sandbox = Sandbox::new();
    let ran = archives(&sandbox).exits(0);
    assert!(ran.out.contains("left out: "), "{}", ran.out);
    let name = format!("gkc-{}-linux.tar.gz", std::env::consts::ARCH);
    let listed = run(&mut sandbox.shell(&format!("tar -tzf out/{name}")), b"")
        .exits(0)
        .out;
    for file in [
        "gkc",
        "README.md",
        "LICENSE-MIT",
        "man1/gkc-check.1",
        "completions/_gkc",
    ] {
        assert!(
            listed.lines().any(|line| line.ends_with(&format!("/{file}"))),
            "{listed}"
        );
    }
    let first = sandbox.read("out/SHA256SUMS");
    archives(&sandbox).exits(0);
    assert_eq!(sandbox.read("out/SHA256SUMS"), first);

    let script = project().join("dist/install.sh");
    let install = |before: &str| {
        let line = format!(
            "mkdir -p releases/download && rm -rf releases/download/v1 && cp -r out releases/download/v1 && {before}\n\
             GKC_RELEASES=file://$PWD/releases GKC_VERSION=v1 sh {}",
            script.display()
        );
        run(&mut sandbox.shell(&line), b"")
    };
    let ran = install(":").exits(0);
    assert!(ran.out.contains("gkc 0."), "{}", ran.out);
    assert!(ran.out.contains("add "), "{}", ran.out);
    run(&mut sandbox.shell(".local/bin/gkc rules"), b"").exits(0);
    // One that was changed on its way is not installed.
    fs::remove_dir_all(sandbox.path(".local")).unwrap();
    let ran = install(&format!("echo x >> releases/download/v1/{name}")).exits(1);
    assert!(ran.err.contains("checksum"), "{}", ran.err);
    assert!(!sandbox.path(".local").exists());
    let ran =
        install("printf '#!/bin/sh\\necho Darwin\\n' > uname; chmod +x uname; PATH=$PWD:$PATH").exits(1);
    assert!(ran.err.contains("no archive for Darwin"), "{}", ran.err);
}
