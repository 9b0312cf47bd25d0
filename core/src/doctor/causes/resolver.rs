//! `loopback-resolver`, `magicdns`, `upstream-unreachable`: what CoreDNS asks for names that are not the cluster's.

use super::{Case, Told, is_magic, list, on};
use crate::doctor::cause::{
    CLUSTER_DNS, DNS_ADDRESS_TAKEN, FORWARD_DROP, IP_FORWARD, IPV6_NAMESERVERS, LOOPBACK_RESOLVER, MAGICDNS,
    NODE_LOCAL_DNS, SPLIT_HORIZON, UPSTREAM_UNREACHABLE,
};
use crate::doctor::facts::{Class, Event, Lookup, Net, Outcome, Proto, Resolv, Server};
use crate::doctor::ways::{ACROSS, OUTSIDE, RESOLVER};
use crate::source::{FileId, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// Where systemd-resolved writes the name servers that it asks, which k3s takes where /etc/resolv.conf names loopback only.
const SYSTEMD: &str = "/run/systemd/resolve/resolv.conf";

pub fn resolver(case: &mut Case<'_>) {
    if case.outside {
        return;
    }
    let trouble = trouble(case);
    let upstream = upstream(case);
    looped(case);
    if !case.outside {
        ipv6(case, &trouble, &upstream);
    }
    if !case.outside {
        magic(case, &trouble, &upstream);
    }
    if !case.outside {
        loopback(case, &trouble, &upstream);
    }
    if !case.outside {
        only_udp(case, &upstream);
    }
    if !case.outside {
        refused(case, &trouble);
    }
    if !case.outside {
        unreachable(case, &trouble, &upstream);
    }
}

/// What node-local-dns listens at, wherever it is installed (Kubernetes docs; Kubespray takes the second).
const NODE_LOCAL: [[u8; 4]; 2] = [[169, 254, 20, 10], [169, 254, 25, 10]];

/// Pods that ask another address than the cluster's DNS has.
pub fn cluster_dns(case: &mut Case<'_>) {
    let key = ("kube-system".to_owned(), "kube-dns".to_owned());
    let served: Vec<IpAddr> = case
        .facts
        .services
        .get(&key)
        .map(|service| service.addresses.iter().map(|(address, _)| *address).collect())
        .unwrap_or_default();
    let is_local = |address: &IpAddr| NODE_LOCAL.iter().any(|known| *address == IpAddr::from(*known));
    let asked: Vec<(&Resolv, IpAddr)> = case
        .facts
        .resolvs
        .iter()
        .filter(|resolv| resolv.net == Some(Net::Pod))
        .filter_map(|resolv| Some((resolv, *resolv.nameservers.first()?)))
        .collect();
    let silent = case
        .facts
        .lookups
        .iter()
        .find(|lookup| !lookup.outcome.got_through() && lookup.address.as_ref().is_some_and(is_local));
    let silent = silent.map(|lookup| {
        let address = lookup
            .address
            .map_or_else(String::new, |address| address.to_string());
        (
            lookup.at,
            format!("no answer: {}", lookup.outcome.as_str()),
            address,
        )
    });
    // Its address is one of the machine's own, so that the list of those decides without a question.
    let mut own: BTreeMap<&str, BTreeSet<IpAddr>> = BTreeMap::new();
    if asked.iter().any(|(_, address)| is_local(address)) {
        for route in &case.facts.routes {
            own.entry(&route.node).or_default().extend(route.own);
        }
    }
    let missing = asked.iter().find_map(|(resolv, address)| {
        let node = resolv.node.as_ref().filter(|_| is_local(address))?;
        let addresses = own.get(node.as_str())?;
        (!addresses.is_empty() && !addresses.contains(address)).then(|| {
            (
                resolv.at,
                format!("no interface of `{node}` has it"),
                address.to_string(),
            )
        })
    });
    if let Some((at, label, address)) = silent.or(missing) {
        let told = Told::new(format!("pods use node-local-dns at `{address}`, which does not answer"))
        .at(at, label)
        .all(case.lost().map(|lookup| (lookup.at, "no answer".to_owned())))
        .fix(
            "kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide; ip -brief address show nodelocaldns   # on that machine: both must be there\n\
             not installed: remove `cluster-dns` and the `kubelet-arg` with 169.254.20.10 from /etc/rancher/k3s/config.yaml; systemctl restart k3s || systemctl restart k3s-agent; restart the pods",
        )
        .why("the kubelet writes its `cluster-dns` into every pod; if node-local-dns does not run on the node, nothing listens at that address");
        case.error(&NODE_LOCAL_DNS, told);
        case.unreachable = true;
        return;
    }
    let other: Vec<&(&Resolv, IpAddr)> = asked
        .iter()
        .filter(|(_, address)| !served.is_empty() && !served.contains(address) && !is_local(address))
        .collect();
    let Some((first, address)) = other.first().map(|(first, address)| (*first, *address)) else {
        return;
    };
    let Some(right) = served.first().filter(|_| !case.has(&DNS_ADDRESS_TAKEN)) else {
        return;
    };
    let told = Told::new(format!(
        "pods on {} ask `{address}`, but the cluster DNS is at `{right}`",
        list(other.iter().map(|(resolv, _)| on(resolv.node.as_ref()).replace('`', "")))
    ))
    .at(first.at, "name server of pods")
    .all(case.facts.services.get(&key).map(|service| (service.at, "the cluster DNS".to_owned())))
    .fix(format!(
        "grep -rn cluster-dns /etc/rancher/k3s/ /etc/systemd/system/k3s*   # on every machine: remove it, or set `cluster-dns: {right}` on all servers and agents\n\
         systemctl restart k3s || systemctl restart k3s-agent; then delete the pods, so that they get the new address"
    ))
    .why("the kubelet writes its own `cluster-dns` into every pod, whatever the Service kube-dns has");
    case.error(&CLUSTER_DNS, told);
    case.unreachable = true;
}

/// Name servers with IPv6 addresses only, in a cluster whose pods have none.
fn ipv6(case: &mut Case<'_>, trouble: &[&Lookup], upstream: &BTreeMap<IpAddr, (Span, Outcome)>) {
    let six = case.facts.machines.values().any(|machine| {
        machine
            .pods
            .iter()
            .chain(&machine.cluster_cidrs)
            .any(|(net, _)| net.addr().is_ipv6())
    });
    let files: Vec<&Resolv> = of_hosts(case)
        .filter(|resolv| !resolv.nameservers.is_empty() && resolv.nameservers.iter().all(IpAddr::is_ipv6))
        .filter(|resolv| resolv.nameservers.iter().all(|ip| is_usable(*ip)))
        .collect();
    let asked = upstream.iter().find(|(server, (_, outcome))| {
        server.is_ipv6() && is_usable(**server) && *outcome == Outcome::Unreachable
    });
    let only = !upstream.is_empty() && upstream.keys().all(IpAddr::is_ipv6) && asked.is_some();
    let harmed = !trouble.is_empty() || only;
    if six || !harmed || files.is_empty() && !only || upstream.keys().any(IpAddr::is_ipv4) {
        return;
    }
    let server = asked.map(|(server, _)| *server);
    let server = server.or_else(|| {
        files
            .first()
            .and_then(|resolv| resolv.nameservers.first().copied())
    });
    let told = Told::new(format!(
        "the machine's name servers have IPv6 addresses only{}, which pods with IPv4 cannot reach",
        server.map_or_else(String::new, |server| format!(" (`{server}`)"))
    ))
    .all(asked.map(|(_, (at, _))| (*at, "CoreDNS has no way there".to_owned())))
    .all(files.iter().map(|resolv| (resolv.at, format!("`{}` of {}", resolv.path, on(resolv.node.as_ref())))))
    .all(trouble.iter().map(|lookup| (lookup.at, format!("`{}`: {}", lookup.name, lookup.outcome.as_str()))))
    .fix("on every machine: echo 'nameserver ADDRESS-OF-AN-IPV4-RESOLVER' > /etc/rancher/k3s/resolv.conf; echo 'resolv-conf: /etc/rancher/k3s/resolv.conf' >> /etc/rancher/k3s/config.yaml; systemctl restart k3s || systemctl restart k3s-agent\nkubectl -n kube-system rollout restart deployment coredns\nor make the cluster dual-stack, which requires a new one")
    .why("CoreDNS forwards to the machine's name servers from its own pod, and a pod of an IPv4 cluster has no IPv6 address");
    case.error(&IPV6_NAMESERVERS, told);
    case.outside = true;
}

/// Names outside of the cluster that were not found through CoreDNS, where it answers at all.
fn trouble<'a>(case: &Case<'a>) -> Vec<&'a Lookup> {
    let answers = |lookup: &Lookup| {
        let key = (lookup.node.clone()?, lookup.net?);
        let dns = case.matrix.dns.get(&key)?;
        Some(dns.service.works() || dns.direct.works())
    };
    // One answer of several that was lost says nothing of whom CoreDNS asks.
    let found = |lookup: &Lookup| {
        let node = lookup.node.as_ref().and_then(|node| case.nodes.get(node));
        lookup.outcome.is_lost() && node.is_some_and(|node| node.works & OUTSIDE != 0)
    };
    case.outside_lookups()
        .filter(|lookup| !lookup.outcome.is_good() && !found(lookup) && answers(lookup) != Some(false))
        .collect()
}

