//! Properties of merging: removing restores every byte, merging twice is merging once, and nothing outside the
//! markers changes, whatever the formatting of the policy; and no text makes the engine panic or point outside.
#![allow(clippy::unwrap_used, clippy::panic)]

use gkc_core::diagnostic::{Diagnostic, Severity};
use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::check::check_text;
use gkc_core::tailnet::claim::Claim;
use gkc_core::tailnet::merge::{AclNeed, GrantNeed, Needs, SshNeed, SshTestNeed, TestNeed, merge, remove};
use gkc_core::tailnet::model::Tailnet;
use gkc_core::tailnet::policy;
use gkc_core::tailnet::prove::Prover;
use gkc_core::tailnet::reach::{Engine, Flow};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId(1), "policy.hujson", text)
}

/// Sections of a policy as pieces; between any two of them goes white space or a comment.
const SECTIONS: [&[&str]; 12] = [
    &["\"acls\"", ":", "[", "]"],
    &[
        "\"acls\"",
        ":",
        "[",
        "{",
        "\"action\"",
        ":",
        "\"accept\"",
        ",",
        "\"src\"",
        ":",
        "[",
        "\"*\"",
        "]",
        ",",
        "\"dst\"",
        ":",
        "[",
        "\"*:*\"",
        "]",
        "}",
        "]",
    ],
    &[
        "\"grants\"",
        ":",
        "[",
        "{",
        "\"src\"",
        ":",
        "[",
        "\"*\"",
        "]",
        ",",
        "\"dst\"",
        ":",
        "[",
        "\"*\"",
        "]",
        ",",
        "\"ip\"",
        ":",
        "[",
        "\"*\"",
        "]",
        "}",
        "]",
    ],
    &["\"groups\"", ":", "{", "}"],
    &[
        "\"groups\"",
        ":",
        "{",
        "\"group:k3s-admins\"",
        ":",
        "[",
        "\"gus@corp.example\"",
        "]",
        "}",
    ],
    &[
        "\"tagOwners\"",
        ":",
        "{",
        "\"tag:x\"",
        ":",
        "[",
        "]",
        ",",
        "\"tag:k3s\"",
        ":",
        "[",
        "]",
        "}",
    ],
    &["\"autoApprovers\"", ":", "{", "}"],
    &[
        "\"autoApprovers\"",
        ":",
        "{",
        "\"routes\"",
        ":",
        "{",
        "\"10.42.0.0/16\"",
        ":",
        "[",
        "]",
        "}",
        "}",
    ],
    &[
        "\"autoApprovers\"",
        ":",
        "{",
        "\"exitNode\"",
        ":",
        "[",
        "\"autogroup:admin\"",
        "]",
        "}",
    ],
    &[
        "\"hosts\"",
        ":",
        "{",
        "\"k3s-pods\"",
        ":",
        "\"10.42.0.0/16\"",
        "}",
    ],
    &["\"ssh\"", ":", "[", "]"],
    &["\"derpMap\"", ":", "{", "\"x//y\"", ":", "\"gkc: begin\"", "}"],
];

const GAPS: [&str; 10] = [
    "",
    "",
    "",
    " ",
    "\n",
    "\t",
    "\n\t\t",
    " // é, \" {[\n",
    "/* [ */",
    "\r\n    ",
];

/// A policy of random sections, each key once, with random gaps, commas and line ends.
fn policy_text() -> impl Strategy<Value = String> {
    let sections = prop::sample::subsequence(SECTIONS.to_vec(), 0..6);
    (
        sections,
        vec((select(&GAPS[..]), any::<bool>()), 120),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(sections, gaps, bom, crlf)| {
            let mut gaps = gaps.into_iter().cycle();
            let mut text = String::from(if bom { "\u{feff}" } else { "" });
            let mut last = "";
            let mut put = |piece: &'static str| {
                let (gap, trailing) = gaps.next().unwrap();
                let closes_full = ["]", "}"].contains(&piece) && !["[", "{", ","].contains(&last);
                if closes_full && trailing {
                    text.push(',');
                }
                text.push_str(gap);
                text.push_str(piece);
                last = piece;
            };
            put("{");
            let mut seen: Vec<&str> = Vec::new();
            for section in sections {
                if seen.contains(&section[0]) {
                    continue;
                }
                if !seen.is_empty() {
                    put(",");
                }
                seen.push(section[0]);
                section.iter().for_each(|piece| put(piece));
            }
            put("}");
            put("\n");
            if crlf {
                text.replace("\r\n", "\n").replace('\n', "\r\n")
            } else {
                text
            }
        })
}

fn strings(items: &[&str]) -> Vec<String> {
    items.iter().map(|s| (*s).to_owned()).collect()
}

