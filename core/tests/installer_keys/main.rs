//! Every key of the Installer's config by every release, held against a table that was taken from the Installer's sources by itself:
//! `keys.tsv` has each key with its Go type, the first and the last release that has it, the file, and the commits that added and removed it.
//! Releases up to 2022.11.4 are tags and release branches; later ones are the main branch at the end of each month.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

#[path = "../support/mod.rs"]
mod support;

use gkc_core::facts::gitpod::{FIRST, Release};
use gkc_core::source::{FileId, SourceFile};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use support::{Case, Given};

/// A line of the table.
struct Key {
    /// Its path: `[]` for items, `<key>` for the user's own keys.
    path: Vec<String>,
    go_type: String,
    first: Release,
    last: Release,
}

impl Key {
    fn is_of(&self, release: Release) -> bool {
        self.first <= release && release <= self.last
    }
}

/// The table.
fn keys() -> Vec<Key> {
    let lines = include_str!("keys.tsv").lines().skip(1);
    let keys = lines.map(|line| {
        let columns: Vec<&str> = line.split('\t').collect();
        let [path, go_type, first, last, ..] = columns.as_slice() else {
            panic!("{line}");
        };
        let path = path.replace("[]", ".[]");
        Key {
            path: path.split('.').map(str::to_owned).collect(),
            go_type: (*go_type).to_owned(),
            first: Release::parse(first).unwrap(),
            last: Release::parse(last).unwrap(),
        }
    });
    keys.collect()
}

/// The releases with a tag, then the months of the main branch, then its head.
fn releases() -> Vec<Release> {
    let tags = [
        "2022.01",
        "2022.01.1",
        "2022.02",
        "2022.03",
        "2022.03.1",
        "2022.03.2",
        "2022.03.3",
        "2022.04",
        "2022.04.1",
        "2022.05",
        "2022.05.2",
        "2022.06",
        "2022.06.1",
        "2022.07",
        "2022.07.1",
        "2022.08",
        "2022.09",
        "2022.09.1",
        "2022.09.2",
        "2022.10",
        "2022.10.2",
        "2022.11",
        "2022.11.1",
        "2022.11.2",
        "2022.11.3",
        "2022.11.4",
    ];
    let mut releases: Vec<Release> = tags.iter().map(|tag| Release::parse(tag).unwrap()).collect();
    let months = (2022..=2026).flat_map(|year| (1..=12).map(move |month| Release::month(year, month)));
    releases.extend(
        months.filter(|month| *month >= Release::month(2022, 12) && *month <= Release::month(2026, 6)),
    );
    releases.push(Release::Main);
    releases.retain(|release| *release >= FIRST);
    releases
}

/// A value that Go reads into a type without fields of its own.
fn value(key: &Key) -> Value {
    let go_type = key.go_type.trim_start_matches('*');
    let name = key.path.last().unwrap();
    match go_type {
        "InstallationKind=string" => json!("Full"),
        "ObjectRefKind=string" => json!("secret"),
        "LogLevel=string" => json!("info"),
        "FSShiftMethod=string" => json!("shiftfs"),
        "corev1.ServiceType" => json!("ClusterIP"),
        "TracingSampleType=string" => json!("const"),
        "string" if name.starts_with("containerd") => json!("/run/containerd"),
        "bool" => json!(true),
        "int" | "int32" | "int64" | "uint" | "uint32" | "CPUTime" | "Bandwidth=uint64" => json!(1),
        "float32" | "float64" => json!(0.5),
        "resource.Quantity" => json!("1Gi"),
        "corev1.ResourceList" => json!({"cpu": "1"}),
        "map[string]string" | "ServiceAnnotations" => json!({"a": "b"}),
        "[]string" => json!(["x"]),
        "[]corev1.EnvVar" => json!([]),
        "time.Time" => json!("2023-01-01T00:00:00Z"),
        _ if go_type.contains("Duration") => json!("1h"),
        _ if go_type.starts_with("map[") || go_type.contains('.') => json!({}),
        _ if go_type.ends_with("string") || go_type == "[]byte" => json!("x"),
        _ => json!({}),
    }
}

/// The config with these keys.
fn config<'k>(keys: impl Iterator<Item = &'k Key> + Clone) -> Value {
    let paths: BTreeSet<&[String]> = keys.clone().map(|key| key.path.as_slice()).collect();
    let has_fields = |key: &Key| {
        paths
            .iter()
            .any(|path| path.len() > key.path.len() && path.starts_with(&key.path))
    };
    let mut config = json!({});
    for key in keys.filter(|key| !has_fields(key)) {
        let mut at = &mut config;
        for step in &key.path {
            at = match step.as_str() {
                "[]" => {
                    if !at.is_array() {
                        *at = json!([{}]);
                    }
                    &mut at[0]
                }
                "<key>" => at.as_object_mut().unwrap().entry("some").or_insert(json!({})),
                step => at.as_object_mut().unwrap().entry(step).or_insert(json!({})),
            };
        }
        *at = value(key);
    }
    config
}

/// A certificate that every release accepts.
const CERTIFICATE: &str =
    "certificate: {acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_TOKEN}}}}}\n";