/// Whom CoreDNS asked in vain, once each. What was lost before an answer from outside is over.
fn upstream(case: &Case<'_>) -> BTreeMap<IpAddr, (Span, Outcome)> {
    let mut answered: BTreeMap<(FileId, Option<&str>), u32> = BTreeMap::new();
    let logged = case.facts.lookups.iter().filter(|lookup| !lookup.probed);
    for lookup in logged.filter(|lookup| lookup.outcome.is_good() && is_outside(&lookup.name)) {
        let last = answered
            .entry((lookup.at.file, lookup.pod.as_deref()))
            .or_default();
        *last = lookup.at.start.max(*last);
    }
    let mut asked = BTreeMap::new();
    for (at, (server, outcome, pod)) in case.seen(|event| match event {
        Event::Upstream {
            server, outcome, pod, ..
        } => Some((*server, *outcome, pod.as_deref())),
        _ => None,
    }) {
        let last = answered.get(&(at.file, pod));
        if last.is_none_or(|last| at.start > *last) {
            asked.entry(server).or_insert((at, outcome));
        }
    }
    asked
}

fn of_hosts<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Resolv> {
    // Of one that stands in a log nobody knows whose it is; pods' name the cluster's DNS.
    let dns = case.dns.clone();
    case.facts.resolvs.iter().filter(move |resolv| {
        resolv.net == Some(Net::Host)
            || resolv.net.is_none()
                && !resolv
                    .nameservers
                    .iter()
                    .any(|ip| dns.contains(ip) || super::is_tenth(*ip))
    })
}

