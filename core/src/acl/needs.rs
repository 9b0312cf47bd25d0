//! What the cluster needs of the tailnet's policy: the one description that the fresh policy, the merge and the proof
//! all follow.
//!
//! Machines talk to each other under their tags. The pod range is in none of the rules: flannel wraps what pods send to pods, and what
//! they send elsewhere leaves with the address of their machine (flannel-io/flannel `pkg/trafficmngr/iptables`).

use crate::facts::tailscale::DEFAULT_PROTOS;
use crate::plan::{Address, Claimed, Expected, Flow, Party, Plan, Protocol, Tailnet, port_words};
use crate::tailnet::compile::{Service, service};
use crate::tailnet::control::Control;
use crate::tailnet::merge::{Accept, AclNeed, GrantNeed, Needs, SshNeed, TestNeed};
use crate::tailnet::selector::Selector;
/// Everything that is to be in the policy.
pub(crate) fn needs(plan: &Plan, tailnet: &Tailnet) -> Needs {
    let tags: Vec<String> = tailnet.tags().into_iter().cloned().collect();
    let owner = owners(tailnet);
    let owners = |tag: &String| (tag.clone(), owner.clone());
    let mut needs = Needs {
        groups: tailnet.groups.clone(),
        tag_owners: tags.iter().map(owners).collect(),
        tests: tests(tailnet),
        ..Needs::default()
    };
    for (_, flow) in carried(plan, tailnet) {
        let (from, to) = (selectors(tailnet, flow.from), selectors(tailnet, flow.to));
        // One tag for servers and agents makes some flows the same rule.
        if tailnet.acls {
            let rule = acl(flow, from, &to);
            let same = |known: &&AclNeed| {
                (&known.src, &known.proto, &known.dst) == (&rule.src, &rule.proto, &rule.dst)
            };
            if !needs.acls.iter().any(|known| same(&known)) {
                needs.acls.push(rule);
            }
        } else {
            let rule = grant(flow, from, to);
            let same =
                |known: &GrantNeed| (&known.src, &known.dst, &known.ip) == (&rule.src, &rule.dst, &rule.ip);
            if !needs.grants.iter().any(same) {
                needs.grants.push(rule);
            }
        }
    }
    if let Some(ssh) = tailnet.ssh.as_ref().filter(|_| !tailnet.admins.is_empty()) {
        needs.ssh.push(SshNeed {
            action: ssh.action.to_owned(),
            src: tailnet.admins.clone(),
            dst: tags,
            users: ssh.users.clone(),
            ..SshNeed::default()
        });
    }
    needs
}

/// The control server that the policy is for.
pub(crate) fn control(tailnet: &Tailnet) -> Control {
    match tailnet.is_headscale() {
        true => Control::Headscale,
        false => Control::Tailscale,
    }
}

/// Who may give machines their tags. Headscale takes no autogroup as an owner (`facts::headscale::AUTOGROUPS`); a key that has the tag
/// needs no owner there.
fn owners(tailnet: &Tailnet) -> Vec<String> {
    if !tailnet.is_headscale() {
        return vec!["autogroup:admin".to_owned()];
    }
    let people = |name: &&String| matches!(Selector::parse(name), Selector::Group(_) | Selector::User(_));
    tailnet.admins.iter().filter(people).cloned().collect()
}

/// The flows that cross the tailnet, each with its place among those of the plan.
pub(super) fn carried<'p>(plan: &'p Plan, tailnet: &'p Tailnet) -> impl Iterator<Item = (usize, &'p Flow)> {
    let named = |party| !selectors(tailnet, party).is_empty();
    let over_tailnet = |flow: &Flow| flow.at == Address::Tailnet;
    let flows = plan.flows.iter().enumerate();
    flows.filter(move |(_, flow)| over_tailnet(flow) && named(flow.from) && named(flow.to))
}

/// The ends of claims that the plan knows, by the words of the configuration.
pub(crate) const PARTIES: [(&str, Party); 5] = [
    ("pods", Party::Pods),
    ("servers", Party::Servers),
    ("agents", Party::Agents),
    ("nodes", Party::Nodes),
    ("admins", Party::Admins),
];

