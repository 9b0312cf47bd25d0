//! Trees of Coder: the first user before the way in, pods that restricted namespaces take, a template that is Terraform, and a database that
//! starts. Switching the platform of a valid configuration, to and fro.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod support;

use gkc_core::diagnostic::{Severity, apply};
use gkc_core::emit::Artifact;
use gkc_core::source::{FileId, SourceFile};
use hcl_edit::structure::Body;
use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use support::{CASES, Case, text, tree};

const TREES: [&str; 5] = [
    "coder-airgap",
    "coder-azure",
    "coder-hetzner",
    "coder-rpi",
    "coder-trial",
];

fn objects(artifacts: &[Artifact]) -> Vec<Value> {
    let manifests = artifacts
        .iter()
        .filter(|artifact| artifact.path.starts_with("k3s/manifests/"));
    let read = |artifact: &Artifact| -> Vec<Value> {
        let documents = serde_yaml::Deserializer::from_str(artifact.text());
        documents
            .map(|document| Value::deserialize(document).unwrap())
            .collect()
    };
    manifests.flat_map(read).collect()
}

#[test]
fn the_first_user_is_there_before_the_way_in() {
    for name in TREES {
        let artifacts = tree(&Case::load(name));
        let script = text(&artifacts, "k3s/apply.sh");
        let at = |what: &str| script.find(what).unwrap_or_else(|| panic!("{name}: {what}"));
        assert!(at("gkc-51-owner.yaml") < at("owner_ended\n"), "{name}");
        assert!(at("owner_ended\n") < at("gkc-60-ingress.yaml"), "{name}");
        let ways_in: Vec<Value> = objects(&artifacts)
            .into_iter()
            .filter(|object| object["kind"] == "Ingress" || object["spec"]["type"] == "LoadBalancer")
            .collect();
        assert_eq!(ways_in.len(), 1, "{name}");
        let hosts = &ways_in[0]["spec"]["tls"][0]["hosts"];
        assert_eq!(hosts[1], format!("*.{}", hosts[0].as_str().unwrap()), "{name}");
    }
}

/// A kubectl for a cluster in which all is well but the job, which is in the state that the file `$STATE` names once it is applied. What it
/// is called with is in `$CALLS`.
const KUBECTL: &str = r#"#!/bin/sh
echo "$*" >>"$CALLS"
case "$*" in
*gkc-51-owner*) echo "$AFTERWARDS" >"$STATE" ;;
*'delete job/coder-owner'*) : >"$STATE" ;;
*'get job/coder-owner'*'-o name'*) [ ! -s "$STATE" ] || echo job.batch/coder-owner ;;
*'get job/coder-owner'*"$(cat "$STATE")"'")]'*) [ ! -s "$STATE" ] || printf True ;;
*'get job/coder-owner'*) ;;
*'logs job/coder-owner'*) echo 'pq: password authentication failed' ;;
esac
"#;

/// What `apply.sh` says and calls, and whether it succeeds, with the job in one state before and in another after it is applied.
fn applied(before: &str, afterwards: &str) -> (bool, String, String) {
    use std::os::unix::fs::PermissionsExt;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("apply-{before}-{afterwards}"));
    let at = |name: &str| folder.join(name);
    let _ = std::fs::remove_dir_all(&folder);
    for artifact in tree(&Case::load("coder-trial")) {
        let path = at(&artifact.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, artifact.bytes).unwrap();
    }
    std::fs::write(at("state"), before).unwrap();
    std::fs::write(at("kubectl"), KUBECTL).unwrap();
    std::fs::set_permissions(at("kubectl"), std::fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let run = Command::new("sh")
        .arg(at("k3s/apply.sh"))
        .env("PATH", path)
        .env("STATE", at("state"))
        .env("CALLS", at("calls"))
        .env("AFTERWARDS", afterwards)
        .output()
        .unwrap();
    let calls = std::fs::read_to_string(at("calls")).unwrap();
    (
        run.status.success(),
        String::from_utf8(run.stderr).unwrap(),
        calls,
    )
}

#[test]
fn a_failed_job_of_the_first_user_is_named_at_once_and_made_anew() {
    let (succeeded, said, calls) = applied("", "Failed");
    assert!(!succeeded);
    for word in [
        "pq: password authentication failed",
        "the first user was not created",
        "run this script again",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!calls.contains("gkc-60-ingress"), "the door stays shut: {calls}");
    assert!(!calls.contains("delete"), "{calls}");
    let (succeeded, said, calls) = applied("Failed", "Complete");
    assert!(succeeded, "{said}");
    let at = |what: &str| calls.find(what).unwrap_or_else(|| panic!("{what}: {calls}"));
    assert!(at("delete job/coder-owner") < at("gkc-51-owner"));
    assert!(at("gkc-51-owner") < at("gkc-60-ingress"));
    let (succeeded, said, calls) = applied("Complete", "");
    assert!(succeeded, "{said}");
    assert!(
        !calls.contains("gkc-51-owner") && !calls.contains("delete"),
        "{calls}"
    );
}