fn looped(case: &mut Case<'_>) {
    let looped = case.seen(|event| match event {
        Event::Loop { zone } => Some(zone.as_str()),
        _ => None,
    });
    if looped.is_empty() {
        return;
    }
    let files: Vec<(Span, String)> = of_hosts(case)
        .filter(|resolv| resolv.nameservers.iter().any(IpAddr::is_loopback))
        .map(|resolv| {
            (
                resolv.at,
                format!("`{}` of {} uses loopback", resolv.path, on(resolv.node.as_ref())),
            )
        })
        .collect();
    let told = Told::new("CoreDNS detects a loop and exits: its name server is on loopback")
        .all(looped.iter().map(|(at, _)| (*at, "a loop".to_owned())))
        .all(files)
        .fix(fix(&[]))
        .why(WHY);
    case.error(&LOOPBACK_RESOLVER, told);
    case.outside = true;
    case.unreachable = true;
}

/// Why loopback is no name server for pods.
const WHY: &str = "CoreDNS forwards to the machine's resolv.conf; in its pod 127.0.0.53 is the pod itself, so k3s ignores such a file and uses 8.8.8.8, which has no private names";

/// Shows which of two answers comes from where.
const SPLIT: &str = "kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' | grep forward; cat /etc/resolv.conf   # on CoreDNS's machine: which servers do pods ask";

