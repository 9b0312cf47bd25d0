//! `conntrack-race`, `dns-unreachable` and `undecided`: what is left when no cause explains what was seen.

use super::{Case, Told, list};
use crate::doctor::cause::{
    BRIDGE_NETFILTER, CHECKSUM_OFFLOAD, CIDR_OVERLAP, CONNTRACK_FULL, CONNTRACK_RACE, COREDNS_DOWN, Cause,
    DNS_UNREACHABLE, HOST_FIREWALL, NETWORK_POLICY, OVERLAY_BLOCKED, UNDECIDED, WRONG_INTERFACE,
};
use crate::doctor::facts::{Event, Lookup, Net, Outcome};
use crate::doctor::ways::{HOST_SERVICE, SERVICE};
use crate::source::Span;
use std::collections::BTreeSet;

/// Fewer entries that could not be inserted are an accident.
const MANY_RACES: u64 = 100;

/// Two questions of one socket met in the kernel, and one of them was dropped.
pub fn race(case: &mut Case<'_>) {
    let failed = case.seen(|event| match event {
        Event::InsertFailed { count } => Some(*count),
        _ => None,
    });
    let count: u64 = failed.iter().map(|(_, count)| *count).sum();
    if count < MANY_RACES || case.unreachable {
        return;
    }
    let cause = &CONNTRACK_RACE;
    let told = Told::new(format!(
        "connection tracking dropped {count} packets because two of one socket met: names take 5 seconds now and then"
    ))
    .all(failed.iter().map(|(at, count)| (*at, format!("{count} on this processor"))))
    .fix(cause.fix)
    .why(cause.why);
    case.warning(&CONNTRACK_RACE, told);
}

/// Nobody answers at the cluster's DNS, and the report does not say why.
pub fn unreachable(case: &mut Case<'_>) {
    if case.unreachable {
        return;
    }
    let logs: Vec<&Lookup> = case.lost().collect();
    let probed: Vec<(&String, Span)> = case
        .matrix
        .dns
        .iter()
        .filter(|(_, dns)| dns.service.is_dead())
        .filter(|((_, net), _)| *net == Net::Pod || case.broken & HOST_SERVICE == 0)
        .filter_map(|((node, _), dns)| Some((node, dns.service.bad()?.0)))
        .collect();
    if logs.is_empty() && probed.is_empty() {
        return;
    }
    let nodes: BTreeSet<String> = crate::sorted::set(
        probed
            .iter()
            .map(|(node, _)| (*node).clone())
            .chain(logs.iter().filter_map(|lookup| node_of(case, lookup))),
    );
    let dns: Vec<&String> = case.dns_nodes.iter().collect();
    let across =
        !nodes.is_empty() && !dns.is_empty() && nodes.iter().all(|node| !case.dns_nodes.contains(node));
    let message = match (nodes.is_empty(), across) {
        (false, true) => format!(
            "CoreDNS on {} does not answer pods on {}: the network between the machines fails",
            list(dns),
            list(&nodes)
        ),
        (false, false) => format!("the cluster DNS does not answer on {}", list(&nodes)),
        (true, _) => "the cluster DNS does not answer: queries time out".to_owned(),
    };
    // The probe's answers count more than what a log said once.
    let message = match case.is_whole(SERVICE) {
        true => "queries to the cluster DNS timed out, but it answers the probe".to_owned(),
        false => message,
    };
    let left: Vec<&(&Cause, bool, &str)> = CANDIDATES
        .iter()
        .filter(|(_, far, _)| *far || !across)
        .filter(|(cause, ..)| !case.is_whole(cause.needs) && !case.is_whole(cause.breaks))
        .take(MAX_CANDIDATES)
        .collect();
    let mut candidates = String::from("possible causes, the likeliest first:");
    for (cause, _, decides) in left {
        candidates.push_str(&format!("\n{decides}: {}", cause.rule.name));
    }
    let probe = match case.facts.records {
        0 => {
            "\ngkc probe | kubectl apply -f -   # then: gkc doctor on what it reports tells them apart (cli/probe/README.md)"
        }
        _ => "",
    };
    let told = Told::new(message)
        .all(
            probed
                .iter()
                .map(|(node, at)| (*at, format!("`{node}`: no answer"))),
        )
        .all(logs.iter().map(|lookup| (lookup.at, "no answer".to_owned())))
        .fix(format!("{candidates}{probe}"))
        .why("a timeout means no answer: the name does not matter, and no Service is missing");
    case.error(&DNS_UNREACHABLE, told);
}