#[test]
fn a_restored_server_has_all_its_replicas() {
    let restored = |case: &Case, line: &str| text(&tree(case), "README.md").contains(line);
    assert!(restored(
        &Case::load("coder-trial"),
        "scale deploy/coder --replicas=1\n"
    ));
    let mut case = Case::load("coder-trial");
    let config = case.file.text().to_owned();
    let coder = "coder: {license: premium, replicas: 3}\n";
    assert!(!config.contains("\ncoder:"), "{config}");
    case.file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", format!("{config}{coder}"));
    assert!(restored(&case, "scale deploy/coder --replicas=3\n"));
}

#[test]
fn pods_pass_the_level_that_their_namespace_enforces() {
    for name in TREES {
        for object in objects(&tree(&Case::load(name))) {
            let pod = match object["kind"].as_str().unwrap() {
                "Job" | "StatefulSet" => object.pointer("/spec/template/spec"),
                "CronJob" => object.pointer("/spec/jobTemplate/spec/template/spec"),
                _ => continue,
            };
            let pod = pod.unwrap();
            let security = &pod["securityContext"];
            assert_eq!(security["runAsNonRoot"], true, "{name}");
            assert_eq!(security["seccompProfile"]["type"], "RuntimeDefault", "{name}");
            let containers = ["containers", "initContainers"];
            for container in containers.iter().filter_map(|key| pod[*key].as_array()).flatten() {
                let security = &container["securityContext"];
                assert_eq!(security["allowPrivilegeEscalation"], false, "{name}");
                assert_eq!(security["capabilities"]["drop"][0], "ALL", "{name}");
            }
        }
    }
}

#[test]
fn the_template_is_terraform_that_its_variables_fit() {
    for template in ["kubernetes", "envbox"] {
        let config = format!(
            "apiVersion: gitpod-k3s/v1\ndomain: coder.acme.dev\nplatform: coder\ncoder: {{workspaces: {{template: {template}}}}}\n"
        );
        let mut case = Case::of(&config, support::Given::default());
        case.options = gkc_core::Options::default().secrets_late(true);
        let artifacts = tree(&case);
        let main = text(&artifacts, "coder/template/main.tf");
        let body: Body = main.parse().unwrap();
        let labelled = |kind: &str| -> Vec<String> {
            let blocks = body.blocks().filter(|block| block.ident.as_str() == kind);
            blocks.map(|block| block.labels[0].as_str().to_owned()).collect()
        };
        let variables = text(&artifacts, "coder/template/gkc.auto.tfvars.json");
        let variables: serde_json::Map<String, Value> = serde_json::from_str(variables).unwrap();
        let mut declared = labelled("variable");
        declared.sort();
        assert_eq!(
            declared,
            variables.keys().cloned().collect::<Vec<_>>(),
            "{template}"
        );
        // Apps below a path are off.
        assert_eq!(
            main.matches("subdomain = true").count(),
            labelled("resource")
                .iter()
                .filter(|kind| *kind == "coder_app")
                .count()
        );
        formatted(main);
        fits(template, &body, main);
    }
}

/// Arguments of Terraform's own, which every resource takes.
const META_ARGUMENTS: [&str; 5] = ["count", "for_each", "depends_on", "provider", "lifecycle"];

/// The arguments, blocks and attributes that the two providers have: the providers themselves cannot be had.
fn fits(template: &str, body: &Body, main: &str) {
    let table: Value = serde_json::from_str(include_str!("coder_providers.json")).unwrap();
    for block in body.blocks() {
        let kind = block.ident.as_str();
        if matches!(kind, "resource" | "data") {
            let of = block.labels[0].as_str();
            let known = &table[kind][of];
            assert!(known.is_object(), "{template}: the table has no {kind} {of}");
            fits_block(known, "", &block.body, &format!("{template}: {of}"));
        }
    }
    // `data.coder_workspace.me.id` and the like.
    for (kind, of, attribute) in references(main) {
        let block = &table[kind][&of][""];
        let has = |list: &str| {
            block[list]
                .as_array()
                .is_some_and(|all| all.iter().any(|one| one == attribute.as_str()))
        };
        assert!(
            ["required", "optional", "read"].iter().any(|list| has(list)),
            "{template}: {of} has no attribute {attribute}"
        );
    }
}

