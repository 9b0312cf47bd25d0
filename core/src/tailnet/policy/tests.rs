use super::*;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{FileId, SourceFile};
use crate::tailnet::control::Control;

fn parsed(text: &str) -> (Policy, Vec<Diagnostic>) {
    let (policy, found) = read(&SourceFile::new(FileId(1), "p", text), Control::Tailscale);
    (policy, found)
}

#[test]
fn every_documented_section_is_read() {
    let (policy, found) = parsed(
        r#"{
        "acls": [{"action": "accept", "src": ["*"], "proto": "tcp", "dst": ["*:*"], "srcPosture": []}],
        "grants": [{"src": ["*"], "dst": ["*"], "ip": ["*"], "app": {"a/b": [{}]}, "via": []}],
        "groups": {"group:a": ["a@x"]}, "hosts": {"h": "10.0.0.1"}, "tagOwners": {"tag:a": []},
        "autoApprovers": {"routes": {"10.0.0.0/8": ["tag:a"]}, "exitNode": ["tag:a"], "services": {}},
        "ssh": [{"action": "check", "src": [], "dst": [], "users": [], "checkPeriod": "1h", "acceptEnv": [],
                 "recorder": [], "enforceRecorder": true}],
        "nodeAttrs": [{"target": ["*"], "attr": ["funnel"], "app": {}, "ipPool": []}],
        "postures": {"posture:a": []}, "defaultSrcPosture": [], "ipsets": {"ipset:a": []},
        "tests": [{"src": "a@x", "accept": [], "deny": [], "proto": "tcp", "srcPostureAttrs": {}}],
        "sshTests": [{"src": "a@x", "dst": [], "accept": [], "check": [], "deny": []}],
        "derpMap": {}, "disableIPv4": false, "OneCGNATRoute": "", "randomizeClientPort": true, "attrConfig": {}
        }"#,
    );
    assert_eq!(found, []);
    assert_eq!(policy.acls.unwrap().len(), 1);
    assert_eq!(policy.grants.unwrap()[0].app[0].value, "a/b");
    assert_eq!(policy.auto_approvers.routes[0].name.value, "10.0.0.0/8");
}

#[test]
fn absent_null_and_empty_rules_are_told_apart() {
    assert!(parsed("{}").0.allows_all());
    assert!(parsed(r#"{"acls": null}"#).0.allows_all());
    assert!(!parsed(r#"{"acls": []}"#).0.allows_all());
    assert!(!parsed(r#"{"grants": []}"#).0.allows_all());
}

#[test]
fn an_unknown_field_is_named_with_the_one_that_was_meant() {
    let (_, found) = parsed(r#"{"acsl": [], "grants": [{"source": ["*"]}], "zzzzzz": 1}"#);
    let helps: Vec<_> = found.iter().map(|d| d.help.clone().unwrap()).collect();
    assert!(helps.iter().any(|h| h == "did you mean `acls`?"), "{helps:?}");
    assert_eq!(found.len(), 3);
    assert!(found.iter().all(|d| d.rule == "tailscale-unknown-field"));
}

#[test]
fn old_names_and_other_case_are_read() {
    let (policy, found) = parsed(r#"{"ACLs": [{"Action": "accept", "Users": ["*"], "Ports": ["*:*"]}]}"#);
    assert!(found.iter().all(|d| d.severity == Severity::Warning));
    let acls = policy.acls.unwrap();
    assert_eq!(acls[0].src.items.len() + acls[0].dst.items.len(), 2);
    let (_, found) = parsed(r#"{"acls": [], "ACLs": []}"#);
    assert!(found.iter().any(|d| d.severity == Severity::Error));
}

#[test]
fn wrong_types_are_located() {
    let text =
        r#"{"acls": {}, "groups": {"group:a": "a@x"}, "ssh": [1], "hosts": {"h": 1}, "disableIPv4": "no"}"#;
    let (_, found) = parsed(text);
    let at: Vec<&str> = found.iter().map(|d| &text[d.span.range()]).collect();
    for wrong in ["{}", "\"a@x\"", "1", "\"no\""] {
        assert!(at.contains(&wrong), "{wrong}: {at:?}");
    }
}