/// What keeps the cluster's DNS from answering, the likeliest first: the cause, whether it may lie between two machines, and what
/// decides.
const CANDIDATES: [(&Cause, bool, &str); 9] = [
    (
        &COREDNS_DOWN,
        false,
        "kubectl -n kube-system get pods -l k8s-app=kube-dns -o wide   # not ready",
    ),
    (
        &OVERLAY_BLOCKED,
        true,
        "tcpdump -ni any udp port 8472   # on CoreDNS's machine, while a pod elsewhere asks: nothing arrives",
    ),
    (
        &WRONG_INTERFACE,
        true,
        "kubectl get nodes -o yaml | grep flannel.alpha.coreos.com/public-ip   # not the addresses that machines reach each other by",
    ),
    (
        &CHECKSUM_OFFLOAD,
        true,
        "ping from a pod to a pod on the other machine   # works, although DNS does not",
    ),
    (
        &HOST_FIREWALL,
        true,
        "ufw status; firewall-cmd --state   # on both machines: active",
    ),
    (
        &BRIDGE_NETFILTER,
        false,
        "sysctl net.bridge.bridge-nf-call-iptables   # on CoreDNS's machine: not 1",
    ),
    (
        &NETWORK_POLICY,
        false,
        "kubectl get networkpolicies -A   # one that selects CoreDNS or the pod that asks",
    ),
    (
        &CONNTRACK_FULL,
        true,
        "dmesg -T | grep conntrack   # `table full`",
    ),
    (
        &CIDR_OVERLAP,
        true,
        "ip route   # another network in the pod or service range",
    ),
];

/// More possibilities than that are a guess.
const MAX_CANDIDATES: usize = 5;

/// The node that somebody asked from.
fn node_of(case: &Case<'_>, lookup: &Lookup) -> Option<String> {
    let pods = &case.facts.pods;
    let by_name = || {
        let (namespace, name) = lookup.pod.as_deref()?.split_once('/')?;
        pods.iter()
            .find(|pod| pod.name == name && pod.namespace == namespace)?
            .node
            .clone()
    };
    let source = lookup.source?;
    let by_range = || {
        let machine = case
            .facts
            .machines
            .values()
            .find(|machine| machine.pods.iter().any(|(net, _)| net.contains(&source)))?;
        Some(machine.name.clone())
    };
    let by_address = || pods.iter().find(|pod| pod.ip == Some(source))?.node.clone();
    by_name().or_else(by_address).or_else(by_range)
}

/// Something did not get there, and nothing explains it.
pub fn undecided(case: &mut Case<'_>) {
    if !case.found.is_empty() {
        return;
    }
    let mut bad: Vec<(Span, String)> = Vec::new();
    for ((from, to), pair) in case.matrix.pods.iter().chain(&case.matrix.to_pods) {
        for tally in [&pair.udp, &pair.tcp] {
            // A packet of many may be lost; all of one kind may not.
            if let Some((at, outcome)) = tally.bad.filter(|_| !tally.works()) {
                bad.push((at, format!("`{from}` to `{to}`: {}", outcome.as_str())));
            }
        }
    }
    for ((node, net), dns) in &case.matrix.dns {
        let from = if *net == Net::Pod { "a pod" } else { "the machine" };
        for tally in [
            &dns.service.udp,
            &dns.service.tcp,
            &dns.direct.udp,
            &dns.direct.tcp,
        ] {
            if let Some((at, outcome)) = tally.bad.filter(|_| !tally.works()) {
                bad.push((at, format!("from {from} on `{node}`: {}", outcome.as_str())));
            }
        }
    }
    let failed = case
        .failed
        .iter()
        .filter(|failed| !case.explained.contains(failed.name));
    let failed = failed.flat_map(|failed| failed.lookups.first());
    bad.extend(failed.map(|lookup| (lookup.at, lookup.outcome.as_str().to_owned())));
    let outside = case
        .outside_lookups()
        .filter(|lookup| lookup.outcome != Outcome::Answered);
    bad.extend(outside.map(|lookup| {
        (
            lookup.at,
            format!("`{}`: {}", lookup.name, lookup.outcome.as_str()),
        )
    }));
    let api = case.seen(|event| match event {
        crate::doctor::facts::Event::Api { server, outcome } => {
            Some(format!("the API at `{server}`: {}", outcome.as_str()))
        }
        _ => None,
    });
    bad.extend(api);
    // One of many that was lost says nothing.
    let through = case
        .facts
        .peers
        .iter()
        .filter(|peer| peer.outcome.is_good())
        .count();
    if bad.is_empty() || bad.len() == 1 && through > MANY {
        return;
    }
    let told = Told::new("connections fail, and the report does not show why")
        .all(bad)
        .fix(match case.facts.records {
            0 => "kubectl get nodes,pods,services,configmaps,networkpolicies -A -o json >> REPORT; kubectl -n kube-system logs -l k8s-app=kube-dns >> REPORT\n\
                  gkc doctor REPORT   # with what the probe says (cli/probe/README.md)",
            _ => "on the machines named above: journalctl -u k3s -u k3s-agent --since -1h >> REPORT; dmesg -T >> REPORT\n\
                  kubectl get nodes,pods,services,configmaps,networkpolicies,events -A -o json >> REPORT; kubectl -n kube-system logs -l k8s-app=kube-dns >> REPORT; gkc doctor REPORT",
        })
        .why("the evidence fits several causes or none; add more to the report");
    case.error(&UNDECIDED, told);
}

/// So many checks that got through make one lost packet an accident.
const MANY: usize = 12;
