//! `cidr-overlap`

use super::{Case, Told};
use crate::doctor::cause::{CIDR_OVERLAP, DUPLICATE_POD_RANGE, POLICY_ROUTING};
use crate::doctor::facts::{Event, Machine, Route};
use crate::doctor::ways::{ACROSS, API};
use crate::source::Span;
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How interfaces begin that k3s, flannel, other networks of pods, and container runtimes make for pods of this very cluster.
const OWN_DEVICES: [&str; 14] = [
    "cni",
    "flannel",
    "veth",
    "kube-",
    "nodelocaldns",
    "tailscale",
    "cilium",
    "lxc",
    "cali",
    "vxlan",
    "tunl",
    "weave",
    "dummy",
    "lo",
];

/// A range of the cluster, and where the report says so.
struct Claimed {
    net: IpNet,
    what: &'static str,
    key: &'static str,
    at: Span,
}

/// Machines that pods of one and the same range run on.
/// A machine's own network, which a route of the tailnet takes away from it: `tailscale`'s rules come before the main table.
pub fn taken_by_tailnet(case: &mut Case<'_>) {
    let routes = case.seen(|event| match event {
        Event::TailnetRoute { net } => Some(*net),
        _ => None,
    });
    let own = case.seen(|event| match event {
        Event::OwnAddress { net } => Some(*net),
        _ => None,
    });
    let taken = routes.iter().find_map(|(at, route)| {
        let own = own.iter().find(|(_, own)| {
            route.prefix_len() > 0 && own.prefix_len() < own.max_prefix_len() && route.contains(&own.addr())
        })?;
        Some((*at, *route, own.0))
    });
    let Some((at, net, own)) = taken else {
        return;
    };
    let told = Told::new(format!("the tailnet takes over the route to the machine's own network, `{net}`: neighbours get no answer"))
        .at(at, "asked before the main table")
        .at(own, "the machine's own address")
        .fix(format!("tailscale set --accept-routes=false   # on machines in {net}; the others may keep it\nip route get ADDRESS-OF-A-NEIGHBOUR   # must not say `dev tailscale0`"))
        .why("tailscale's table 52 comes before the main table, and another machine advertises this network to the tailnet")
        .key("tailscale: {extraArgs: [--accept-routes=false]}");
    case.error(&POLICY_ROUTING, told);
}

pub fn duplicate(case: &mut Case<'_>) {
    let mut seen: Vec<(IpNet, &str, Span)> = Vec::new();
    let mut same = None;
    for machine in case.facts.machines.values().take(MAX_CLAIMS) {
        for (net, at) in &machine.pods {
            let other = seen.binary_search_by(|(known, ..)| known.cmp(net));
            match other {
                Ok(index) => {
                    let first = seen.get(index).filter(|(_, name, _)| *name != machine.name);
                    same = same.or(first.map(|first| (*first, machine.name.as_str(), *at)));
                }
                Err(index) => seen.insert(index, (*net, machine.name.as_str(), *at)),
            }
        }
    }
    let Some(((net, one, at), other, again)) = same else {
        return;
    };
    let dead = case.matrix.across().filter(|(_, pair)| pair.is_dead());
    let dead: Vec<(Span, String)> = dead
        .filter_map(|((from, to), pair)| {
            Some((pair.bad()?.0, format!("`{from}` cannot reach pods on `{to}`")))
        })
        .collect();
    let told = Told::new(format!("machines `{one}` and `{other}` have the same pod range `{net}`"))
        .at(again, format!("pod range of `{other}`"))
        .at(at, format!("pod range of `{one}`"))
        .all(dead)
        .fix(format!(
            "kubectl get nodes -o custom-columns='N:.metadata.name,P:.spec.podCIDR'\n\
             kubectl drain {other} --ignore-daemonsets --delete-emptydir-data; kubectl delete node {other}; then on `{other}`: systemctl stop k3s-agent || systemctl stop k3s; ip link delete cni0; ip link delete flannel.1; systemctl start k3s-agent || systemctl start k3s   # it joins with a range of its own"
        ))
        .why("every machine has one route for that range, so what is for the one goes to the other; a range that was patched by hand or restored from a backup is the usual reason");
    case.error(&DUPLICATE_POD_RANGE, told);
    let found = case.broken & ACROSS != 0;
    case.unreachable |= found;
}

pub fn overlap(case: &mut Case<'_>) {
    overlaps(case, |_, _| false);
}

/// A route to more than the cluster's ranges is used only for what no route of the cluster is for: it does no harm, unless
/// something fails that nothing else explains.
pub fn wide(case: &mut Case<'_>) {
    if case.found.is_empty() && case.measured.dead() & (ACROSS | API) != 0 {
        overlaps(case, is_wider);
    }
}

fn is_wider(route: &Route, claim: &Claimed) -> bool {
    route.net.contains(&claim.net) && route.net != claim.net
}

