//! Properties of merging: removing restores every byte, merging twice is merging once, and nothing outside the
//! markers changes, whatever the formatting of the policy; and no text makes the engine panic or point outside.
#![allow(clippy::unwrap_used, clippy::panic)]

mod policies;

use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::check::check_text;
use gkc_core::tailnet::claim::Claim;
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::merge::{Needs, Refused, merge, remove};
use gkc_core::tailnet::model::Tailnet;
use gkc_core::tailnet::policy;
use gkc_core::tailnet::prove::Prover;
use gkc_core::tailnet::reach::{Engine, Flow};
use policies::{all_needs, needs, policy_text};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId(1), "policy.hujson", text)
}

fn is_valid(found: &[Diagnostic]) -> bool {
    found.iter().all(|d| d.severity != Severity::Error)
}

/// The text without what stands between markers, marker by marker, found by nothing but their words.
fn outside_markers(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(begin) = rest
        .find("// gkc: begin")
        .into_iter()
        .chain(rest.find("/* gkc: begin"))
        .min()
    {
        let end = rest[begin..].find("gkc: end").unwrap() + begin + "gkc: end".len();
        let end = if rest[end..].starts_with(" */") {
            end + 3
        } else {
            end
        };
        out.push_str(rest[..begin].trim_end_matches(['\r', '\n', '\t', ' ']));
        rest = &rest[end..];
    }
    out + rest
}

fn without_space(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 800, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merges_are_reversible_and_idempotent(text in policy_text(), needs in needs(), later in needs()) {
        let (_, found) = policy::read(&file(&text), Control::Tailscale);
        prop_assert!(is_valid(&found), "{}\n{:#?}", text, found);
        let merged = merge(&file(&text), &needs, Control::Tailscale, None);
        prop_assert!(merged.is_ok(), "{}\n{:#?}", text, merged);
        let merged = merged.unwrap().text;
        prop_assert_eq!(&remove(&file(&merged)).unwrap(), &text);
        prop_assert_eq!(&merge(&file(&merged), &needs, Control::Tailscale, None).unwrap().text, &merged);
        prop_assert_eq!(without_space(&outside_markers(&merged)), without_space(&text));
        prop_assert!(check_text(&file(&merged), Control::Tailscale, None).is_valid(), "{}", merged);
        let changed = merge(&file(&merged), &later, Control::Tailscale, None).unwrap().text;
        prop_assert_eq!(&merge(&file(&text), &later, Control::Tailscale, None).unwrap().text, &changed);
        prop_assert_eq!(&remove(&file(&changed)).unwrap(), &text);
    }
}

const USER_POLICY: &str = "// Our tailnet.\n{\n\t// People first.\n\t\"groups\": {\"group:devs\": [\"gus@corp.example\"]},\n\
    \t\"acls\": [\n\t\t{\"action\": \"accept\", \"src\": [\"group:devs\"], \"dst\": [\"gus@corp.example:*\"]} // no comma\n\t]\n}\n";

/// A cluster's policy merged into somebody's own: the result passes its tests, and everybody keeps what they had.
#[test]
fn a_cluster_is_merged_into_a_tailnet_and_proven_there() {
    let tailnet: Tailnet = serde_json::from_str(
        r#"{"users": [{"login": "ada@corp.example"}, {"login": "gus@corp.example"}], "nodes": [
        {"name": "s", "tags": ["tag:k3s-server"], "ips": ["100.80.0.1"], "advertised": ["10.42.0.0/24"], "approved": ["10.42.0.0/24"]},
        {"name": "a", "tags": ["tag:k3s-agent"], "ips": ["100.80.0.2"], "advertised": ["10.42.1.0/24"], "approved": ["10.42.1.0/24"]},
        {"name": "ada", "user": "ada@corp.example", "ips": ["100.80.0.3"]},
        {"name": "gus", "user": "gus@corp.example", "ips": ["100.80.0.4"]},
        {"name": "gus-2", "user": "gus@corp.example", "ips": ["100.80.0.5"]}]}"#,
    )
    .unwrap();
    for seed in &SEEDS[..1] {
        let (cluster, _) = policy::read(&file(seed), Control::Tailscale);
        let needs = Needs::from_policy(&cluster);
        let merged = merge(&file(USER_POLICY), &needs, Control::Tailscale, Some(&tailnet)).unwrap();
        assert_eq!(merged.found, []);
        assert_eq!(remove(&file(&merged.text)).unwrap(), USER_POLICY);
        let checked = check_text(&file(&merged.text), Control::Tailscale, Some(&tailnet));
        assert_eq!(checked.found, [], "{}", merged.text);
        let engine = Engine::new(&checked.policy, &tailnet);
        let mut prover = Prover::new(&engine);
        assert!(prover.decide(&Claim::pods_reach_pods()).holds);
        let flow = |src: &str, dst: &str, port| Flow {
            src: src.parse().unwrap(),
            dst: dst.parse().unwrap(),
            proto: 6,
            port,
        };
        assert!(engine.reaches(flow("100.80.0.4", "100.80.0.5", 8080)));
        assert!(engine.reaches(flow("100.80.0.3", "100.80.0.1", 6443)));
        assert!(!engine.reaches(flow("100.80.0.4", "100.80.0.1", 6443)));
    }
}