/// What is said of a patch in a release by a rule: the keys that are marked.
fn found(rule: &str, release: Release, patch: &Value) -> Vec<(String, String)> {
    let config = format!(
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n{CERTIFICATE}gitpod:\n  release: \"{release}\"\n  configPatch: {patch}\n"
    );
    let checked = Case::of(&config, Given::default()).checked();
    let found = checked.diagnostics.iter();
    let found = found.filter(|found| found.rule.name == rule);
    found
        .map(|found| (config[found.span.range()].to_owned(), found.message.clone()))
        .collect()
}

fn rejected(release: Release, patch: &Value) -> Vec<(String, String)> {
    found("config-patch-rejected", release, patch)
}

// Keys that replace each other, or that older structures had with another type.
#[test]
fn each_release_takes_all_of_its_own_keys() {
    let keys = keys();
    for release in releases() {
        let patch = config(keys.iter().filter(|key| key.is_of(release)));
        let rejected = rejected(release, &patch);
        let (twice, others): (Vec<_>, Vec<_>) = rejected
            .into_iter()
            .partition(|(_, message)| message.ends_with("are both set"));
        assert_eq!(others, [], "{release}");
        // The messages of the Installer's own check, counted at each state.
        let counted = match release {
            old if old < Release::month(2022, 7) => 0,
            old if old < Release::month(2023, 1) => 3,
            old if old < Release::month(2023, 2) => 6,
            old if old < Release::month(2023, 7) => 10,
            _ => 9,
        };
        assert_eq!(twice.len(), counted, "{release}: {twice:?}");
    }
}

/// What the states ignore whose uses of each field were looked at, by the keys that a config with all keys marks.
const IGNORED: [(&str, &[&str]); 4] = [
    ("2022.11.1", &[]),
    (
        "2022.11.2",
        &[
            "experimental.webapp.usage.billInstancesAfter",
            "experimental.webapp.usage.creditsPerMinuteByWorkspaceClass",
            "experimental.webapp.usage.enabled",
            "experimental.workspace.classes.some.resources.limits.cpu.buckets",
            "experimental.workspace.contentService",
            "experimental.workspace.enableProtectedSecrets",
            "objectStorage.maximumBackupCount",
        ],
    ),
    (
        "2023.03",
        &[
            "containerRegistry.external.credentials",
            "customCACert",
            "experimental.webapp.iam",
            "experimental.webapp.usage.billInstancesAfter",
            "experimental.webapp.usage.creditsPerMinuteByWorkspaceClass",
            "experimental.webapp.usage.enabled",
            "experimental.webapp.usePodAntiAffinity",
            "experimental.webapp.workspaceClasses.0.deprecated",
            "experimental.workspace.classes.some.resources.limits.cpu.buckets",
            "experimental.workspace.contentService",
            "experimental.workspace.enableProtectedSecrets",
            "objectStorage.maximumBackupCount",
            "objectStorage.s3.allowInsecureConnection",
            "objectStorage.s3.endpoint",
        ],
    ),
    (
        "main",
        &[
            "containerRegistry.external.credentials",
            "containerRegistry.subassemblyBucket",
            "experimental.webapp.iam",
            "experimental.webapp.usage.billInstancesAfter",
            "experimental.webapp.usage.creditsPerMinuteByWorkspaceClass",
            "experimental.webapp.usage.enabled",
            "experimental.webapp.usePodAntiAffinity",
            "experimental.webapp.workspaceClasses.0.deprecated",
            "experimental.workspace.classes.some.resources.limits.cpu.buckets",
            "experimental.workspace.contentService",
            "experimental.workspace.enableProtectedSecrets",
            "objectStorage.maximumBackupCount",
            "objectStorage.s3.allowInsecureConnection",
            "objectStorage.s3.endpoint",
        ],
    ),
];

#[test]
fn what_a_release_ignores_is_said_and_nothing_else() {
    let keys = keys();
    for (release, ignored) in IGNORED {
        let release = Release::parse(release).unwrap();
        let patch = config(keys.iter().filter(|key| key.is_of(release)));
        let mut said: Vec<String> = found("config-patch-ignored", release, &patch)
            .into_iter()
            .map(|(_, message)| message.rsplit('`').nth(1).unwrap().to_owned())
            .collect();
        said.sort();
        assert_eq!(said, ignored, "{release}");
    }
}

#[test]
fn between_two_states_only_what_both_ignore_is_said() {
    let said = |release: &str, patch: &Value| {
        !found("config-patch-ignored", Release::parse(release).unwrap(), patch).is_empty()
    };
    let backups = json!({"objectStorage": {"maximumBackupCount": 5}});
    let affinity = json!({"experimental": {"webapp": {"usePodAntiAffinity": true}}});
    let ca = json!({"customCACert": {"kind": "secret", "name": "ca"}});
    let bucket = json!({"containerRegistry": {"subassemblyBucket": "some"}});
    for (release, patch, is_said) in [
        ("2022.11.1", &backups, false),
        ("2022.12", &backups, true),
        ("2022.12", &affinity, false),
        ("2023.02", &affinity, false),
        ("2024.01", &affinity, true),
        ("2023.02", &ca, false),
        ("2023.07.1", &ca, true),
        ("2023.08", &ca, false),
        ("2026.06", &bucket, false),
        ("main", &bucket, true),
    ] {
        assert_eq!(said(release, patch), is_said, "{release}: {patch}");
    }
}