fn overlaps(case: &mut Case<'_>, also: impl Fn(&Route, &Claimed) -> bool) {
    let claimed = claimed(case);
    let machines: Vec<&Machine> = case.facts.machines.values().collect();
    let own: BTreeSet<IpAddr> =
        crate::sorted::set(machines.iter().flat_map(|machine| super::addresses(machine)));
    let mut told: BTreeSet<(&str, IpNet)> = BTreeSet::new();
    let mut found = Vec::new();
    for claim in &claimed {
        let Some((at, other, what)) = taken(case, claim, &own, &also) else {
            continue;
        };
        if told.insert((claim.what, other)) && found.len() < MAX_FOUND {
            found.push((claim, at, other, what));
        }
    }
    // Ranges of single nodes lie in that of the cluster: one of each kind says it all.
    found.dedup_by(|a, b| a.0.what == b.0.what && a.2 == b.2);
    for (claim, at, other, what) in found {
        let told = Told::new(format!("{} `{}` overlaps `{other}` of {what}", claim.what, claim.net))
            .at(at, format!("{what} has `{other}`"))
            .at(claim.at, format!("{} of this cluster", claim.what.to_lowercase()))
            .fix(format!(
                "use {} that does not overlap any other network; k3s cannot change it later, so rebuild the machines",
                if claim.key == "pods" { "a pod range" } else { "a service range" }
            ))
            .key(format!("cluster: {{network: {{{}: RANGE}}}}", claim.key))
            .why("packets for one range go to the other: some addresses cannot be reached, and they differ between machines");
        case.error(&CIDR_OVERLAP, told);
        // Only what lies in the range of pods or of services is lost that way; that is what DNS needs.
        case.unreachable |= case.broken & ACROSS != 0;
    }
}

/// More overlaps than that have one reason.
const MAX_FOUND: usize = 4;

/// The ranges that the cluster has given to pods and services.
fn claimed(case: &Case<'_>) -> Vec<Claimed> {
    let mut claimed: Vec<Claimed> = Vec::new();
    let mut add = |net: IpNet, what, key, at| {
        if !claimed
            .iter()
            .any(|known: &Claimed| known.key == key && known.net.contains(&net))
            && claimed.len() < MAX_CLAIMS
        {
            claimed.push(Claimed { net, what, key, at });
        }
    };
    for machine in case.facts.machines.values() {
        for (net, at) in &machine.cluster_cidrs {
            add(*net, "pod range", "pods", *at);
        }
        for (net, at) in &machine.service_cidrs {
            add(*net, "service range", "services", *at);
        }
    }
    for machine in case.facts.machines.values() {
        for (net, at) in &machine.pods {
            add(*net, "pod range", "pods", *at);
        }
    }
    for service in case.facts.services.values() {
        for (address, at) in &service.addresses {
            add(IpNet::from(*address), "service address", "services", *at);
        }
    }
    claimed
}

/// More ranges than that are no cluster's that k3s could run.
const MAX_CLAIMS: usize = 4096;

/// Who else has addresses in a range.
fn taken(
    case: &Case<'_>,
    claim: &Claimed,
    own: &BTreeSet<IpAddr>,
    also: &impl Fn(&Route, &Claimed) -> bool,
) -> Option<(Span, IpNet, String)> {
    let first = claim.net.network();
    let last = claim.net.broadcast();
    if let Some(address) = own.range(first..=last).next() {
        let machine = case
            .facts
            .machines
            .values()
            .find(|machine| super::addresses(machine).any(|ip| ip == *address))?;
        return Some((
            machine.at?,
            IpNet::from(*address),
            format!("machine `{}`", machine.name),
        ));
    }
    let pod = case.facts.pods.iter().find_map(|pod| {
        pod.host_ip
            .filter(|(ip, _)| claim.net.contains(ip))
            .map(|found| (pod, found))
    });
    if let Some((pod, (address, at))) = pod {
        return Some((
            at,
            IpNet::from(address),
            format!("machine {}", super::on(pod.node.as_ref())),
        ));
    }
    let route = case
        .facts
        .routes
        .iter()
        .take(MAX_ROUTES)
        .find(|route| is_foreign(route, own) && (meets(route, claim) || also(route, claim)))?;
    Some((
        route.at,
        route.net,
        format!("interface `{}` of `{}`", route.device, route.node),
    ))
}

/// A machine with more routes than that routes for others.
const MAX_ROUTES: usize = 2048;

fn meets(route: &Route, claim: &Claimed) -> bool {
    // An interface in the range has its neighbours there, and a route to the range of all pods is meant for it.
    let aimed =
        route.own.is_some() || route.net.prefix_len() >= if route.net.addr().is_ipv4() { 16 } else { 48 };
    claim.net.contains(&route.net) || aimed && route.net.contains(&claim.net)
}

/// Whether a route leads to something that is not this cluster's pods.
fn is_foreign(route: &Route, own: &BTreeSet<IpAddr>) -> bool {
    let ours = OWN_DEVICES.iter().any(|prefix| route.device.starts_with(prefix));
    // flannel's host-gw sends the ranges of other nodes to those nodes.
    let host_gw = route.via.is_some_and(|via| own.contains(&via));
    let link_local = match route.net {
        IpNet::V4(net) => net.network().is_link_local(),
        IpNet::V6(net) => net
            .network()
            .segments()
            .first()
            .is_some_and(|first| first & 0xffc0 == 0xfe80),
    };
    !ours && !host_gw && !link_local && route.net.prefix_len() > 0
}