/// A rule of the author that breaks a test of the cluster stops the merge, at the author's rule.
#[test]
fn a_merge_that_would_not_be_saved_is_refused() {
    let open = USER_POLICY.replace("gus@corp.example:*", "*:*");
    let (cluster, _) = policy::read(&file(SEEDS[0]), Control::Tailscale);
    let tailnet: Tailnet = serde_json::from_str(
        r#"{"users": [{"login": "ada@corp.example"}, {"login": "gus@corp.example"}], "nodes": [
        {"name": "s", "tags": ["tag:k3s-server"], "ips": ["100.80.0.1"]},
        {"name": "gus", "user": "gus@corp.example", "ips": ["100.80.0.4"]}]}"#,
    )
    .unwrap();
    let errors = merge(
        &file(&open),
        &Needs::from_policy(&cluster),
        Control::Tailscale,
        Some(&tailnet),
    )
    .unwrap_err()
    .into_found();
    assert!(errors[0].message.contains("must not reach"), "{errors:#?}");
    assert!(open[errors[0].span.range()].contains("*:*"));
}

const SEEDS: [&str; 3] = [
    include_str!("../../golden/tailscale/policies/a-single-server.grants.hujson"),
    include_str!("../../golden/tailscale/policies/b-ha-servers.acls.hujson"),
    "{\"ipsets\": {\"ipset:a\": [\"add 10.0.0.0/8\", \"remove ipset:b\", \"1.2.3.4-1.2.3.9\"], \"ipset:b\": [\"ipset:a\"]},\n\
     \"nodeAttrs\": [{\"target\": [\"*\"], \"ipPool\": [\"100.100.100.0/24\"]}], \"ssh\": [{\"action\": \"check\", \
     \"src\": [\"user:*@x\"], \"dst\": [\"autogroup:self\"], \"users\": [\"localpart:*@x\"], \"checkPeriod\": \"1h\"}]}",
];

const BITS: [&str; 22] = [
    "\"",
    "\\",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "//",
    "/*",
    "*/",
    "\n",
    "\r",
    "#",
    "'",
    "é",
    "\u{1f600}",
    "\u{feff}",
    "0",
    "autogroup:self",
    "// gkc: begin\n",
    "// gkc: end\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_texts_are_reported_within_the_file(
        seed in 0..SEEDS.len(),
        edits in vec((any::<prop::sample::Index>(), 0..6usize, select(&BITS[..])), 1..6),
    ) {
        let mut text: Vec<char> = SEEDS[seed].chars().collect();
        for (at, cut, bit) in edits {
            let at = at.index(text.len());
            let end = (at + cut).min(text.len());
            text.splice(at..end, bit.chars());
        }
        let text: String = text.into_iter().collect();
        let source = file(&text);
        let checked = check_text(&source, Control::Tailscale, Some(&Tailnet::default()));
        let merged = merge(&source, &all_needs(), Control::Tailscale, None).err();
        let merged = merged.map(Refused::into_found).unwrap_or_default();
        let removed = remove(&source).err().unwrap_or_default();
        for d in checked.found.iter().chain(&merged).chain(&removed) {
            let edits = d.fixes.iter().flat_map(|f| &f.edits).map(|e| e.span);
            for span in d.labels.iter().map(|l| l.span).chain([d.span]).chain(edits) {
                prop_assert!(text.get(span.range()).is_some(), "{:?}\n{}", d, text);
            }
            prop_assert!(!d.message.ends_with('.') && d.message.len() < 1000, "{}", d.message);
            prop_assert!(d.severity != Severity::Error || d.help.is_some(), "{:?}", d);
        }
    }
}
