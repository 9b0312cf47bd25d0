//! What the control plane would reject, each at the place a person would point at, all in one run; and warnings for
//! what it accepts although it does not do what it looks like.

mod approvers;
mod names;
mod rules;
mod selectors;
mod ssh;
#[cfg(test)]
mod tests;
mod tests_section;

pub(in crate::tailnet) use names::{MAX_IPSET_RANGES, Member as IpSetMember, ipset_member};

use std::collections::{BTreeMap, BTreeSet};

use super::control::Control;
use super::findings::control::CONTROL_UNSUPPORTED;
use super::model::Tailnet;
use super::policy::{Policy, Text};
use super::reason::ReasonClass as R;
use crate::diagnostic::{Diagnostic, Label, MOST_ALIKE, Rule};
use crate::source::Span;

/// Checks a policy for a control server. What depends on the tailnet (its domains, its people) is checked where one is given.
pub fn validate(policy: &Policy, control: Control, tailnet: Option<&Tailnet>) -> Vec<Diagnostic> {
    let mut check = Check::new(policy, control, tailnet);
    names::check(&mut check);
    rules::check(&mut check);
    ssh::check(&mut check);
    approvers::check(&mut check);
    tests_section::check(&mut check);
    joined(check.found)
}

/// Uses of a name that is not defined are one mistake: its findings become one, at the first use.
fn joined(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let undefined = [
        R::UndefinedTag,
        R::UndefinedGroup,
        R::UndefinedHost,
        R::UndefinedIpset,
    ]
    .map(R::rule);
    let mut first: BTreeMap<String, usize> = BTreeMap::new();
    let mut out: Vec<Diagnostic> = Vec::with_capacity(found.len());
    for finding in found {
        let may_join = undefined.contains(&finding.rule) || finding.rule == R::TestsFailed.rule();
        match first.get(&finding.message).filter(|_| may_join) {
            Some(at) => {
                let all = &mut out[*at];
                if all.labels.len() < MOST_USES {
                    all.labels.push(Label {
                        span: finding.span,
                        message: "also used here".to_owned(),
                    });
                }
                if let (Some(fix), Some(other)) = (all.fixes.first_mut(), finding.fixes.into_iter().next()) {
                    fix.edits.extend(other.edits);
                }
            }
            None => {
                if undefined.contains(&finding.rule) {
                    first.insert(finding.message.clone(), out.len());
                }
                out.push(finding);
            }
        }
    }
    out
}

/// Further uses of an undefined name that a finding shows: more say no more.
const MOST_USES: usize = 4;

/// What the checks share: the names that the policy defines, and the findings.
struct Check<'a> {
    policy: &'a Policy,
    control: Control,
    tailnet: Option<&'a Tailnet>,
    tags: BTreeSet<&'a str>,
    groups: BTreeSet<&'a str>,
    hosts: BTreeMap<&'a str, &'a Text>,
    ipsets: BTreeSet<&'a str>,
    postures: BTreeSet<&'a str>,
    /// Names in the sections that define them, of a form that they cannot have.
    misnamed: Vec<&'a str>,
    found: Vec<Diagnostic>,
}

impl<'a> Check<'a> {
    fn new(policy: &'a Policy, control: Control, tailnet: Option<&'a Tailnet>) -> Check<'a> {
        let named = |entries: &'a [super::policy::Entry]| -> BTreeSet<&'a str> {
            crate::sorted::set(entries.iter().map(|e| e.name.value.as_str()))
        };
        Check {
            policy,
            control,
            tailnet,
            tags: named(&policy.tag_owners),
            groups: named(&policy.groups),
            hosts: crate::sorted::map(policy.hosts.iter().map(|(n, a)| (n.value.as_str(), a))),
            ipsets: named(&policy.ipsets),
            postures: named(&policy.postures),
            misnamed: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Reports what Headscale does not support; the message goes on behind those words.
    fn unsupported(&mut self, span: Span, what: impl std::fmt::Display, help: impl Into<String>) {
        let message = format!("Headscale does not support {what}");
        self.found.push(CONTROL_UNSUPPORTED.at(span, message).help(help));
    }

    fn error(&mut self, class: R, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(class.error(span, message).help(help));
    }

    /// Whether a name that is not defined seems to be one whose definition was reported.
    fn is_misnamed(&self, name: &str) -> bool {
        let plain = |name: &str| -> String {
            let bare = name.rsplit(':').next().unwrap_or("");
            bare.chars()
                .filter(|c| c.is_alphanumeric())
                .flat_map(char::to_lowercase)
                .collect()
        };
        let name = plain(name);
        let mut misnamed = self.misnamed.iter().take(MOST_ALIKE);
        !name.is_empty() && misnamed.any(|other| plain(other).contains(&name))
    }

    fn warn(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(rule.at(span, message).help(help));
    }
}
