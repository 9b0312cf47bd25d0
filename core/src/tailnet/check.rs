//! A policy's text to its findings: reading, checking, and the tests it carries.

use super::control::Control;
use super::model::Tailnet;
use super::policy::{self, Policy};
use super::reason::ReasonClass;
use super::tests_section;
use super::validate::validate;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::source::SourceFile;

/// A policy that was read and checked.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Checked {
    /// What could be read of it.
    pub policy: Policy,
    /// What is wrong with it, in file order.
    pub found: Vec<Diagnostic>,
}

impl Checked {
    /// True where the control plane would save it.
    pub fn is_valid(&self) -> bool {
        self.found.iter().all(|d| d.severity != Severity::Error)
    }
}

/// Where a part of the text could not be read, the names it defines seem to be missing.
fn may_follow_from_damage(found: &Diagnostic) -> bool {
    matches!(
        ReasonClass::of_rule(found.rule),
        Some(
            ReasonClass::UndefinedTag
                | ReasonClass::UndefinedGroup
                | ReasonClass::UndefinedHost
                | ReasonClass::UndefinedIpset
                | ReasonClass::TestsFailed
                | ReasonClass::SshTestsFailed
                | ReasonClass::SshtestsBadDst
        )
    )
}

/// Reads and checks a policy for a control server. Its tests run where a tailnet is given and nothing else is wrong.
pub fn check_text(file: &SourceFile, control: Control, tailnet: Option<&Tailnet>) -> Checked {
    let (policy, mut found) = policy::read(file, control);
    let damaged = found.iter().any(|d| d.rule == ReasonClass::Syntax.rule());
    found.extend(validate(&policy, control, tailnet));
    if damaged {
        found.retain(|found| !may_follow_from_damage(found));
        policy::doubt_fixes(&mut found);
    }
    let mut sink = Sink::new();
    sink.extend(found);
    if let Some(tailnet) = tailnet.filter(|_| !sink.has_errors()) {
        sink.extend(
            tests_section::run(&policy, tailnet)
                .into_iter()
                .map(|failed| failed.found),
        );
    }
    Checked {
        policy,
        found: sink.finish(),
    }
}

