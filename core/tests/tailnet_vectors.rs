//! The vectors in `golden/tailscale/vectors`: every check of high and medium confidence passes.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use gkc_core::source::{FileId, SourceFile};
use gkc_core::tailnet::check::check_text;
use gkc_core::tailnet::claim::Claim;
use gkc_core::tailnet::compile::service;
use gkc_core::tailnet::control::Control;
use gkc_core::tailnet::model::{Device, Tailnet, User};
use gkc_core::tailnet::prove::Prover;
use gkc_core::tailnet::reach::Engine;
use gkc_core::tailnet::suite::{self, CheckResult, Confidence};

fn vectors() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../golden/tailscale/vectors")
}

fn results() -> Vec<CheckResult> {
    let mut files: Vec<PathBuf> = fs::read_dir(vectors())
        .unwrap()
        .map(|f| f.unwrap().path())
        .collect();
    files.sort();
    assert_eq!(files.len(), 9);
    let run = |file: &PathBuf| suite::run(&suite::read(&fs::read_to_string(file).unwrap()).unwrap());
    files.iter().flat_map(run).collect()
}

#[test]
fn every_vector_passes() {
    let results = results();
    let mut by_kind: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for result in results.iter().filter(|r| r.confidence == Confidence::Counts) {
        let counts = by_kind.entry(&result.kind).or_default();
        counts.0 += usize::from(result.passed);
        counts.1 += usize::from(!result.passed);
    }
    println!("{by_kind:#?}");
    for r in results.iter().filter(|r| !r.passed) {
        println!(
            "{} ({:?}): {}: expected {}, found {}",
            r.vector, r.confidence, r.check, r.expected, r.found
        );
    }
    let failed = results.iter().filter(|r| r.fails()).count();
    assert_eq!(failed, 0, "{}", suite::summary(&results));
}

#[test]
fn the_reason_classes_agree() {
    let differing: Vec<CheckResult> = results()
        .into_iter()
        .filter(|r| r.check == "the reason class" && !r.passed)
        .collect();
    assert!(differing.is_empty(), "{differing:#?}");
}

#[test]
fn a_wrong_expectation_is_noticed() {
    for (file, right, wrong) in [
        ("k3s-reach.json", "\"expect\": \"allow\"", "\"expect\": \"deny\""),
        ("ssh.json", "\"expect\": \"accept\"", "\"expect\": \"check\""),
        ("claim.json", "\"holds\": true", "\"holds\": false"),
        ("valid.json", "\"valid\": true", "\"valid\": false"),
    ] {
        let text = fs::read_to_string(vectors().join(file)).unwrap();
        assert!(text.contains(right), "{file}");
        let suite = suite::read(&text.replace(right, wrong)).unwrap();
        assert!(suite::run(&suite).iter().any(CheckResult::fails), "{file}");
    }
}

#[test]
fn what_is_no_suite_is_said_so() {
    assert!(suite::read("[]").is_err());
    assert!(
        suite::read(r#"{"schema": "other/1", "vectors": []}"#)
            .unwrap_err()
            .0
            .contains("other/1")
    );
}

/// The tailnet that the example policies are written for: a server or three, agents, two people.
fn example_tailnet(servers: usize) -> Tailnet {
    let node = |name: String, user: Option<&str>, tags: &[&str], last: usize| {
        let route = format!("10.42.{last}.0/24").parse().unwrap();
        let routes = if tags.is_empty() { Vec::new() } else { vec![route] };
        Device {
            name,
            user: user.map(str::to_owned),
            tags: tags.iter().map(|t| (*t).to_owned()).collect(),
            ips: vec![
                format!("100.80.0.{last}").parse().unwrap(),
                format!("fd7a:115c:a1e0::{last}").parse().unwrap(),
            ],
            advertised: routes.clone(),
            approved: routes,
            accept_routes: true,
            posture: Default::default(),
        }
    };
    let mut nodes: Vec<Device> = (0..servers)
        .map(|i| node(format!("s{i}"), None, &["tag:k3s-server"], i))
        .collect();
    nodes.push(node("a0".to_owned(), None, &["tag:k3s-agent"], 10));
    nodes.push(node("ada".to_owned(), Some("ada@corp.example"), &[], 20));
    nodes.push(node("gus".to_owned(), Some("gus@corp.example"), &[], 21));
    let user = |login: &str| User {
        login: login.to_owned(),
        roles: Vec::new(),
    };
    Tailnet {
        domains: vec!["corp.example".to_owned()],
        users: vec![user("ada@corp.example"), user("gus@corp.example")],
        nodes,
    }
}

#[test]
fn the_example_policies_pass_their_own_tests_and_expose_nothing() {
    let policies = vectors().join("../policies");
    for (name, servers) in [
        ("a-single-server.acls.hujson", 1),
        ("a-single-server.grants.hujson", 1),
        ("b-ha-servers.acls.hujson", 3),
        ("b-ha-servers.grants.hujson", 3),
    ] {
        let tailnet = example_tailnet(servers);
        let file = SourceFile::new(
            FileId::CONFIG,
            name,
            fs::read_to_string(policies.join(name)).unwrap(),
        );
        let checked = check_text(&file, Control::Tailscale, Some(&tailnet));
        assert_eq!(checked.found, [], "{name}");
        let engine = Engine::new(&checked.policy, &tailnet);
        let mut prover = Prover::new(&engine);
        assert!(prover.decide(&Claim::pods_reach_pods()).holds, "{name}");
        for ports in ["tcp:6443", "tcp:10250", "tcp:2379-2380"] {
            let claim = Claim::Deny {
                from: vec!["gus@corp.example".to_owned()],
                to: vec![
                    "tag:k3s-server".to_owned(),
                    "tag:k3s-agent".to_owned(),
                    "pods".to_owned(),
                ],
                service: service(ports).unwrap(),
            };
            assert!(prover.decide(&claim).holds, "{name}: {ports}");
        }
    }
}
