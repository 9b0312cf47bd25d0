//! What the cluster needs of the tailnet's policy: the one description that the fresh policy, the merge and the proof
//! all follow.
//!
//! Pods talk to pods under their own addresses, so the pod range is source and destination of one rule; what a machine sends
//! comes from its tag (k3s-io/k3s `pkg/vpn/vpn.go`, flannel-io/flannel `pkg/trafficmngr/iptables`).

use crate::facts::tailscale::DEFAULT_PROTOS;
use crate::plan::{Claimed, Expected, Flow, Party, Plan, Protocol, Tailnet};
use crate::tailnet::compile::{Service, service};
use crate::tailnet::merge::{Accept, AclNeed, GrantNeed, Needs, SshNeed, TestNeed};
use crate::tailnet::selector::Selector;
use ipnet::IpNet;
use std::net::Ipv4Addr;

/// The host aliases of the pod ranges, the second beside the first.
pub(crate) const PODS: [&str; 2] = ["k3s-pods", "k3s-pods-ipv6"];

/// Everything that is to be in the policy.
pub(crate) fn needs(plan: &Plan, tailnet: &Tailnet) -> Needs {
    let tags: Vec<String> = tailnet.tags().into_iter().cloned().collect();
    let owners = |tag: &String| (tag.clone(), vec!["autogroup:admin".to_owned()]);
    let mut needs = Needs {
        groups: tailnet.groups.clone(),
        tag_owners: tags.iter().map(owners).collect(),
        tests: tests(plan, tailnet),
        ..Needs::default()
    };
    if tailnet.carries_pods {
        for (alias, pods) in aliases(plan) {
            needs.hosts.push((alias.to_owned(), pods.to_string()));
            needs.routes.push((pods.to_string(), tags.clone()));
        }
    }
    for flow in carried(plan, tailnet) {
        let (from, to) = (
            selectors(plan, tailnet, flow.from),
            selectors(plan, tailnet, flow.to),
        );
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

/// The flows that cross the tailnet: everything where it carries pods, else people's only.
pub(super) fn carried<'p>(plan: &'p Plan, tailnet: &'p Tailnet) -> impl Iterator<Item = &'p Flow> {
    plan.flows.iter().filter(|flow| match flow.from {
        Party::Admins => !tailnet.admins.is_empty(),
        _ => {
            // etcd stays on the machines' own addresses unless somebody says otherwise (k3s docs, distributed-multicloud).
            let etcd = flow.ports == Some(crate::facts::k3s::ETCD_PORTS);
            tailnet.carries_pods
                && (tailnet.etcd || !etcd)
                && !selectors(plan, tailnet, flow.from).is_empty()
                && !selectors(plan, tailnet, flow.to).is_empty()
        }
    })
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

fn aliases(plan: &Plan) -> impl Iterator<Item = (&'static str, &IpNet)> {
    PODS.into_iter().zip(&plan.networks.pods)
}

/// How the policy names a party.
pub(super) fn selectors(plan: &Plan, tailnet: &Tailnet, party: Party) -> Vec<String> {
    match party {
        Party::Servers => tailnet.server_tags.clone(),
        Party::Agents => tailnet.agent_tags.clone(),
        Party::Nodes => tailnet.tags().into_iter().cloned().collect(),
        Party::Pods => aliases(plan).map(|(alias, _)| alias.to_owned()).collect(),
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

/// Protocol and ports of a flow, as a grant writes them.
pub(super) fn words(flow: &Flow) -> String {
    match (flow.protocol, ports(flow)) {
        (Protocol::Any, ports) => ports,
        (protocol, ports) => format!("{}:{ports}", protocol.as_str()),
    }
}

/// The same, for the proof.
pub(super) fn service_of(flow: &Flow) -> Service {
    service(&words(flow)).unwrap_or_else(|| Service {
        protos: DEFAULT_PROTOS.to_vec(),
        ports: crate::tailnet::selector::all_ports(),
    })
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

/// Tests that the control plane runs at each save: one host and one numeric port each, as it demands. Only between
/// addresses: a test of a tag that no machine carries yet may be refused, and the policy comes before the machines.
fn tests(plan: &Plan, tailnet: &Tailnet) -> Vec<TestNeed> {
    let pods = pod_addresses(plan).filter(|_| tailnet.carries_pods);
    let mut tests = Vec::new();
    if let Some([a, b]) = &pods {
        for (proto, port) in [("tcp", 443), ("udp", 53)] {
            tests.push(test(a, proto, &format!("{b}:{port}"), Claimed::Allow));
        }
    }
    for expected in &tailnet.expect {
        let test = expected_test(expected, pods.as_ref());
        tests.extend(test.filter(|test| !tests.contains(test)));
    }
    tests
}

/// A claim as a test, where it is of the legal kind.
fn expected_test(expected: &Expected, pods: Option<&[String; 2]>) -> Option<TestNeed> {
    let (proto, port) = expected.service.split_once(':')?;
    let port: u16 = port.parse().ok().filter(|port| *port > 0)?;
    let [from] = expected.from.as_slice() else {
        return None;
    };
    let address = |name: &str, which: usize| match (name, Selector::parse(name)) {
        ("pods", _) => pods.map(|pods| pods[which].clone()),
        (_, Selector::Ip(address)) => Some(address.to_string()),
        _ => None,
    };
    let (src, dst) = (address(from, 0)?, address(&expected.to, 1)?);
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

/// An address from each end of the pod range.
fn pod_addresses(plan: &Plan) -> Option<[String; 2]> {
    let IpNet::V4(pods) = plan.networks.pods.first()? else {
        return None;
    };
    let first = Ipv4Addr::from(u32::from(pods.network()).saturating_add(5));
    let last = Ipv4Addr::from(u32::from(pods.broadcast()).saturating_sub(1));
    Some([first.to_string(), last.to_string()])
}