#[cfg(test)]
mod unit {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn nothing_in_a_damaged_policy_has_a_safe_fix_but_what_mends_it() {
        let safe = |text: &str| {
            let checked = check_text(&SourceFile::new(FileId(1), "p", text), Control::Tailscale, None);
            let fixes = checked.found.into_iter().flat_map(|found| found.fixes);
            fixes
                .filter(|fix| fix.applicability == crate::diagnostic::Applicability::Safe)
                .count()
        };
        // A quote is lost: the words behind it are taken for keys and values.
        assert_eq!(
            safe(r#"{"acls": [{action": "accept", "src": ["*"], "dst": ["*:*"]}]}"#),
            0
        );
        // Two commas are: with both, it can be read.
        assert_eq!(safe(r#"{"groups": {} "hosts": {} "acls": []}"#), 2);
    }

    #[test]
    fn what_follows_from_damage_is_not_reported() {
        let text =
            r#"{"tagOwners": {"tag:a" []}, "acls": [{"action": "deny", "src": ["tag:a"], "dst": ["*:*"]}]}"#;
        let checked = check_text(&SourceFile::new(FileId(1), "p", text), Control::Tailscale, None);
        let rules: Vec<_> = checked.found.iter().map(|d| d.rule.name).collect();
        assert_eq!(rules, ["tailscale-policy-syntax", "tailscale-bad-action"]);
    }

    #[test]
    fn the_effort_grows_with_the_text_and_not_faster() {
        let many = |n: usize, item: &dyn Fn(usize) -> String| (0..n).map(item).collect::<Vec<_>>().join(",");
        let n = 6000;
        let texts = [
            format!(
                "{{\"acls\": [{}]}}",
                many(n, &|i| format!(
                    "{{\"src\": [\"tag:x{i}\"], \"dst\": [\"h{i}:*\"]}}"
                ))
            ),
            format!("{{{}}}", many(n, &|i| format!("\"key{i}\": 1"))),
            format!(
                "{{\"ipsets\": {{{}}}}}",
                many(n, &|i| format!("\"ipset:{i}\": [\"ipset:{}\"]", i + 1))
            ),
            format!(
                "{{\"ssh\": [{{\"src\": [{}], \"dst\": [{}]}}]}}",
                many(n, &|i| format!("\"u{i}@x\"")),
                many(n, &|_| "\"autogroup:self\"".into())
            ),
            format!(
                "{{\"acls\": [{{\"src\": [{}], \"dst\": [{}]}}]}}",
                many(n, &|_| "\"tag:a\"".into()),
                many(n, &|_| "\"autogroup:self:*\"".into())
            ),
            "[".repeat(200_000),
            "\"".repeat(200_000),
            "/*".repeat(200_000),
            "'".repeat(200_000),
            format!("{{{}", "\"a\":{".repeat(100_000)),
        ];
        for text in texts {
            let start = std::time::Instant::now();
            let checked = check_text(
                &SourceFile::new(FileId(1), "p", text.clone()),
                Control::Tailscale,
                None,
            );
            let tailnet = Tailnet::default();
            let _ = super::super::reach::Engine::new(&checked.policy, &tailnet);
            assert!(
                start.elapsed().as_secs() < 5,
                "{:.60} took {:?}",
                text,
                start.elapsed()
            );
        }
    }

    /// What fails of a policy's tests, over a tailnet with one person and a subnet.
    fn failing(text: &str) -> Vec<String> {
        let tailnet: Tailnet = serde_json::from_str(
            r#"{"users": [{"login": "ada@acme.dev"}], "nodes": [
                {"name": "laptop", "user": "ada@acme.dev", "ips": ["100.64.0.1"]},
                {"name": "exit", "tags": ["tag:exit"], "ips": ["100.64.0.2"], "advertised": ["10.20.0.0/16", "0.0.0.0/0"],
                 "approved": ["10.20.0.0/16", "0.0.0.0/0"]}]}"#,
        )
        .unwrap();
        let file = SourceFile::new(FileId(1), "p", text);
        let found = check_text(&file, Control::Tailscale, Some(&tailnet)).found;
        let errors = found.iter().filter(|d| d.severity == Severity::Error);
        errors.map(|d| d.message.clone()).collect()
    }

