//! Policies in every kind of formatting, and what a cluster may need of them.

use gkc_core::tailnet::merge::{AclNeed, GrantNeed, Needs, SshNeed, SshTestNeed, TestNeed};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

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
pub fn policy_text() -> impl Strategy<Value = String> {
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

pub fn strings(items: &[&str]) -> Vec<String> {
    items.iter().map(|s| (*s).to_owned()).collect()
}

pub fn all_needs() -> Needs {
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
pub fn needs() -> impl Strategy<Value = Needs> {
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
