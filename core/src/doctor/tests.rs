//! Causes follow from what a report says, and not from what its nodes are called, which addresses they have, or in which order it
//! was written down.

use super::{Diagnosis, NoReport, diagnose};
use crate::diagnostic::Severity;
use crate::source::{FileId, SourceFile};
use proptest::prelude::*;
use std::path::{Path, PathBuf};

fn file(text: &str) -> SourceFile {
    SourceFile::new(FileId::CONFIG, "report", text)
}

fn causes(text: &str) -> Vec<&'static str> {
    match diagnose(&[file(text)]) {
        Ok(Diagnosis { found, .. }) => {
            let mut names: Vec<_> = found
                .iter()
                .filter(|found| found.severity != Severity::Info)
                .map(|found| found.rule.name)
                .collect();
            names.sort_unstable();
            names.dedup();
            names
        }
        Err(_) => vec!["no report"],
    }
}

fn reports() -> Vec<(String, String)> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../golden/doctor");
    let mut reports: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path.join("report.txt")).unwrap())
        })
        .collect();
    reports.sort();
    reports
}

/// The report of another cluster with the same trouble.
fn elsewhere(text: &str) -> String {
    [
        ("gp-server-1", "zeta"),
        ("gp-agent-1", "ip-172-31-9-4.eu-central-1.compute.internal"),
        ("gp-agent-2", "node_7"),
        ("10.42.", "10.244."),
        ("10.43.", "172.20."),
        ("10.2.0.", "192.168.178."),
        ("192.0.2.53", "198.18.0.9"),
        ("kotsadm-7c9d7b9f8d-4kzqv", "kotsadm-5f6f9d8c77-zz9pq"),
        ("github.com", "quay.io"),
        ("rancher.acme.dev", "mgmt.example.net"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

#[test]
fn names_and_addresses_are_not_what_decides() {
    for (name, text) in reports() {
        assert_eq!(causes(&elsewhere(&text)), causes(&text), "{name}");
    }
}

#[test]
fn the_order_of_records_and_their_prefixes_are_not_what_decides() {
    for (name, text) in reports() {
        let (mut records, rest): (Vec<&str>, Vec<&str>) =
            text.lines().partition(|line| line.contains("\"gkc-probe\""));
        records.reverse();
        let bare = |line: &&str| {
            line.split_once("] ")
                .map_or(*line, |(_, record)| record)
                .to_owned()
        };
        let reordered: Vec<String> = rest
            .iter()
            .map(|line| (*line).to_owned())
            .chain(records.iter().map(bare))
            .collect();
        assert_eq!(causes(&reordered.join("\r\n")), causes(&text), "{name}");
    }
}

#[test]
fn a_report_that_breaks_off_anywhere_is_read_up_to_there() {
    for (name, text) in reports() {
        for cut in (0..text.len())
            .step_by(text.len() / 12 + 1)
            .filter(|cut| text.is_char_boundary(*cut))
        {
            if let Ok(diagnosis) = diagnose(&[file(&text[..cut])]) {
                for found in diagnosis.found {
                    assert!(found.span.end as usize <= cut, "{name} at {cut}");
                }
            }
        }
    }
}

#[test]
fn what_is_no_report_says_why() {
    let why = |text: &str| diagnose(&[file(text)]).err();
    assert_eq!(why(" \n"), Some(NoReport::Empty));
    assert_eq!(why("apiVersion: v1\nkind: List\n"), Some(NoReport::Yaml));
    assert_eq!(why("hello\n"), Some(NoReport::Unknown));
}

#[test]
fn every_finding_says_what_to_do_and_why() {
    for (name, text) in reports() {
        for found in diagnose(&[file(&text)])
            .unwrap_or_else(|_| panic!("{name}"))
            .found
        {
            let help = found.help.unwrap_or_default();
            assert!(help.len() > 20, "{name}: {}", found.rule);
            assert!(
                found.severity == Severity::Info || found.note.is_some(),
                "{name}: {}",
                found.rule
            );
            assert!(!found.message.ends_with('.'), "{name}: {}", found.message);
        }
    }
}

#[test]
fn healthy_logs_are_healthy() {
    for log in [
        ".:53\n[INFO] plugin/reload: Running configuration SHA512 = 5911\nCoreDNS-1.11.3\nlinux/arm64, go1.21.11, a6338e9\n[WARNING] No files matching import glob pattern: /etc/coredns/custom/*.server\n",
        "[INFO] 10.42.0.9:4123 - 1 \"A IN example.org.default.svc.cluster.local. udp 60 false 512\" NXDOMAIN qr,aa,rd 153 0.0001s\n[INFO] 10.42.0.9:4123 - 1 \"A IN example.org. udp 60 false 512\" NOERROR qr,rd,ra 153 0.01s\n",
        "[  100.1] [UFW BLOCK] IN=eth0 OUT= MAC=aa SRC=203.0.113.9 DST=198.51.100.7 LEN=40 PROTO=TCP SPT=53211 DPT=23\n",
        "I0501 10:00:00.000000       1 main.go:205] Using interface with name eth0 and address 10.0.0.4\n",
        "nameserver 127.0.0.53\noptions edns0 trust-ad\n",
    ] {
        assert_eq!(causes(log), Vec::<&str>::new(), "{log}");
    }
}

/// What is said without saying why: these follow from any half of a report in which something fails.
const GENERAL: [&str; 6] = [
    "api-not-reached",
    "dns-unreachable",
    "name-unresolved",
    "packet-loss",
    "service-missing",
    "undecided",
];

/// Causes that are told apart by one record, and what is said of the second holds without it, too.
const NEIGHBOURS: [(&str, &str); 12] = [
    ("cidr-overlap", "overlay-blocked"),
    ("duplicate-pod-range", "overlay-blocked"),
    ("reverse-path-filter", "overlay-blocked"),
    ("forward-drop", "ip-forward"),
    ("forward-drop", "upstream-unreachable"),
    ("hairpin", "server-silent"),
    ("host-firewall", "reject-rules"),
    ("ip-forward", "upstream-unreachable"),
    ("loopback-resolver", "split-horizon"),
    ("loopback-resolver", "upstream-unreachable"),
    ("policy-routing", "overlay-blocked"),
    ("search-wildcard", "certificate-untrusted"),
];

#[test]
fn no_half_of_a_report_claims_what_the_other_half_contradicts() {
    let mut wrong = Vec::new();
    for (name, text) in reports() {
        let all = causes(&text);
        let lines: Vec<&str> = text.lines().collect();
        let is_record = |line: &str| line.contains("\"gkc-probe\"");
        if lines.iter().filter(|line| is_record(line)).count() < 8 {
            continue;
        }
        for seed in 0..24_u32 {
            let kept: Vec<&str> = (0_u32..)
                .zip(&lines)
                .filter(|(at, line)| {
                    let mixed =
                        (at + 1).wrapping_mul(2_654_435_761).rotate_left(seed) ^ seed.wrapping_mul(40_503);
                    !is_record(line) || (mixed >> 7) & 1 == 0
                })
                .map(|(_, line)| *line)
                .collect();
            let Ok(half) = diagnose(&[file(&kept.join("\n"))]) else {
                continue;
            };
            for found in half
                .found
                .iter()
                .filter(|found| found.severity == Severity::Error)
            {
                let rule = found.rule.name;
                let near = all.iter().any(|cause| NEIGHBOURS.contains(&(*cause, rule)));
                let likely = found.message.contains("probably");
                if !all.contains(&rule) && !GENERAL.contains(&rule) && !near && !likely {
                    wrong.push(format!(
                        "{name} ({all:?}), half {seed}: {rule}: {}",
                        found.message
                    ));
                }
            }
        }
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{} in all:\n{}", wrong.len(), wrong.join("\n"));
}

/// Lines of logs and records, put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let all: Vec<String> = reports()
        .iter()
        .flat_map(|(_, text)| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let line =
        prop_oneof![8 => prop::sample::select(all), 1 => "\\PC{0,60}", 1 => "[{}\\[\\]\":,a-z0-9. ]{0,60}"];
    prop::collection::vec(line, 0..60).prop_map(|lines| lines.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_mixture_of_lines_makes_it_panic(text in pieces()) {
        if let Ok(first) = diagnose(&[file(&text)]) {
            for found in &first.found {
                prop_assert!(text.get(found.span.range()).is_some());
            }
            let again = diagnose(&[file(&text)]).map(|again| again.found);
            prop_assert_eq!(again, Ok(first.found));
        }
    }
}
