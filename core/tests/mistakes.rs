//! Single mistakes in configurations that are right: each is named once, at its characters, and nothing follows from it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use gkc_core::analyse;
use gkc_core::diagnostic::{Diagnostic, Severity, Sink};
use gkc_core::inputs::NoInputs;
use gkc_core::source::{FileId, SourceFile};
use gkc_core::syntax::parse;
use gkc_core::syntax::pointer::Step;
use std::collections::{BTreeSet, HashSet};
use support::golden;

/// What is found above info.
fn found(text: &str) -> (SourceFile, Vec<Diagnostic>) {
    let file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
    let mut found = analyse(&file, &NoInputs, gkc_core::Options::default()).diagnostics;
    found.retain(|found| found.severity > Severity::Info);
    (file, found)
}

fn bases() -> Vec<String> {
    let read =
        |name: &&str| std::fs::read_to_string(golden("build").join(name).join("gitpod-k3s.yaml")).unwrap();
    support::CASES.iter().map(read).collect()
}

/// Every name of a key in the published schema.
fn names() -> HashSet<String> {
    fn collect(schema: &serde_json::Value, names: &mut HashSet<String>) {
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            names.insert(name.clone());
            collect(property, names);
        }
        let parts = schema.as_object().into_iter().flat_map(|schema| schema.values());
        let items = schema.as_array().into_iter().flatten();
        parts.chain(items).for_each(|part| collect(part, names));
    }
    let mut names = HashSet::new();
    collect(
        &serde_json::from_str(&gkc_core::json_schema()).unwrap(),
        &mut names,
    );
    names
}

/// Where a line's first key stands, where it has one.
fn key_of(line: &str) -> Option<std::ops::Range<usize>> {
    let start = line.find(|c: char| c != ' ' && c != '-')?;
    let length = line[start..].find(|c: char| !c.is_ascii_alphanumeric() && c != '_')?;
    line[start + length..]
        .starts_with(':')
        .then_some(start..start + length)
}

/// The key with two letters swapped, one dropped and one doubled.
fn slips(key: &str) -> Vec<String> {
    let at = key.len() / 2;
    let (before, after) = key.split_at(at);
    let mut swapped: Vec<char> = key.chars().collect();
    swapped.swap(at - 1, at);
    let doubled = after.chars().next().unwrap_or_default();
    vec![
        swapped.into_iter().collect(),
        format!("{before}{}", &after[1..]),
        format!("{before}{doubled}{after}"),
    ]
}

#[test]
fn a_misspelt_key_is_one_mistake() {
    let names = names();
    let mut seen = BTreeSet::new();
    let (mut all, mut alone, mut loud) = (0, 0, Vec::new());
    for base in bases() {
        let (_, before) = found(&base);
        let before: BTreeSet<_> = before
            .iter()
            .map(|found| (found.rule.name, found.message.clone()))
            .collect();
        let mut start = 0;
        for line in base.split_inclusive('\n') {
            let at = start;
            start += line.len();
            let Some(key) = key_of(line) else { continue };
            let name = &line[key.clone()];
            // A shorter one has no letters that a slip would leave.
            if name.len() < 4 || !names.contains(name) || !seen.insert(name.to_owned()) {
                continue;
            }
            for slip in slips(name)
                .iter()
                .filter(|slip| *slip != name && !names.contains(*slip))
            {
                let text = format!("{}{slip}{}", &base[..at + key.start], &base[at + key.end..]);
                let (file, mut found) = found(&text);
                found.retain(|found| !before.contains(&(found.rule.name, found.message.clone())));
                let named = found.iter().any(|found| {
                    let help = found.help.as_deref().unwrap_or("");
                    file.slice(found.span) == slip && help.contains(&format!("`{name}`"))
                });
                assert!(named, "{slip} for {name}: {found:#?}");
                all += 1;
                match found.len() {
                    1 => alone += 1,
                    _ => loud.push((slip.clone(), found.len())),
                }
            }
        }
    }
    assert!(all > 150, "{all}");
    assert!(alone * 100 >= all * 98, "{alone} of {all}: {loud:?}");
}