#[test]
fn each_release_refuses_every_key_that_only_others_have() {
    let keys = keys();
    let mut refused = 0;
    for release in releases() {
        let is_of = |path: &[String]| {
            path.is_empty() || keys.iter().any(|key| key.path == path && key.is_of(release))
        };
        // The first key on a path that the release lacks.
        let foreign = keys.iter().filter(|key| !key.is_of(release));
        let foreign: Vec<&Key> = foreign
            .filter(|key| {
                let parent = &key.path[..key.path.len() - 1];
                let last = key.path.last().unwrap();
                !last.starts_with(['[', '<']) && is_of(parent) && !is_of(&key.path)
            })
            .collect();
        let patch = config(foreign.iter().copied());
        let found: BTreeSet<String> = rejected(release, &patch)
            .into_iter()
            .filter(|(_, message)| message.contains(" has no "))
            .map(|(_, message)| message.rsplit('`').nth(1).unwrap().to_owned())
            .collect();
        let wanted: BTreeSet<String> = foreign
            .iter()
            // Before 2022.08 this held quantities by the names of any resources.
            .filter(|key| {
                !(key.path.join(".").contains(".<key>.resources.limits.")
                    && release < Release::month(2022, 8))
            })
            .map(|key| key.path.join(".").replace("[]", "0").replace("<key>", "some"))
            .collect();
        let differ: Vec<_> = found.symmetric_difference(&wanted).collect();
        assert!(differ.is_empty(), "{release}: {differ:?}");
        refused += wanted.len();
    }
    assert!(refused > 1000, "{refused}");
}

#[test]
fn the_table_names_a_file_and_a_commit_for_each_key() {
    for line in include_str!("keys.tsv").lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        assert_eq!(columns.len(), 7, "{line}");
        assert!(columns[4].ends_with(".go"), "{line}");
    }
}

/// The paths of a value's keys, as the table writes them, down to where the table goes.
fn paths(value: &Value, at: &[String], known: &BTreeSet<&[String]>, found: &mut Vec<Vec<String>>) {
    let below = |step: &str| -> Vec<String> { at.iter().cloned().chain([step.to_owned()]).collect() };
    let goes_on = |path: &[String]| {
        known
            .iter()
            .any(|key| key.len() > path.len() && key.starts_with(path))
    };
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                let path = below(key);
                if goes_on(&path) {
                    paths(value, &path, known, found);
                }
                found.push(path);
            }
        }
        Value::Array(items) => {
            let path = below("[]");
            if goes_on(&path) {
                items.iter().for_each(|item| paths(item, &path, known, found));
            }
        }
        _ => {}
    }
}

// What the configuration asks for and a release cannot do is `release-lacks-key`; it is left out.
#[test]
fn what_is_written_for_a_release_is_in_its_config() {
    let keys = keys();
    let mut written = 0;
    for case in support::CASES {
        let folder = support::golden("build").join(case);
        let text = std::fs::read_to_string(folder.join("gitpod-k3s.yaml")).unwrap();
        for release in releases() {
            let named = format!("release: \"{release}\"");
            let lines = text
                .lines()
                .filter(|line| !line.trim_start().starts_with("release:"));
            let lines = lines.map(|line| match line {
                "gitpod:" => format!("gitpod:\n  {named}"),
                line => line.replace("gitpod: {", &format!("gitpod: {{{named}, ")),
            });
            let lines: Vec<String> = lines.collect();
            let text = lines.join("\n") + "\n";
            if !text.contains(&named) {
                continue;
            }
            let mut loaded = Case::load(case);
            loaded.file = SourceFile::new(FileId::CONFIG, "gitpod-k3s.yaml", text);
            let artifacts = loaded.checked().preview();
            let Some(config) = artifacts
                .iter()
                .find(|artifact| artifact.path.starts_with("gitpod/installer-config.yaml"))
            else {
                continue;
            };
            let config: Value = serde_yaml::from_slice(&config.bytes).unwrap();
            let known: BTreeSet<&[String]> = keys
                .iter()
                .filter(|key| key.is_of(release))
                .map(|key| key.path.as_slice())
                .collect();
            let mut found = Vec::new();
            paths(&config, &[], &known, &mut found);
            for path in found {
                assert!(
                    known.contains(path.as_slice()),
                    "{case}, {release}: {}",
                    path.join(".")
                );
                written += 1;
            }
        }
    }
    assert!(written > 10_000, "{written}");
}

// The list has entries of gkc's own in front.
#[test]
fn what_is_wrong_in_an_override_is_found_where_it_is_written() {
    let patch = json!({"experimental": {"overrides": [{"apiVersion": "apps/v1", "kind": "Deployment", "metdata": {"name": "server"}}]}});
    let found = rejected(Release::Main, &patch);
    let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
    assert_eq!(places, ["\"metdata\""], "{found:?}");
}
