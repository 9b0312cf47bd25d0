use super::*;
use crate::source::{FileId, SourceFile};
use crate::tailnet::check::{Checked, check_text};
use crate::tailnet::compile::service;
use crate::tailnet::control::Control;
use crate::tailnet::model::Tailnet;

/// Two cluster nodes with pods, an admin's laptop, somebody else's, and a machine that is none of this.
fn tailnet() -> Tailnet {
    serde_json::from_str(
        r#"{"domains": ["corp.example"],
        "users": [{"login": "ada@corp.example", "roles": ["admin"]}, {"login": "gus@corp.example"}],
        "nodes": [
            {"name": "one", "tags": ["tag:k3s"], "ips": ["100.80.1.1", "fd7a:115c:a1e0::1"],
             "advertised": ["10.42.0.0/24"], "approved": ["10.42.0.0/24"]},
            {"name": "two", "tags": ["tag:k3s"], "ips": ["100.80.1.2", "fd7a:115c:a1e0::2"],
             "advertised": ["10.42.1.0/24", "10.42.9.0/24"], "approved": ["10.42.1.0/24"]},
            {"name": "ada-laptop", "user": "ada@corp.example", "ips": ["100.80.2.1"], "accept_routes": false},
            {"name": "gus-laptop", "user": "gus@corp.example", "ips": ["100.80.2.2"]},
            {"name": "nas", "tags": ["tag:nas"], "ips": ["100.80.3.1"]}]}"#,
    )
    .unwrap()
}

fn checked(rules: &str) -> Checked {
    let text = format!(
        r#"{{"tagOwners": {{"tag:k3s": [], "tag:nas": []}}, "groups": {{"group:admins": ["ada@corp.example"]}}, {rules}}}"#
    );
    let checked = check_text(
        &SourceFile::new(FileId(1), "p", text),
        Control::Tailscale,
        Some(&tailnet()),
    );
    assert!(checked.is_valid(), "{:#?}", checked.found);
    checked
}

const GOOD: &str = r#""acls": [
    {"action": "accept", "src": ["tag:k3s", "10.42.0.0/16"], "dst": ["tag:k3s:*", "10.42.0.0/16:*"]},
    {"action": "accept", "src": ["group:admins"], "dst": ["tag:k3s:22,6443"]}]"#;

fn only(allowed: &[&str]) -> Claim {
    Claim::OnlySources {
        dst: vec!["tag:k3s".to_owned()],
        service: service("tcp:6443").unwrap(),
        allowed: allowed.iter().map(|s| (*s).to_owned()).collect(),
    }
}

fn pairs(proof: &Proof) -> Vec<(&str, &str)> {
    proof
        .witnesses
        .iter()
        .map(|w| (w.from.as_str(), w.to.as_str()))
        .collect()
}

#[test]
fn a_claim_that_holds_has_no_witness() {
    let (checked, tailnet) = (checked(GOOD), tailnet());
    let engine = Engine::new(&checked.policy, &tailnet);
    let mut prover = Prover::new(&engine);
    assert!(prover.decide(&only(&["tag:k3s", "group:admins", "pods"])).holds);
    assert!(prover.decide(&Claim::pods_reach_pods()).holds);
}

#[test]
fn a_claim_that_fails_names_every_pair_of_ends() {
    let (checked, tailnet) = (checked(GOOD), tailnet());
    let engine = Engine::new(&checked.policy, &tailnet);
    let mut prover = Prover::new(&engine);
    let proof = prover.decide(&only(&["tag:k3s", "pod@one"]));
    assert_eq!(
        pairs(&proof),
        [("pod@two", "one"), ("ada-laptop", "one"), ("ada-laptop", "two")]
    );
    let chain = prover.explain(&proof.witnesses[1]);
    let text = chain.deciding().unwrap();
    assert_eq!(text.text, "rule 2 of `acls` allows tcp 6443 at `one`");
    assert!(text.span.is_some() && chain.allowed);
}