    /// tailscale/tailscale#16688: the control plane fails a test without attributes where a default posture covers the rule.
    #[test]
    fn a_default_posture_covers_rules_without_one() {
        let policy = |rule: &str, test: &str| {
            format!(
                r#"{{"groups": {{"group:eng": ["ada@acme.dev"]}}, "hosts": {{"web": "10.20.0.5"}},
                "postures": {{"posture:linux": ["node:os == 'linux'", "node:tsVersion >= '1.84'"],
                              "posture:macos": ["node:os == 'macos'", "node:tsVersion >= '1.84'"],
                              "posture:any": ["node:os IS SET"]}},
                "defaultSrcPosture": ["posture:linux", "posture:macos"],
                "acls": [{{"action": "accept", "src": ["group:eng"], "dst": ["web:443"]{rule}}}],
                "tests": [{{"src": "group:eng", {test}}}]}}"#
            )
        };
        let attributes = |os: &str, version: &str| {
            format!(r#""srcPostureAttrs": {{"node:os": "{os}", "node:tsVersion": "{version}"}}"#)
        };
        let accept = r#""accept": ["web:443"]"#;
        let unmet =
            "`group:eng` must reach `web:443`, but the test does not meet the posture of rule 1 of `acls`";
        assert_eq!(failing(&policy("", accept)), [unmet]);
        assert_eq!(
            failing(&policy(
                "",
                &format!("{}, {accept}", attributes("macos", "1.84.2"))
            )),
            [""; 0]
        );
        assert_eq!(
            failing(&policy("", &format!("{}, {accept}", attributes("macos", "1.83")))),
            [unmet]
        );
        assert_eq!(
            failing(&policy(
                "",
                &format!("{}, {accept}", attributes("windows", "1.98"))
            )),
            [unmet]
        );
        assert_eq!(failing(&policy("", r#""deny": ["web:443"]"#)), [""; 0]);
        // The default is not additive.
        let own = r#", "srcPosture": ["posture:any"]"#;
        assert_eq!(
            failing(&policy(
                own,
                &format!("{}, {accept}", attributes("windows", "1.1"))
            )),
            [""; 0]
        );
    }

    /// tailscale/tailscale#11940: two tests with different attributes, each right.
    #[test]
    fn a_test_is_decided_with_its_own_attributes() {
        let policy = |version: &str| {
            format!(
                r#"{{"postures": {{"posture:recent": ["node:tsReleaseTrack == 'stable'", "node:tsVersion >= '1.60'"]}},
                "acls": [{{"action": "accept", "src": ["autogroup:member"], "dst": ["autogroup:self:*"]}},
                         {{"action": "accept", "src": ["autogroup:member"], "srcPosture": ["posture:recent"], "dst": ["autogroup:internet:*"]}}],
                "tests": [{{"src": "ada@acme.dev", "srcPostureAttrs": {{"node:tsReleaseTrack": "stable", "node:tsVersion": "1.61"}},
                           "accept": ["40.0.0.1:443"], "deny": ["10.0.0.1:443"]}},
                          {{"src": "ada@acme.dev", "srcPostureAttrs": {{"node:tsReleaseTrack": "stable", "node:tsVersion": "{version}"}},
                           "deny": ["10.0.0.1:443", "40.0.0.1:443"]}}]}}"#
            )
        };
        assert_eq!(failing(&policy("1.59")), [""; 0]);
        assert_eq!(failing(&policy("1.62")).len(), 1);
        let ssh = |version: &str| {
            format!(
                r#"{{"tagOwners": {{"tag:exit": []}}, "postures": {{"posture:recent": ["node:tsVersion >= '1.60'"]}}, "acls": [],
                "ssh": [{{"action": "accept", "src": ["ada@acme.dev"], "dst": ["tag:exit"], "users": ["root"], "srcPosture": ["posture:recent"]}}],
                "sshTests": [{{"src": "ada@acme.dev", "srcPostureAttrs": {{"node:tsVersion": "{version}"}}, "dst": ["tag:exit"], "accept": ["root"]}}]}}"#
            )
        };
        assert_eq!(failing(&ssh("1.61")), [""; 0]);
        assert_eq!(failing(&ssh("1.59")).len(), 1);
    }

    /// A device that is known not to meet the posture of a rule is no source of it.
    #[test]
    fn a_device_that_fails_a_posture_gets_nowhere() {
        let policy = r#"{"postures": {"posture:new": ["node:tsVersion >= '1.90'"]}, "defaultSrcPosture": ["posture:new"],
            "grants": [{"src": ["100.64.0.1"], "dst": ["100.64.0.2"], "ip": ["*"]}]}"#;
        let reaches = |posture: &str| {
            let tailnet: Tailnet = serde_json::from_str(&format!(
                r#"{{"nodes": [{{"name": "a", "user": "a@x", "ips": ["100.64.0.1"]{posture}}},
                              {{"name": "b", "user": "b@x", "ips": ["100.64.0.2"]}}]}}"#
            ))
            .unwrap();
            let checked = check_text(&SourceFile::new(FileId(1), "p", policy), Control::Tailscale, None);
            let engine = super::super::reach::Engine::new(&checked.policy, &tailnet);
            engine.reaches(super::super::reach::Flow {
                src: "100.64.0.1".parse().unwrap(),
                dst: "100.64.0.2".parse().unwrap(),
                proto: 6,
                port: 22,
            })
        };
        assert!(reaches(""));
        assert!(reaches(r#", "posture": {"node:tsVersion": "1.98.9"}"#));
        assert!(reaches(r#", "posture": {"node:os": "linux"}"#));
        assert!(!reaches(r#", "posture": {"node:tsVersion": "1.84"}"#));
    }
}