fn all_needs() -> Needs {
    Needs {
        groups: vec![(
            "group:k3s-admins".into(),
            strings(&["ada@corp.example", "gus@corp.example"]),
        )],
        hosts: vec![
            ("k3s-pods".into(), "10.42.0.0/16".into()),
            ("k3s-pod".into(), "10.42.0.5".into()),
        ],
        tag_owners: vec![("tag:k3s".into(), strings(&["autogroup:admin"]))],
        routes: vec![("10.42.0.0/16".into(), strings(&["tag:k3s"]))],
        acls: vec![AclNeed {
            src: strings(&["tag:k3s"]),
            dst: strings(&["tag:k3s:6443"]),
            proto: Some("tcp".into()),
            why: Some("agents /* reach */ servers".into()),
            ..AclNeed::default()
        }],
        grants: vec![GrantNeed {
            src: strings(&["k3s-pods", "tag:k3s"]),
            dst: strings(&["k3s-pods"]),
            ip: strings(&["*"]),
            ..GrantNeed::default()
        }],
        ssh: vec![SshNeed {
            action: "accept".into(),
            src: strings(&["group:k3s-admins"]),
            dst: strings(&["tag:k3s"]),
            users: strings(&["root"]),
            ..SshNeed::default()
        }],
        tests: vec![TestNeed {
            src: "tag:k3s".into(),
            accept: strings(&["k3s-pod:443"]),
            ..TestNeed::default()
        }],
        ssh_tests: vec![SshTestNeed {
            src: "ada@corp.example".into(),
            dst: strings(&["tag:k3s"]),
            accept: strings(&["root"]),
            ..SshTestNeed::default()
        }],
    }
}

/// Some of the needs; what refers to names keeps them defined.
fn needs() -> impl Strategy<Value = Needs> {
    vec(any::<bool>(), 6).prop_map(|keep| {
        let mut needs = all_needs();
        for (keep, clear) in keep.into_iter().zip([
            (|n: &mut Needs| n.acls.clear()) as fn(&mut Needs),
            |n| n.ssh_tests.clear(),
            |n| n.tests.clear(),
            |n| n.routes.clear(),
            |n| {
                n.ssh_tests.clear();
                n.ssh.clear();
            },
            |n| {
                n.tests.clear();
                n.grants.clear();
            },
        ]) {
            if !keep {
                clear(&mut needs);
            }
        }
        needs
    })
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
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn merges_are_reversible_and_idempotent(text in policy_text(), needs in needs(), later in needs()) {
        let (_, _, found) = policy::read(&file(&text));
        prop_assert!(is_valid(&found), "{}\n{:#?}", text, found);
        let merged = merge(&file(&text), &needs, None);
        prop_assert!(merged.is_ok(), "{}\n{:#?}", text, merged);
        let merged = merged.unwrap().text;
        prop_assert_eq!(&remove(&file(&merged)).unwrap(), &text);
        prop_assert_eq!(&merge(&file(&merged), &needs, None).unwrap().text, &merged);
        prop_assert_eq!(without_space(&outside_markers(&merged)), without_space(&text));
        prop_assert!(check_text(&file(&merged), None).is_valid(), "{}", merged);
        let changed = merge(&file(&merged), &later, None).unwrap().text;
        prop_assert_eq!(&merge(&file(&text), &later, None).unwrap().text, &changed);
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
        let (cluster, _, _) = policy::read(&file(seed));
        let needs = Needs::from_policy(&cluster);
        let merged = merge(&file(USER_POLICY), &needs, Some(&tailnet)).unwrap();
        assert_eq!(merged.found, []);
        assert_eq!(remove(&file(&merged.text)).unwrap(), USER_POLICY);
        let checked = check_text(&file(&merged.text), Some(&tailnet));
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
    let (cluster, _, _) = policy::read(&file(SEEDS[0]));
    let tailnet: Tailnet = serde_json::from_str(
        r#"{"users": [{"login": "ada@corp.example"}, {"login": "gus@corp.example"}], "nodes": [
        {"name": "s", "tags": ["tag:k3s-server"], "ips": ["100.80.0.1"]},
        {"name": "gus", "user": "gus@corp.example", "ips": ["100.80.0.4"]}]}"#,
    )
    .unwrap();
    let errors = merge(&file(&open), &Needs::from_policy(&cluster), Some(&tailnet)).unwrap_err();
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
    #![proptest_config(ProptestConfig { cases: 4000, failure_persistence: None, ..ProptestConfig::default() })]

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
        let checked = check_text(&source, Some(&Tailnet::default()));
        let merged = merge(&source, &all_needs(), None).err().unwrap_or_default();
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