const SPLIT_WHY: &str = "CoreDNS forwards to the resolv.conf that k3s started with; a name that only an internal server knows is found only if CoreDNS asks that server";

/// The command that gives k3s the machine's own name servers.
fn fix(servers: &[IpAddr]) -> String {
    let first = servers
        .iter()
        .find(|ip| is_usable(**ip))
        .map_or_else(|| "ADDRESS-OF-YOUR-RESOLVER".to_owned(), ToString::to_string);
    format!(
        "on every machine: echo 'nameserver {first}' > /etc/rancher/k3s/resolv.conf; echo 'resolv-conf: /etc/rancher/k3s/resolv.conf' >> /etc/rancher/k3s/config.yaml; systemctl restart k3s || systemctl restart k3s-agent\n\
         kubectl -n kube-system rollout restart deployment coredns"
    )
}

/// Whether k3s hands a name server to pods: it takes a file only where all are global unicast (k3s agent/config.go).
fn is_usable(address: IpAddr) -> bool {
    let link_local = match address {
        IpAddr::V4(v4) => v4.is_link_local() || v4.is_broadcast(),
        IpAddr::V6(v6) => v6
            .segments()
            .first()
            .is_some_and(|first| first & 0xffc0 == 0xfe80),
    };
    !(address.is_loopback() || address.is_multicast() || address.is_unspecified() || link_local)
}

/// Machines whose files k3s does not hand to pods, and the files.
fn ignored<'a>(case: &Case<'a>) -> Vec<&'a Resolv> {
    let mut by_node: BTreeMap<Option<&str>, Vec<&Resolv>> = BTreeMap::new();
    for resolv in of_hosts(case) {
        by_node.entry(resolv.node.as_deref()).or_default().push(resolv);
    }
    let unusable = |resolvs: &Vec<&Resolv>| {
        resolvs.iter().all(|resolv| {
            resolv.nameservers.is_empty() || !resolv.nameservers.iter().all(|ip| is_usable(*ip))
        })
    };
    by_node.into_values().filter(unusable).flatten().collect()
}

fn magic(case: &mut Case<'_>, trouble: &[&Lookup], upstream: &BTreeMap<IpAddr, (Span, Outcome)>) {
    let files: Vec<(Span, String)> = of_hosts(case)
        .filter(|resolv| resolv.path != SYSTEMD && resolv.nameservers.iter().any(|ip| is_magic(*ip)))
        .map(|resolv| {
            (
                resolv.at,
                format!("`{}` of {} uses MagicDNS", resolv.path, on(resolv.node.as_ref())),
            )
        })
        .collect();
    let asked: Vec<(Span, String)> = upstream
        .iter()
        .filter(|(server, _)| is_magic(**server))
        .map(|(_, (at, outcome))| (*at, format!("CoreDNS asks MagicDNS: {}", outcome.as_str())))
        .collect();
    let direct: Vec<(Span, String)> = case
        .facts
        .lookups
        .iter()
        // That it does not know the cluster's names is right.
        .filter(|lookup| {
            lookup.outcome.is_lost() || matches!(lookup.outcome, Outcome::Refused | Outcome::ServFail)
        })
        .filter(|lookup| lookup.address.is_some_and(is_magic))
        .map(|lookup| (lookup.at, "asked of MagicDNS".to_owned()))
        .collect();
    if files.is_empty() && asked.is_empty() && direct.is_empty() {
        return;
    }
    let in_logs = case
        .failed
        .iter()
        .filter(|failed| is_outside(failed.name))
        .flat_map(|failed| &failed.lookups)
        .map(|lookup| lookup.at);
    let failing: Vec<(Span, String)> = trouble
        .iter()
        .map(|lookup| lookup.at)
        .chain(in_logs)
        .map(|at| (at, "not found".to_owned()))
        .collect();
    let harmed = !failing.is_empty() || !asked.is_empty() || !direct.is_empty();
    let told = Told::new("CoreDNS forwards to the tailnet's resolver, 100.100.100.100")
        .all(files)
        .all(asked)
        .all(direct)
        .all(failing)
        .fix("tailscale set --accept-dns=false   # on every machine; then: kubectl -n kube-system rollout restart deployment coredns")
        .why("Tailscale adds its resolver to /etc/resolv.conf, which CoreDNS forwards to; it often does not answer pods, and follows the tailnet's DNS settings");
    match harmed {
        true => {
            case.error(&MAGICDNS, told);
            case.outside = true;
        }
        false => case.warning(&MAGICDNS, told),
    }
}

