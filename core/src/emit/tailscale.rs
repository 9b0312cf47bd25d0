//! The Tailscale policy: exactly what the plan's flows need, written fresh or merged into the tailnet's own.
//!
//! Routes are approved for the tags, and only when a route is first advertised, so the policy has to be there before the
//! machines start.

use super::data::{Data, map, seq};
use super::document::{Document, DocumentKind};
use super::written::Written;
use super::{hujson, json};
use crate::acl::{needs, plain};
use crate::origin::Origin;
use crate::plan::{Plan, Tailnet};
use crate::tailnet::merge::{AclNeed, GrantNeed, Needs, SshNeed, TestNeed};
use crate::text::Text;

/// The path of the policy.
const POLICY: &str = "tailscale/policy.hujson";

/// The policy with comments, and the same as plain JSON. `merged` is the tailnet's own policy with what is needed in it.
pub(crate) fn documents(plan: &Plan, merged: Option<&str>) -> Vec<Document> {
    let Some(tailnet) = &plan.tailnet else {
        return Vec::new();
    };
    let (hujson, json) = match merged {
        Some(text) => (whole(text, tailnet), whole(&plain(text), tailnet)),
        None => {
            let policy = policy(plan, tailnet);
            (hujson::write(&policy), json::pretty(&policy))
        }
    };
    vec![
        Document::new(DocumentKind::Policy, POLICY, hujson),
        Document::new(DocumentKind::PlainPolicy, "tailscale/policy.json", json),
    ]
}

/// A text that is written as it is.
fn whole(text: &str, tailnet: &Tailnet) -> Written {
    let origin = tailnet.policy.as_ref().map(|own| Origin::Config(own.span));
    Written {
        text: Text::lit(text),
        line_origins: vec![origin; text.lines().count()],
    }
}

fn policy(plan: &Plan, tailnet: &Tailnet) -> Data {
    let needs = needs(plan, tailnet);
    let mut policy = map::<&str>([]).commented(format!(
        "Made by gkc: what the cluster {} needs on the tailnet, and nothing else.\nApply it before the machines start: routes are approved when they are first advertised.",
        plan.name
    ));
    if !needs.groups.is_empty() {
        policy.insert(
            "groups",
            named(&needs.groups).with_origin(Origin::Default("tailscale.groups")),
        );
    }
    policy.insert("tagOwners", named(&needs.tag_owners));
    if !needs.hosts.is_empty() {
        let hosts = needs
            .hosts
            .iter()
            .map(|(name, address)| (name.clone(), Data::from(address)));
        policy.insert("hosts", map(hosts));
    }
    if !needs.routes.is_empty() {
        let approvers = map([("routes", named(&needs.routes))]);
        policy.insert(
            "autoApprovers",
            approvers.commented("Every machine advertises the part of the pod range that is its own."),
        );
    }
    rules(&mut policy, &needs, tailnet.acls);
    if !needs.ssh.is_empty() {
        policy.insert("ssh", seq(needs.ssh.iter().map(ssh)));
    }
    if !needs.tests.is_empty() {
        let tests = seq(needs.tests.iter().map(test));
        policy.insert("tests", tests.commented("Pods reach pods across machines."));
    }
    policy
}

fn named(entries: &[(String, Vec<String>)]) -> Data {
    map(entries.iter().map(|(name, list)| (name.clone(), strings(list))))
}

fn strings(list: &[String]) -> Data {
    seq(list.iter().map(String::as_str))
}

/// A section is written even where it is empty: a policy without one admits everything.
fn rules(policy: &mut Data, needs: &Needs, acls: bool) {
    if acls {
        policy.insert("acls", seq(needs.acls.iter().map(acl)));
    } else {
        policy.insert("grants", seq(needs.grants.iter().map(grant)));
    }
}

fn explained(data: Data, why: Option<&String>) -> Data {
    match why {
        Some(why) => data.commented(why.clone()),
        None => data,
    }
}

fn grant(rule: &GrantNeed) -> Data {
    let data = map([
        ("src", strings(&rule.src)),
        ("dst", strings(&rule.dst)),
        ("ip", strings(&rule.ip)),
    ]);
    explained(data, rule.why.as_ref())
}

fn acl(rule: &AclNeed) -> Data {
    let mut data = map([("action", Data::from("accept")), ("src", strings(&rule.src))]);
    if let Some(proto) = &rule.proto {
        data.insert("proto", proto);
    }
    data.insert("dst", strings(&rule.dst));
    explained(data, rule.why.as_ref())
}

fn ssh(rule: &SshNeed) -> Data {
    map([
        ("action", Data::from(&rule.action)),
        ("src", strings(&rule.src)),
        ("dst", strings(&rule.dst)),
        ("users", strings(&rule.users)),
    ])
}

fn test(test: &TestNeed) -> Data {
    let mut data = map([("src", Data::from(&test.src))]);
    if let Some(proto) = &test.proto {
        data.insert("proto", proto);
    }
    for (key, list) in [("accept", &test.accept), ("deny", &test.deny)] {
        if !list.is_empty() {
            data.insert(key, strings(list));
        }
    }
    data
}
