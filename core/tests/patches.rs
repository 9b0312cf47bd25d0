//! The patches of `docs/patches.md`: the Installer of `main` takes and reads each of them, and so does the release that is named as the first,
//! but not the one before.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod support;

use gkc_core::diagnostic::Severity;
use gkc_core::facts::gitpod::{FIRST, Release};
use support::{Case, Given};

/// A patch of the page.
struct Patch {
    title: &'static str,
    /// The first release with it; absent where all have it.
    first: Option<Release>,
    yaml: &'static str,
}

fn page() -> &'static str {
    include_str!("../../docs/patches.md")
}

fn patches() -> Vec<Patch> {
    let sections = page().split("\n## ").skip(1);
    let patches = sections.filter_map(|section| {
        let title = section.lines().next().unwrap();
        let (text, yaml) = section.split_once("```yaml\n")?;
        let (yaml, after) = yaml.split_once("```").unwrap();
        assert!(!after.contains("```"), "{title}: one patch to a section");
        let text = text.replace('\n', " ");
        let named = text.split_once("From release ").map(|(_, named)| &named[..7]);
        assert!(named.is_some() || text.contains("In all releases."), "{title}");
        Some(Patch {
            title,
            first: named.map(|named| Release::parse(named).unwrap()),
            yaml,
        })
    });
    patches.collect()
}

/// What is said of a patch in a release: of anything else, only errors, after which nothing is written that could be checked.
fn said(patch: &Patch, release: Release) -> Vec<String> {
    let gitpod = format!("gitpod:\n  release: \"{release}\"\n");
    let config = format!(
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\n\
         certificate: {{acme: {{email: ops@acme.dev, dns01: {{cloudflare: {{apiToken: {{env: CLOUDFLARE_TOKEN}}}}}}}}}}\n{}",
        patch.yaml.replacen("gitpod:\n", &gitpod, 1)
    );
    let found = Case::of(&config, Given::default()).checked().diagnostics;
    let found = found
        .iter()
        .filter(|found| found.severity == Severity::Error || found.rule.name.starts_with("config-patch-"));
    found
        .map(|found| format!("{}: {}", found.rule.name, found.message))
        .collect()
}

fn month_before(release: Release) -> Release {
    match release {
        Release::Dated { year, month: 1, .. } => Release::month(year - 1, 12),
        Release::Dated { year, month, .. } => Release::month(year, month - 1),
        Release::Main => Release::Main,
    }
}

#[test]
fn the_newest_release_takes_and_reads_every_patch() {
    let patches = patches();
    assert!(patches.len() > 10, "{}", patches.len());
    for patch in &patches {
        assert_eq!(said(patch, Release::Main), [""; 0], "{}", patch.title);
    }
}

#[test]
fn each_patch_names_the_first_release_that_takes_it() {
    for patch in patches() {
        let first = patch.first.unwrap_or(FIRST);
        assert_eq!(said(&patch, first), [""; 0], "{} in {first}", patch.title);
        if patch.first.is_some() {
            let before = month_before(first);
            let said = said(&patch, before);
            let rejected = said.iter().any(|said| said.starts_with("config-patch-rejected"));
            assert!(rejected, "{} in {before}", patch.title);
        }
    }
}

#[test]
fn every_yaml_block_is_a_patch() {
    assert_eq!(page().matches("```yaml").count(), patches().len());
    assert_eq!(page().matches("configPatch:\n").count(), patches().len());
}