/// Whether a name is not one of the cluster's: it has dots, and ends in none of the cluster's ways.
pub fn is_outside(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    let inside = name.ends_with(".local") && name.contains(".svc.")
        || name.ends_with(".svc")
        || name.contains(".svc.cluster.");
    name.matches('.').count() > 1 && !inside || name.matches('.').count() == 1 && is_public(name)
}

/// Whether `a.b` looks like a domain and not like a Service with its namespace.
fn is_public(name: &str) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    crate::facts::public_suffix::is_known(name) || crate::facts::dns::PRIVATE.contains(&ending)
}

fn loopback(case: &mut Case<'_>, trouble: &[&Lookup], upstream: &BTreeMap<IpAddr, (Span, Outcome)>) {
    let ignored = ignored(case);
    let warned = case.seen(|event| matches!(event, Event::PublicResolver).then_some(()));
    let asked = upstream.iter().find(|(server, _)| server.is_loopback());
    let refused = case.facts.lookups.iter().find(|lookup| {
        !lookup.probed
            && lookup.address.is_some_and(|ip| ip.is_loopback())
            && lookup.outcome == Outcome::Refused
    });
    let private = private_names(case);
    let evidence = !ignored.is_empty() || !warned.is_empty();
    let harmed = evidence
        && (!trouble.is_empty()
            || !private.is_empty()
            || case.failed.iter().any(|failed| is_outside(failed.name)));
    // The machine's files may be as they should be, and the name servers in them still others than pods'.
    let split = !evidence && private.iter().any(|(_, here)| here.is_some());
    if asked.is_none() && refused.is_none() && !harmed && !split && warned.is_empty() {
        return;
    }
    let servers: Vec<IpAddr> = of_hosts(case)
        .flat_map(|resolv| resolv.nameservers.iter().copied())
        .collect();
    let names = list(private.iter().map(|(lookup, _)| &lookup.name));
    let message = if asked.is_some() || refused.is_some() {
        "a pod uses a name server on loopback, where nothing listens".to_owned()
    } else if split {
        format!("the machine resolves {names}, but pods do not: they ask other name servers")
    } else if !private.is_empty() {
        format!("the machine resolves {names}, but pods do not: k3s ignores the machine's resolv.conf")
    } else {
        "k3s ignores the machine's resolv.conf, which uses loopback, and gives pods 8.8.8.8 instead"
            .to_owned()
    };
    let told = Told::new(message)
        .all(asked.map(|(_, (at, _))| (*at, "CoreDNS asks loopback".to_owned())))
        .all(refused.map(|lookup| (lookup.at, "asks loopback".to_owned())))
        .all(ignored.iter().map(|resolv| {
            (
                resolv.at,
                format!("`{}` of {}", resolv.path, on(resolv.node.as_ref())),
            )
        }))
        .all(warned.iter().map(|(at, ())| (*at, "reported by k3s".to_owned())))
        .all(
            private
                .iter()
                .map(|(lookup, _)| (lookup.at, "not found by pods".to_owned())),
        )
        .all(
            private
                .iter()
                .filter_map(|(_, here)| Some((here.as_ref()?.at, "found by the machine".to_owned()))),
        )
        .all(
            trouble
                .iter()
                .map(|lookup| (lookup.at, format!("not found: {}", lookup.outcome.as_str()))),
        )
        .fix(if split {
            format!("{}\n{}", SPLIT, fix(&servers))
        } else {
            fix(&servers)
        })
        .why(if split { SPLIT_WHY } else { WHY });
    case.explained
        .extend(private.iter().map(|(lookup, _)| lookup.name.clone()));
    let certain = asked.is_some() || refused.is_some() || harmed || split;
    match certain {
        true => {
            case.error(if split { &SPLIT_HORIZON } else { &LOOPBACK_RESOLVER }, told);
            case.outside = true;
        }
        false => case.warning(&LOOPBACK_RESOLVER, told),
    }
}