fn fits_block(table: &Value, path: &str, body: &Body, place: &str) {
    let names = |list: &str| -> Vec<&str> {
        let all = table[path][list].as_array().into_iter().flatten();
        all.filter_map(Value::as_str).collect()
    };
    let (required, optional) = (names("required"), names("optional"));
    let mut written = Vec::new();
    for structure in body.iter() {
        let Some(block) = structure.as_block() else {
            written.push(structure.as_attribute().unwrap().key.as_str());
            continue;
        };
        // What is repeated is in `content`.
        let (name, inner) = match block.ident.as_str() {
            "dynamic" => {
                let content = block
                    .body
                    .blocks()
                    .find(|inner| inner.ident.as_str() == "content");
                (block.labels[0].as_str(), &content.unwrap().body)
            }
            name => (name, &block.body),
        };
        written.push(name);
        let deeper = if path.is_empty() {
            name.to_owned()
        } else {
            format!("{path}.{name}")
        };
        fits_block(table, &deeper, inner, place);
    }
    for name in &written {
        let known = required.contains(name) || optional.contains(name);
        let meta = path.is_empty() && META_ARGUMENTS.contains(name);
        assert!(
            known || meta,
            "{place}: no argument `{name}` in `{path}`, or it is deprecated"
        );
    }
    for name in required {
        assert!(written.contains(&name), "{place}: `{path}` lacks `{name}`");
    }
}

/// The attributes of resources and data sources that expressions refer to: the kind, the type and the attribute.
fn references(main: &str) -> Vec<(&'static str, String, String)> {
    let words = main.split(|c: char| !(c.is_ascii_alphanumeric() || "._".contains(c)));
    words
        .filter_map(|word| {
            let (kind, rest) = match word.strip_prefix("data.") {
                Some(rest) => ("data", rest),
                None => ("resource", word),
            };
            let mut parts = rest.split('.');
            let (of, _, attribute) = (parts.next()?, parts.next()?, parts.next()?);
            of.starts_with("coder_")
                .then(|| (kind, of.to_owned(), attribute.to_owned()))
        })
        .collect()
}

