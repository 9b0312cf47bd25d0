//! A policy's text to its findings: reading, checking, and the tests it carries.

use super::control::Control;
use super::hujson::Document;
use super::model::Tailnet;
use super::policy::{self, Policy};
use super::reason::ReasonClass;
use super::tests_section;
use super::validate::validate;
use crate::diagnostic::{Diagnostic, Severity, Sink};
use crate::source::SourceFile;

/// A policy that was read and checked.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What could be read of it.
    pub policy: Policy,
    /// The tree of its text.
    pub document: Document,
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
    let (policy, document, found) = policy::read(file, control);
    let damaged = found.iter().any(|d| d.rule == ReasonClass::Syntax.rule());
    let mut sink = Sink::new();
    sink.extend(found);
    let wrong = validate(&policy, control, tailnet).into_iter();
    sink.extend(wrong.filter(|d| !damaged || !may_follow_from_damage(d)));
    if let Some(tailnet) = tailnet.filter(|_| !sink.has_errors()) {
        sink.extend(tests_section::run(&policy, tailnet));
    }
    Checked {
        policy,
        document,
        found: sink.finish(),
    }
}

#[cfg(test)]
mod unit {
    use super::*;
    use crate::source::FileId;

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
}