/// Whether a server said that there is no such name, and not only that it could not find out.
fn is_denied(lookup: &Lookup) -> bool {
    matches!(lookup.outcome, Outcome::NxDomain | Outcome::NoData)
}

/// Names that pods do not find and that the machine's own resolver knows.
fn private_names<'a>(case: &Case<'a>) -> Vec<(&'a Lookup, Option<&'a Lookup>)> {
    let facts = case.facts;
    let mut known: BTreeMap<&str, &Lookup> = BTreeMap::new();
    for lookup in facts
        .lookups
        .iter()
        .filter(|lookup| lookup.server == Server::Resolver && lookup.outcome.is_good())
    {
        known.entry(lookup.name.as_str()).or_insert(lookup);
    }
    let mut found: Vec<(&Lookup, Option<&Lookup>)> = Vec::new();
    for failed in case.failed.iter().filter(|failed| failed.name.contains('.')) {
        let Some(here) = known.get(failed.name) else {
            continue;
        };
        if let Some(first) = failed.lookups.iter().find(|lookup| is_denied(lookup)) {
            found.push((first, Some(here)));
        }
    }
    found
}

/// What machines asked their own name servers about names outside.
fn own<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Lookup> {
    let own = |lookup: &&Lookup| lookup.server == Server::Resolver && lookup.class == Class::External;
    case.facts.lookups.iter().filter(own)
}

/// What one name server answered.
#[derive(Default)]
struct ByProto<'a> {
    /// Answered over UDP.
    udp: Vec<&'a Lookup>,
    /// Not answered over TCP.
    tcp: Vec<&'a Lookup>,
    /// Whether there is anything else.
    mixed: bool,
}

/// A name server that answers over UDP, and never over TCP.
fn only_udp(case: &mut Case<'_>, upstream: &BTreeMap<IpAddr, (Span, Outcome)>) {
    let mut servers: BTreeMap<IpAddr, ByProto<'_>> = BTreeMap::new();
    for lookup in own(case) {
        let Some(address) = lookup.address else {
            continue;
        };
        let of_server = servers.entry(address).or_default();
        match (lookup.proto, lookup.outcome.is_good()) {
            (Some(Proto::Udp), true) => of_server.udp.push(lookup),
            (Some(Proto::Tcp), false) => of_server.tcp.push(lookup),
            _ => of_server.mixed = true,
        }
    }
    let only =
        |of_server: &ByProto<'_>| !of_server.udp.is_empty() && !of_server.tcp.is_empty() && !of_server.mixed;
    let Some((server, ByProto { udp, tcp, .. })) = servers.into_iter().find(|(_, of_server)| only(of_server))
    else {
        return;
    };
    let asked = upstream.get(&server);
    let told = Told::new(format!(
        "name server `{server}` answers over UDP, but not over TCP"
    ))
    .all(tcp.iter().map(|lookup| (lookup.at, format!("over TCP: {}", lookup.outcome.as_str()))).take(TOLD_TWICE))
    .all(udp.first().map(|lookup| (lookup.at, "over UDP: answered".to_owned())))
    .all(asked.map(|(at, outcome)| (*at, format!("CoreDNS, over TCP: {}", outcome.as_str()))))
    .fix(format!(
        "dig +tcp github.com @{server}; dig github.com @{server}   # on a machine: only the second is answered\n\
         allow TCP 53 to {server} as well as UDP 53, in the firewall between and on that server, or use another name server"
    ))
    .why("an answer that is too large for UDP is asked for again over TCP, and CoreDNS forwards over TCP what it was asked over TCP; those names do not resolve");
    case.error(&UPSTREAM_UNREACHABLE, told);
    case.outside = true;
}