#[test]
fn a_star_lets_everybody_in() {
    let rules = r#""grants": [{"src": ["*"], "dst": ["tag:k3s"], "ip": ["tcp:6443"]}]"#;
    let (checked, tailnet) = (checked(rules), tailnet());
    let engine = Engine::new(&checked.policy, &tailnet);
    let proof = Prover::new(&engine).decide(&only(&["tag:k3s", "group:admins", "pods"]));
    let expected = [
        ("gus-laptop", "one"),
        ("nas", "one"),
        ("gus-laptop", "two"),
        ("nas", "two"),
    ];
    assert_eq!(pairs(&proof), expected);
}

#[test]
fn the_first_missing_link_is_named() {
    let (checked, tailnet) = (checked(GOOD), tailnet());
    let engine = Engine::new(&checked.policy, &tailnet);
    let last = |src: &str, dst: &str, port: u16| {
        let flow = Flow {
            src: src.parse().unwrap(),
            dst: dst.parse().unwrap(),
            proto: 6,
            port,
        };
        let chain = engine.explain(flow);
        assert_eq!(chain.allowed, engine.reaches(flow));
        chain.deciding().unwrap().text.clone()
    };
    assert_eq!(
        last("10.42.0.5", "10.42.9.1", 80),
        "`two` advertises `10.42.9.0/24`, which contains 10.42.9.1, but the route is not approved"
    );
    assert_eq!(
        last("10.42.0.5", "192.0.2.1", 80),
        "no device has 192.0.2.1 or advertises a route to it"
    );
    assert_eq!(
        last("100.80.2.1", "10.42.0.5", 80),
        "`ada-laptop` does not accept routes (`--accept-routes`), so it does not use the route of `one`"
    );
    assert_eq!(
        last("100.80.2.2", "100.80.1.1", 6443),
        "no rule allows tcp 6443 from 100.80.2.2 to 100.80.1.1 at `one`; rule 1 of `acls` allows it from other sources"
    );
    assert_eq!(
        last("100.80.2.1", "100.80.1.1", 10250),
        "no rule allows tcp 10250 from 100.80.2.1 to 100.80.1.1 at `one`; rule 2 of `acls` connects them on other ports or protocols"
    );
    assert_eq!(
        last("100.80.2.2", "100.80.3.1", 445),
        "no rule allows tcp 445 from 100.80.2.2 to 100.80.3.1 at `nas`"
    );
    assert_eq!(
        last("10.42.0.5", "100.80.1.1", 1),
        "source and destination are on the same device, so the tailnet is not involved"
    );
}

#[test]
fn what_is_missing_between_pods_is_shown_as_a_flow() {
    let rules =
        r#""acls": [{"action": "accept", "src": ["10.42.0.0/16"], "dst": ["10.42.0.0/16:1-79,81-65535"]}]"#;
    let (checked, tailnet) = (checked(rules), tailnet());
    let engine = Engine::new(&checked.policy, &tailnet);
    let mut prover = Prover::new(&engine);
    let proof = prover.decide(&Claim::Allow {
        from: vec!["pods".to_owned()],
        to: vec!["pods".to_owned()],
        service: service("tcp:1-65535").unwrap(),
    });
    assert!(!proof.holds);
    assert_eq!(proof.witnesses[0].flow.port, 80);
    assert!(
        prover
            .decide(&Claim::Deny {
                from: vec!["pods".to_owned()],
                to: vec!["pods".to_owned()],
                service: service("tcp:80").unwrap(),
            })
            .holds
    );
}

#[test]
fn a_claim_about_nothing_says_so() {
    let (checked, tailnet) = (checked(GOOD), tailnet());
    let engine = Engine::new(&checked.policy, &tailnet);
    let claim = Claim::Allow {
        from: vec!["tag:nobody".to_owned()],
        to: vec!["pods".to_owned()],
        service: service("*").unwrap(),
    };
    let proof = Prover::new(&engine).decide(&claim);
    assert!(proof.holds && proof.vacuous);
}