/// Of the scalars of the goldens, how many are left alone for each that is taken out; with `GKC_THOROUGH=1`, none.
const EVERY: usize = 2;

/// What is said where a file cannot be read as a configuration. All else is said of the configuration that it is.
const OF_READING: [&str; 7] = [
    "artifact-rejected",
    "invalid-value",
    "missing-key",
    "secret-unresolved",
    "syntax",
    "unknown-key",
    "wrong-type",
];

#[test]
fn a_value_that_is_nothing_is_said_at_its_key_or_means_the_default() {
    let every = if support::thorough() { 1 } else { EVERY };
    let (mut number, mut tried, mut wrong) = (0, 0, Vec::new());
    for base in bases() {
        let (file, before) = found(&base);
        let before: BTreeSet<_> = before
            .iter()
            .map(|found| (found.rule.name, &found.message))
            .collect();
        let tree = parse(&file, &mut Sink::new());
        for span in tree.scalars() {
            let at = tree.node_at_offset(span.start).unwrap();
            let Some(Step::Key(name)) = at.path.last().filter(|_| at.key.is_none()) else {
                continue;
            };
            number += 1;
            if number % every > 0 {
                continue;
            }
            tried += 1;
            let range = span.range();
            let key = base[..range.start].rfind(name.as_str()).unwrap_or(range.start);
            let text = format!("{}null{}", &base[..range.start], &base[range.end..]);
            let (file, found) = found(&text);
            let new = found
                .iter()
                .filter(|found| !before.contains(&(found.rule.name, &found.message)));
            let elsewhere = new.filter(|found| {
                let place = found.span.range();
                let is_elsewhere = place.end <= key || place.start > range.start + "null".len();
                is_elsewhere && OF_READING.contains(&found.rule.name)
            });
            for found in elsewhere {
                let place = file.slice(found.span);
                wrong.push(format!(
                    "{name}: {} at `{place}`: {}",
                    found.rule.name, found.message
                ));
            }
        }
    }
    assert!(tried > 100, "{tried}");
    assert!(
        wrong.is_empty(),
        "{} of {tried}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A configuration without a finding above info, to make one mistake in.
const CLEAN: &str = "apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
domain_passlist: [acme.dev]
gitpod:
  repository: registry.acme.dev/gitpod
  region: eu-central-1
  workspace: {maxLifetime: 24h, timeout: 30m, requests: {cpu: \"1\", memory: 4Gi}}
authProviders:
  - {id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: GITHUB_SECRET}}
certificate:
  acme:
    email: ops@acme.dev
    dns01:
      cloudflare: {apiToken: {env: CF_TOKEN}}
database:
  external: {host: db.acme.dev, port: 3306, username: gitpod, password: {env: DB_PASSWORD}}
ssh:
  user: ops
  authorizedKeys: [ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOJZc0pTqQ0g3G3QxZCq0v4b0hBq2v9yE5n8w3m1kKXY ops@acme.dev]
cluster:
  name: acme
  provider: hetzner
  location: nbg1
  network: {nodes: 10.2.0.0/16}
  servers: {count: 3}
  pools:
    - {name: services, count: 2, workloads: [meta, ide, services]}
    - {name: workspaces, count: 3, workloads: [regular, headless]}
  firewall: {ssh: [198.51.100.0/24], api: [198.51.100.0/24]}
k3s:
  snapshots: {schedule: \"0 */6 * * *\", retention: 12}
cloudInit:
  afterK3s:
    - test -d /var/lib/rancher
";

#[test]
fn mistakes_of_habit_are_named_once() {
    let (_, clean) = found(CLEAN);
    assert!(clean.is_empty(), "{clean:#?}");
    // What is written, what is written instead, and where the one finding is.
    for (right, wrong, at) in [
        ("{env: DB_PASSWORD}", "{env: $DB_PASSWORD}", "$DB_PASSWORD"),
        (
            "{env: DB_PASSWORD}",
            "{env: \"${DB_PASSWORD}\"}",
            "\"${DB_PASSWORD}\"",
        ),
        ("{env: DB_PASSWORD}", "{env: DB-PASSWORD}", "DB-PASSWORD"),
        ("{env: DB_PASSWORD}", "{file: ~/password}", "~/password"),
        ("{env: DB_PASSWORD}", "$DB_PASSWORD", "$DB_PASSWORD"),
        (
            "{env: DB_PASSWORD}",
            "\"{{ env.DB_PASSWORD }}\"",
            "\"{{ env.DB_PASSWORD }}\"",
        ),
        (
            "{env: DB_PASSWORD}",
            "op://ops/db/password",
            "op://ops/db/password",
        ),
        (
            "{env: DB_PASSWORD}",
            "ref+vault://ops/db#/password",
            "ref+vault://ops/db#/password",
        ),
        ("{env: DB_PASSWORD}", "!secret db_password", "!secret"),
        ("{env: DB_PASSWORD}", "var.db_password", "var.db_password"),
        ("{env: DB_PASSWORD}", "{env:DB_PASSWORD}", "env:DB_PASSWORD"),
        (
            "clientSecret: {env: GITHUB_SECRET}",
            "clientSecret: your-client-secret",
            "your-client-secret",
        ),
        (
            "{env: DB_PASSWORD}",
            "{terraform: \"${var.db}\"}",
            "\"${var.db}\"",
        ),
        ("{env: DB_PASSWORD}", "{terraform: \"var.db[0\"}", "\"var.db[0\""),
        ("{env: DB_PASSWORD}", "<password>", "<password>"),
        ("host: db.acme.dev", "host: \"${var.db\"", "\"${var.db\""),
        ("host: db.acme.dev", "host: \"\"", "\"\""),
        ("host: db.acme.dev", "host:", "host"),
        ("host: db.acme.dev", "hostname: db.acme.dev", "hostname"),
        ("username: gitpod", "username: “gitpod”", "“gitpod”"),
        ("port: 3306", "port: 03306", "03306"),
        ("port: 3306", "port: 5432", "5432"),
        ("type: GitHub", "kind: GitHub", "kind"),
        ("type: GitHub", "type: GitLab", "GitLab"),
        (
            "clientId: Iv1.0123456789abcdef",
            "clientId: <your-client-id>",
            "<your-client-id>",
        ),
        ("clientId: Iv1.0123456789abcdef", "clientId: xxx", "xxx"),
        ("id: GitHub", "id: '@'", "'@'"),
        ("region: eu-central-1", "region: \"\"", "\"\""),
        ("memory: 4Gi", "memory: 4", "4"),
        ("memory: 4Gi", "memory: 4000m", "4000m"),
        ("timeout: 30m", "timeout: 48h", "48h"),
        ("domain_passlist: [acme.dev]", "domain_passlist: [co.uk]", "co.uk"),
        ("provider: hetzner", "provider: Hetzner", "Hetzner"),
        ("location: nbg1", "location: no", "no"),
        ("k3s:\n", "k3s:\n  kubelet-arg: [max-pods=200]\n", "kubelet-arg"),
        ("count: 2,", "replicas: 2,", "replicas"),
        ("  email: ops", "\temail: ops", "\t"),
        ("test -d /var/lib/rancher", "! test -d /x", "!"),
        ("test -d /var/lib/rancher", "[ -d /x ] || y", "[ -d /x ] || y"),
        ("test -d /var/lib/rancher", "echo a: b", "echo a: b"),
    ] {
        assert!(CLEAN.contains(right), "{right}");
        let (file, found) = found(&CLEAN.replacen(right, wrong, 1));
        let places: Vec<&str> = found
            .iter()
            .map(|found| file.slice(found.span).trim_end_matches('\n'))
            .collect();
        assert_eq!(places, [at], "{wrong}: {found:#?}");
    }
}