/// Two places show that something is so of all.
const TOLD_TWICE: usize = 2;

/// Name servers that answer all questions of the machines with REFUSED, which CoreDNS passes on.
fn refused(case: &mut Case<'_>, trouble: &[&Lookup]) {
    let all_refused = |lookups: &[&Lookup]| {
        !lookups.is_empty() && lookups.iter().all(|lookup| lookup.outcome == Outcome::Refused)
    };
    let own: Vec<&Lookup> = own(case).collect();
    // Where nothing listens at a name server, CoreDNS says SERVFAIL.
    if !all_refused(trouble) || !all_refused(&own) {
        return;
    }
    let servers: BTreeSet<String> =
        crate::sorted::set(own.iter().filter_map(|lookup| Some(lookup.address?.to_string())));
    let first = servers.first().cloned().unwrap_or_default();
    let message = match servers.len() {
        1 => format!("name server `{first}` refuses to answer the machines: REFUSED"),
        _ => format!(
            "name servers {} refuse to answer the machines: REFUSED",
            list(&servers)
        ),
    };
    let told = Told::new(message)
    .all(own.iter().map(|lookup| (lookup.at, format!("`{}`, from the machine: REFUSED", lookup.name))).take(TOLD_TWICE))
    .all(trouble.iter().map(|lookup| (lookup.at, format!("`{}`, through CoreDNS: REFUSED", lookup.name))))
    .fix(format!(
        "dig github.com @{first}   # on a machine: `status: REFUSED`\n\
         give every machine another name server, where it gets this one from (DHCP, netplan, /etc/systemd/resolved.conf): image pulls use it too\n\
         systemctl restart k3s || systemctl restart k3s-agent; kubectl -n kube-system rollout restart deployment coredns"
    ))
    .why("a provider's name server answers only addresses of its own network, and refuses all others; the questions arrive, so no firewall is involved")
    .key("");
    case.error(&UPSTREAM_UNREACHABLE, told);
    case.outside = true;
}

