//! The configurations of `examples`: nothing is wrong with them, and each builds into a tree. Those of `examples/terraform` are held
//! against their roots by `terraform_roots`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

#[path = "support/mod.rs"]
mod support;

use gkc_core::Options;
use gkc_core::diagnostic::Severity;
use std::collections::BTreeMap;
use std::path::PathBuf;
use support::{Case, Given, text, tree};

/// Each example by the name of its folder, without any secret's value.
fn examples() -> BTreeMap<String, Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let examples = folders.filter_map(|entry| {
        let config = std::fs::read_to_string(entry.path().join("gitpod-k3s.yaml")).ok()?;
        let given = Given {
            folder: Some(entry.path()),
            ..Given::default()
        };
        let mut case = Case::of(&config, given);
        case.options = Options::default().secrets_late(true);
        Some((entry.file_name().into_string().unwrap(), case))
    });
    examples.collect()
}

#[test]
fn the_examples_are_those_that_the_readme_names() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let names: Vec<String> = examples().into_keys().collect();
    assert_eq!(
        names,
        [
            "coder",
            "coder-raspberry-pi",
            "quickstart",
            "raspberry-pi",
            "tailnet"
        ]
    );
    for name in names {
        let path = format!("examples/{name}/gitpod-k3s.yaml");
        assert!(readme.contains(&path), "{path}");
    }
}

// Two or three keys cannot name a registry, a login and a mail domain: what a trial leaves open is said at the domain.
#[test]
fn nothing_is_wrong_with_an_example() {
    let open = [
        "certificate-self-signed",
        "images-not-public",
        "no-auth-provider-on-public",
        "no-authorized-keys",
        "signups-open",
    ];
    for (name, case) in examples() {
        let found = case.checked().diagnostics;
        let found: Vec<_> = found.iter().filter(|d| d.severity > Severity::Info).collect();
        let rules: Vec<&str> = found.iter().map(|finding| finding.rule.name).collect();
        match name.as_str() {
            "quickstart" => assert_eq!(rules, open),
            "coder" => assert_eq!(rules, ["certificate-self-signed", "no-authorized-keys"]),
            _ => assert_eq!(rules, [""; 0], "{name}: {found:#?}"),
        }
    }
}

#[test]
fn an_example_is_in_the_canonical_layout() {
    for (name, case) in examples() {
        let formatted = gkc_core::editor::format(&case.file);
        assert_eq!(formatted.as_deref().ok(), Some(case.file.text()), "{name}");
    }
}

#[test]
fn each_example_builds_into_a_tree_with_a_guide() {
    for (name, case) in examples() {
        let artifacts = tree(&case);
        let readme = text(&artifacts, "README.md");
        let machines = match name.as_str() {
            "coder-raspberry-pi" | "raspberry-pi" => "Write a card for each Raspberry Pi",
            _ => "Create the machines",
        };
        assert!(readme.contains(machines), "{name}");
        assert_eq!(
            readme.contains(">policy-before.hujson"),
            !matches!(name.as_str(), "coder" | "quickstart"),
            "{name}"
        );
    }
}
