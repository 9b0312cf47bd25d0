//! The Tailscale policy: exactly what the plan's flows need, as grants or as acls.
//!
//! Pods talk to pods under their own addresses, so the pod range is source and destination of one rule; what a machine sends
//! comes from its tag (reference/tailscale.md, section 2, point 9). Routes are approved for the tags, and only when a route is first
//! advertised, so the policy has to be there before the machines start.

use super::artifact::{Consumer, Document, PUBLIC};
use super::node::{Node, map, seq};
use super::{hujson, json};
use crate::origin::Origin;
use crate::plan::{Flow, Party, Plan, Protocol, Tailnet};

/// The host alias of the pod range.
const PODS: &str = "k3s-pods";

/// The policy with comments, and the same as plain JSON.
pub(crate) fn documents(plan: &Plan) -> Vec<Document> {
    let Some(tailnet) = &plan.tailnet else {
        return Vec::new();
    };
    let policy = policy(plan, tailnet);
    let document = |path: &str, written| Document {
        path: path.to_owned(),
        written,
        mode: PUBLIC,
        consumer: Consumer::Tailscale,
    };
    vec![
        document("tailscale/policy.hujson", hujson::write(&policy)),
        document("tailscale/policy.json", json::pretty(&policy)),
    ]
}

fn policy(plan: &Plan, tailnet: &Tailnet) -> Node {
    let mut policy = map::<&str>([]).commented(format!(
        "Made by gkc: what the cluster {} needs on the tailnet, and nothing else.\nApply it before the machines start: routes are approved when they are first advertised.",
        plan.name
    ));
    let owners = tailnet
        .tags()
        .into_iter()
        .map(|tag| (tag.clone(), seq(["autogroup:admin"])));
    if !tailnet.groups.is_empty() {
        let groups = tailnet
            .groups
            .iter()
            .map(|(name, people)| (name.clone(), seq(people.iter().map(String::as_str))));
        policy.insert(
            "groups",
            map(groups).from_origin(Origin::Default("tailscale.groups")),
        );
    }
    policy.insert("tagOwners", map(owners));
    if tailnet.carries_pods {
        let pods = plan.networks.pods.to_string();
        policy.insert("hosts", map([(PODS, Node::from(pods.as_str()))]));
        let tags = seq(tailnet.tags().into_iter().map(String::as_str));
        let approvers = map([("routes", map([(pods, tags)]))]);
        policy.insert(
            "autoApprovers",
            approvers.commented("Every machine advertises the part of the pod range that is its own."),
        );
    }
    let rules = rules(plan, tailnet);
    let key = if tailnet.acls { "acls" } else { "grants" };
    policy.insert(key, seq(rules));
    if let Some(ssh) = &tailnet.ssh
        && !tailnet.admins.is_empty()
    {
        let rule = map([
            ("action", Node::from(ssh.action)),
            ("src", seq(tailnet.admins.iter().map(String::as_str))),
            ("dst", seq(tailnet.tags().into_iter().map(String::as_str))),
            ("users", seq(ssh.users.iter().map(String::as_str))),
        ]);
        policy.insert("ssh", seq([rule]));
    }
    let tests = tests(plan, tailnet);
    if !tests.is_empty() {
        policy.insert("tests", seq(tests).commented("Pods reach pods across machines."));
    }
    policy
}

/// The flows that cross the tailnet: everything where it carries pods, else people's only.
fn carried<'p>(plan: &'p Plan, tailnet: &'p Tailnet) -> impl Iterator<Item = &'p Flow> {
    plan.flows.iter().filter(|flow| match flow.from {
        Party::Admins => !tailnet.admins.is_empty(),
        _ => {
            tailnet.carries_pods
                && !selectors(tailnet, flow.from).is_empty()
                && !selectors(tailnet, flow.to).is_empty()
        }
    })
}

fn rules(plan: &Plan, tailnet: &Tailnet) -> Vec<Node> {
    let mut rules: Vec<Node> = Vec::new();
    for flow in carried(plan, tailnet) {
        let (from, to) = (selectors(tailnet, flow.from), selectors(tailnet, flow.to));
        let rule = if tailnet.acls {
            acl(flow, &from, &to)
        } else {
            grant(flow, &from, &to)
        };
        // One tag for servers and agents makes some flows the same rule.
        if !rules.iter().any(|known| known.kind == rule.kind) {
            rules.push(rule);
        }
    }
    rules
}

fn selectors(tailnet: &Tailnet, party: Party) -> Vec<String> {
    match party {
        Party::Servers => tailnet.server_tags.clone(),
        Party::Agents => tailnet.agent_tags.clone(),
        Party::Nodes => tailnet.tags().into_iter().cloned().collect(),
        Party::Pods => vec![PODS.to_owned()],
        Party::Admins => tailnet.admins.clone(),
    }
}

fn ports(flow: &Flow) -> String {
    match flow.ports {
        None => "*".into(),
        Some((first, last)) if first == last => first.to_string(),
        Some((first, last)) => format!("{first}-{last}"),
    }
}

fn grant(flow: &Flow, from: &[String], to: &[String]) -> Node {
    let ip = match (flow.protocol, ports(flow)) {
        (Protocol::Any, ports) => ports,
        (protocol, ports) => format!("{}:{ports}", protocol.as_str()),
    };
    map([
        ("src", seq(from.iter().map(String::as_str))),
        ("dst", seq(to.iter().map(String::as_str))),
        ("ip", seq([ip])),
    ])
    .commented(flow.why)
}

fn acl(flow: &Flow, from: &[String], to: &[String]) -> Node {
    let ports = ports(flow);
    let mut rule = map([
        ("action", Node::from("accept")),
        ("src", seq(from.iter().map(String::as_str))),
    ]);
    if flow.protocol != Protocol::Any {
        rule.insert("proto", flow.protocol.as_str());
    }
    rule.insert("dst", seq(to.iter().map(|to| format!("{to}:{ports}"))));
    rule.commented(flow.why)
}

/// Tests that the control plane runs at each save: one host and one numeric port each, as it demands. Only between
/// addresses: a test of a tag that no machine carries yet may be refused, and the policy comes before the machines.
fn tests(plan: &Plan, tailnet: &Tailnet) -> Vec<Node> {
    let Some([a, b]) = pod_addresses(plan).filter(|_| tailnet.carries_pods) else {
        return Vec::new();
    };
    let test = |proto: &str, port: u16| {
        map([
            ("src", Node::from(a.as_str())),
            ("proto", Node::from(proto)),
            ("accept", seq([format!("{b}:{port}")])),
        ])
    };
    vec![test("tcp", 443), test("udp", 53)]
}

/// An address from each end of the pod range.
fn pod_addresses(plan: &Plan) -> Option<[String; 2]> {
    let std::net::IpAddr::V4(base) = plan.networks.pods.network() else {
        return None;
    };
    let last = match plan.networks.pods.broadcast() {
        std::net::IpAddr::V4(last) => u32::from(last).saturating_sub(1),
        std::net::IpAddr::V6(_) => return None,
    };
    let first = std::net::Ipv4Addr::from(u32::from(base).saturating_add(5));
    Some([first.to_string(), std::net::Ipv4Addr::from(last).to_string()])
}