fn unreachable(case: &mut Case<'_>, trouble: &[&Lookup], upstream: &BTreeMap<IpAddr, (Span, Outcome)>) {
    let lost: Vec<&&Lookup> = trouble
        .iter()
        .filter(|lookup| lookup.outcome != Outcome::NxDomain)
        .collect();
    // One name that was lost on its way is not all names.
    let names: BTreeSet<&str> = crate::sorted::set(lost.iter().map(|lookup| lookup.name.as_str()));
    if upstream.is_empty() && names.len() == 1 && lost.iter().all(|lookup| lookup.outcome.is_lost()) {
        return;
    }
    let own: Vec<&Lookup> = own(case).filter(|lookup| !lookup.outcome.is_good()).collect();
    // The kubelet asks the machine's resolver; what it says is about the machine.
    let kubelet = case.facts.lookups.iter().find(|lookup| {
        !lookup.probed
            && lookup.address.is_some_and(|ip| !case.is_dns(ip))
            && is_outside(&lookup.name)
            && matches!(
                lookup.outcome,
                Outcome::Timeout | Outcome::ServFail | Outcome::Unreachable
            )
    });
    if case.unreachable && upstream.is_empty() || lost.is_empty() && upstream.is_empty() && kubelet.is_none()
    {
        return;
    }
    // The same servers answer the machine: what pods send does not leave it.
    let answered = case
        .facts
        .lookups
        .iter()
        .find(|lookup| {
            let silent = lookup.address.and_then(|address| upstream.get(&address));
            lookup.server == Server::Resolver
                && lookup.class == Class::External
                && lookup.outcome.is_good()
                && silent.is_some_and(|(_, outcome)| *outcome == Outcome::Timeout)
        })
        .filter(|_| case.measured.works & OUTSIDE == 0);
    // Pods that reach other machines are forwarded.
    if let Some(lookup) = answered.filter(|_| case.measured.works & ACROSS == 0) {
        let docker = case.facts.routes.iter().any(|route| route.device == "docker0");
        let cause = if docker { &FORWARD_DROP } else { &IP_FORWARD };
        let server = lookup
            .address
            .map_or_else(String::new, |address| address.to_string());
        let told = Told::new(format!(
            "CoreDNS gets no answer from `{server}`, which answers the machine: packets of pods do not leave {}",
            on(lookup.node.as_ref())
        ))
        .all(upstream.iter().map(|(server, (at, outcome))| (*at, format!("`{server}`: {}", outcome.as_str()))))
        .at(lookup.at, "the machine gets an answer")
        .fix(format!(
            "sysctl net.ipv4.ip_forward; iptables -S FORWARD | head -1; ufw status; firewall-cmd --state   # 0, DROP or active: this is it\n{}",
            cause.fix
        ))
        .why("CoreDNS asks from its pod, so the kernel has to forward and masquerade the packets; the machine's own packets need neither");
        case.error(cause, told);
        case.outside = true;
        return;
    }
    let machine = kubelet.is_some() && upstream.is_empty() && lost.is_empty() || !own.is_empty();
    let servers: Vec<String> = upstream.keys().map(ToString::to_string).collect();
    let message = match (machine, servers.is_empty()) {
        _ if answered.is_some() => format!(
            "CoreDNS gets no answer from its upstream name servers {}, which answer the machine",
            list(&servers)
        ),
        (true, _) => "the machine's name servers do not answer, and CoreDNS uses the same ones".to_owned(),
        (false, false) => format!(
            "CoreDNS gets no answer from its upstream name servers {}",
            list(&servers)
        ),
        (false, true) => {
            "CoreDNS resolves cluster names, but gets no answer from its upstream name servers".to_owned()
        }
    };
    let told = Told::new(message)
        .all(upstream.iter().map(|(server, (at, outcome))| (*at, format!("`{server}`: {}", outcome.as_str()))))
        .all(lost.iter().map(|lookup| (lookup.at, format!("`{}`: {}", lookup.name, lookup.outcome.as_str()))))
        .all(own.iter().map(|lookup| (lookup.at, "does not resolve on the machine either".to_owned())))
        .all(kubelet.map(|lookup| (lookup.at, "asked by the machine".to_owned())))
        .all(answered.map(|lookup| (lookup.at, "the machine gets an answer".to_owned())))
        .fix("kubectl -n kube-system get configmap coredns -o jsonpath='{.data.Corefile}' | grep forward; cat /etc/resolv.conf   # shows the name servers\ntcpdump -ni any port 53   # on CoreDNS's machine: packets that leave with an address of a pod are not masqueraded; none at all: a packet filter or an egress NetworkPolicy\nallow UDP and TCP 53 to those servers, or configure others for k3s (`resolv-conf`)")
        .why(match own.is_empty() && case.measured.works & RESOLVER != 0 {
            true => "the machine's own look-ups are answered, so the way from pods to those servers is what fails, or CoreDNS asks others",
            false => "the machines or a firewall block outbound DNS, or the name servers from the provider's DHCP no longer exist",
        });
    case.error(&UPSTREAM_UNREACHABLE, told);
    case.outside = true;
}