/// Terraform's own layout, where it is installed.
fn formatted(text: &str) {
    let started = Command::new("terraform")
        .args(["fmt", "-check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut terraform) = started else { return };
    use std::io::Write;
    terraform
        .stdin
        .take()
        .unwrap()
        .write_all(text.as_bytes())
        .unwrap();
    assert!(terraform.wait().unwrap().success(), "not in Terraform's layout");
}

/// The folder with PostgreSQL's programs, as Debian has them.
fn postgres() -> Option<PathBuf> {
    let folders = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let folders = folders.filter_map(|folder| Some(folder.ok()?.path().join("bin")));
    folders.filter(|folder| folder.join("initdb").exists()).max()
}

/// What the image's entrypoint does with the variables of the pod: a database in a folder of the volume that belongs to the pod's user.
#[test]
fn postgresql_starts_with_the_variables_and_the_volume_of_its_pod() {
    // It refuses to run as root, as in the cluster.
    let is_root = Command::new("id")
        .arg("-u")
        .output()
        .is_ok_and(|id| id.stdout == b"0\n");
    let Some(bin) = postgres() else { return };
    let artifacts = tree(&Case::load("coder-trial"));
    let set = objects(&artifacts)
        .into_iter()
        .find(|object| object["kind"] == "StatefulSet")
        .unwrap();
    let container = &set["spec"]["template"]["spec"]["containers"][0];
    let env = |name: &str| {
        let variables = container["env"].as_array().unwrap();
        let variable = variables
            .iter()
            .find(|variable| variable["name"] == name)
            .unwrap();
        variable["value"]
            .as_str()
            .unwrap_or("a password: @/?#%")
            .to_owned()
    };
    let mounted = container["volumeMounts"][0]["mountPath"].as_str().unwrap();
    let below = env("PGDATA")
        .strip_prefix(mounted)
        .unwrap()
        .trim_start_matches('/')
        .to_owned();
    assert!(!below.is_empty(), "the root of a volume is not empty");

    let volume = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("postgres-volume");
    let _ = std::fs::remove_dir_all(&volume);
    std::fs::create_dir_all(&volume).unwrap();
    let run = |program: &str, arguments: &[&str]| {
        let mut command = match is_root {
            true => {
                let mut command = Command::new("setpriv");
                command
                    .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
                    .arg(bin.join(program));
                command
            }
            false => Command::new(bin.join(program)),
        };
        let output = command
            .args(arguments)
            .env("PGPASSWORD", env("POSTGRES_PASSWORD"))
            .current_dir(&volume)
            .output();
        let output = output.unwrap();
        assert!(
            output.status.success(),
            "{program}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    };
    let password = volume.join("password");
    std::fs::write(&password, env("POSTGRES_PASSWORD")).unwrap();
    if is_root {
        let owned = Command::new("chown")
            .args(["-R", "65534:65534"])
            .arg(&volume)
            .status();
        assert!(owned.unwrap().success());
    }
    let data = volume.join(&below);
    let data = data.to_str().unwrap();
    let user = env("POSTGRES_USER");
    run(
        "initdb",
        &[
            "--auth=scram-sha-256",
            "--username",
            &user,
            "--pwfile",
            password.to_str().unwrap(),
            "-D",
            data,
        ],
    );
    let socket = volume.to_str().unwrap();
    run(
        "pg_ctl",
        &[
            "-D",
            data,
            "-w",
            "-l",
            "log",
            "-o",
            &format!("-k {socket} -h ''"),
            "start",
        ],
    );
    let host = socket.replace('/', "%2F");
    let url = |database: &str| {
        format!(
            "postgres://{user}:{}@{host}/{database}",
            "a%20password%3A%20%40%2F%3F%23%25"
        )
    };
    let said = std::panic::catch_unwind(|| {
        run(
            "psql",
            &[
                "-c",
                &format!("CREATE DATABASE {}_test", env("POSTGRES_DB")),
                &url("postgres"),
            ],
        );
        run(
            "psql",
            &[
                "-At",
                "-c",
                "SELECT current_user",
                &url(&format!("{}_test", env("POSTGRES_DB"))),
            ],
        )
    });
    run("pg_ctl", &["-D", data, "-m", "immediate", "stop"]);
    assert_eq!(said.unwrap().trim(), user);
    std::fs::remove_dir_all(&volume).unwrap();
}

/// The entry of the top level around a place, as its lines.
fn top_level(text: &str, at: usize) -> std::ops::Range<usize> {
    let begins = |line: usize| text[line..].starts_with(|c: char| c.is_ascii_alphabetic());
    let lines: Vec<usize> = std::iter::once(0)
        .chain(text.match_indices('\n').map(|(at, _)| at + 1))
        .collect();
    let start = lines
        .iter()
        .copied()
        .filter(|line| *line <= at && begins(*line))
        .max()
        .unwrap_or(0);
    let end = lines
        .iter()
        .copied()
        .find(|line| *line > at.max(start) && (*line == text.len() || begins(*line)));
    start..end.unwrap_or(text.len())
}

/// What a finding says to set, where it is not there yet.
fn added(rule: &str) -> Option<&'static str> {
    match rule {
        "coder-home-on-one-node" => Some("coder: {workspaces: {storageClass: csi}}"),
        "domain-missing" => Some("domain: dev.acme.dev"),
        _ => None,
    }
}

/// Whoever does what a finding says, key by key, ends with a valid file.
#[test]
fn a_switched_platform_is_valid_after_a_round_for_each_key() {
    for name in CASES {
        let case = Case::load(name);
        for platform in ["gitpod", "coder", "none"] {
            let before = case.file.text();
            let kept: Vec<&str> = before
                .lines()
                .filter(|line| !line.starts_with("platform:"))
                .collect();
            let mut now = format!("{}\nplatform: {platform}\n", kept.join("\n"));
            let keys = now.matches(':').count();
            let mut rounds = 0;
            loop {
                let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", now.clone());
                let checked = gkc_core::check(&file, &case.given);
                let errors = checked
                    .diagnostics
                    .iter()
                    .filter(|found| found.severity == Severity::Error);
                let Some(error) = errors.min_by_key(|found| found.fixes.is_empty()) else {
                    break;
                };
                rounds += 1;
                assert!(rounds <= keys, "{name} as {platform}: {error:#?}\n{now}");
                let at = error.span.start as usize;
                now = match error.fixes.first() {
                    None if added(error.rule.name).is_some() => {
                        format!("{now}{}\n", added(error.rule.name).unwrap_or_default())
                    }
                    None => {
                        let entry = top_level(&now, at);
                        let head = now[entry.clone()].split(':').next().unwrap_or("").to_owned();
                        assert!(
                            !["apiVersion", "platform"].contains(&head.as_str()),
                            "{name} as {platform}: {error:#?}\n{now}"
                        );
                        format!("{}{}", &now[..entry.start], &now[entry.end..])
                    }
                    Some(fix) => apply(FileId::CONFIG, &now, [fix]).0,
                };
            }
        }
    }
}