/// The party that an end of a claim names; absent for selectors.
pub(crate) fn party_of(name: &str) -> Option<Party> {
    PARTIES
        .into_iter()
        .find(|(word, _)| *word == name.trim())
        .map(|(_, party)| party)
}

/// How the policy names a party. Pods have the addresses of their machines there; who comes from elsewhere has no name.
pub(super) fn selectors(tailnet: &Tailnet, party: Party) -> Vec<String> {
    match party {
        Party::Servers => tailnet.server_tags.clone(),
        Party::Agents => tailnet.agent_tags.clone(),
        Party::Nodes | Party::Pods => tailnet.tags().into_iter().cloned().collect(),
        Party::Admins => tailnet.admins.clone(),
        Party::Operators | Party::Clients => Vec::new(),
    }
}

fn ports(flow: &Flow) -> String {
    flow.ports.map_or_else(|| "*".to_owned(), port_words)
}

/// Protocol and ports of a flow, as a grant writes them.
pub(super) fn words(flow: &Flow) -> String {
    match (flow.protocol, ports(flow)) {
        (Protocol::Any, ports) => ports,
        (protocol, ports) => format!("{}:{ports}", protocol.as_str()),
    }
}

/// The same, for the proof.
pub(super) fn service_of(flow: &Flow) -> Service {
    service(&words(flow)).unwrap_or_else(every_service)
}

/// All that a rule without protocols and ports admits.
pub(super) fn every_service() -> Service {
    Service {
        protos: DEFAULT_PROTOS.to_vec(),
        ports: crate::tailnet::selector::all_ports(),
    }
}

fn grant(flow: &Flow, src: Vec<String>, dst: Vec<String>) -> GrantNeed {
    GrantNeed {
        why: Some(flow.why.to_owned()),
        src,
        dst,
        ip: vec![words(flow)],
    }
}

fn acl(flow: &Flow, src: Vec<String>, to: &[String]) -> AclNeed {
    let ports = ports(flow);
    AclNeed {
        why: Some(flow.why.to_owned()),
        action: Accept::Accept,
        src,
        proto: (flow.protocol != Protocol::Any).then(|| flow.protocol.as_str().to_owned()),
        dst: to.iter().map(|to| format!("{to}:{ports}")).collect(),
    }
}

/// Whether the policy gets tests of its own.
pub(crate) fn has_tests(tailnet: &Tailnet) -> bool {
    !tests(tailnet).is_empty()
}

/// Tests that the control plane runs at each save: one host and one numeric port each, as it demands. Only between
/// addresses: a test of a tag that no machine carries yet may be refused, and the policy comes before the machines.
fn tests(tailnet: &Tailnet) -> Vec<TestNeed> {
    let mut tests = Vec::new();
    for test in tailnet.expect.iter().filter_map(expected_test) {
        if !tests.contains(&test) {
            tests.push(test);
        }
    }
    tests
}

/// A claim as a test, where it is of the legal kind.
fn expected_test(expected: &Expected) -> Option<TestNeed> {
    let (proto, port) = expected.service.split_once(':')?;
    let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
    let [from] = expected.from.as_slice() else {
        return None;
    };
    let address = |name: &str| match Selector::parse(name) {
        Selector::Ip(address) => Some(address.to_string()),
        _ => None,
    };
    let (src, dst) = (address(from)?, address(&expected.to)?);
    let dst = if dst.contains(':') {
        format!("[{dst}]")
    } else {
        dst
    };
    (expected.claimed != Claimed::Only).then(|| test(&src, proto, &format!("{dst}:{port}"), expected.claimed))
}

fn test(src: &str, proto: &str, dst: &str, claimed: Claimed) -> TestNeed {
    let mut test = TestNeed {
        src: src.to_owned(),
        proto: Some(proto.to_owned()),
        ..TestNeed::default()
    };
    let list = if claimed == Claimed::Deny {
        &mut test.deny
    } else {
        &mut test.accept
    };
    list.push(dst.to_owned());
    test
}
