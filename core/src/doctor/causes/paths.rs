//! Causes that show in what was measured on one node: which ways work there, and which do not.

use super::measures::*;
use super::{Case, Told, list};
use crate::diagnostic::Severity;
use crate::doctor::cause::{
    API_NOT_REACHED, BRIDGE_NETFILTER, CONNTRACK_FULL, Cause, DNS_UNREACHABLE, FORWARD_DROP, HOST_FIREWALL,
    IP_FORWARD, MTU, PACKET_LOSS, POLICY_ROUTING, REJECT_RULES, SERVICE_RULES, UNDECIDED,
};
use crate::doctor::facts::{Event, Net, Outcome};
use crate::doctor::matrix::Pair;
use crate::doctor::ways::*;
use crate::source::Span;

/// What a cause looks like on a node. Each of the ways has to be measured there.
struct Path {
    cause: &'static Cause,
    /// Nothing gets through here.
    dead: Ways,
    /// Something gets through here.
    works: Ways,
    /// A setting of the kernel that decides, and the value that rules it out.
    unless: (&'static str, &'static str),
    message: &'static str,
}

/// The more ways a row names, the earlier it stands: the specific comes before the general.
static PATHS: &[Path] = &[
    Path {
        cause: &BRIDGE_NETFILTER,
        dead: SERVICE,
        works: LOCAL | HOST_SERVICE,
        unless: ("net.bridge.bridge-nf-call-iptables", "1"),
        message: "pods reach CoreDNS beside them directly but not at its service address, and the machine does: br_netfilter is {probably} off on {node}",
    },
    Path {
        cause: &POLICY_ROUTING,
        dead: HOST | SERVICE | HOST_SERVICE,
        works: LOCAL,
        unless: ("", ""),
        message: "machine {node} does not reach its own pods, so that service addresses do not work either: its rules send the packets elsewhere",
    },
    Path {
        cause: &SERVICE_RULES,
        dead: SERVICE | HOST_SERVICE,
        works: LOCAL | HOST,
        unless: ("", ""),
        message: "CoreDNS answers on {node}, but not at its service address, neither to pods nor to the machine: kube-proxy's rules are missing or broken",
    },
    Path {
        cause: &IP_FORWARD,
        dead: ACROSS | OUTSIDE,
        works: RESOLVER | HOSTS,
        unless: ("net.ipv4.ip_forward", "1"),
        message: "nothing from pods leaves {node}, while the machine itself reaches everything: it does not forward packets",
    },
    Path {
        cause: &POLICY_ROUTING,
        dead: HOST,
        works: SERVICE,
        unless: ("", ""),
        message: "machine {node} does not reach its own pods, but other pods do: its rules send the packets elsewhere",
    },
    Path {
        cause: &POLICY_ROUTING,
        dead: HOST,
        works: LOCAL,
        unless: ("", ""),
        message: "machine {node} does not reach its own pods, but other pods do: its rules send the packets elsewhere",
    },
    Path {
        cause: &POLICY_ROUTING,
        dead: HOST,
        works: ACROSS,
        unless: ("", ""),
        message: "machine {node} does not reach its own pods, but they reach others: its rules send the packets elsewhere",
    },
    Path {
        cause: &MTU,
        dead: LARGE,
        works: ACROSS,
        unless: ("", ""),
        message: "small packets from {node} reach pods on other machines, large ones do not",
    },
];

/// What the ways are called where one of them is shown.
const NAMED: [(Ways, &str); 13] = [
    (LOCAL, "from a pod to CoreDNS beside it"),
    (ACROSS, "from pods to other machines"),
    (ECHO, "ICMP between pods"),
    (HOST, "from the machine to its own pods"),
    (HOSTS, "between machines"),
    (FAR, "from the machine to pods elsewhere"),
    (SERVICE, "from a pod to the service address"),
    (HOST_SERVICE, "from the machine to the service address"),
    (API, "from a pod to the API"),
    (OUTSIDE, "a name outside, through CoreDNS"),
    (RESOLVER, "a name outside, from the machine's own servers"),
    (NAMES, "a name that the platform needs"),
    (LARGE, "a large packet"),
];

/// Names what fails and is not explained by any cause that was found.
pub fn unexplained(case: &mut Case<'_>) {
    let left = case.measured.dead() & !case.broken & (LOCAL | ACROSS | HOST | SERVICE | API | OUTSIDE);
    let words: Vec<&str> = NAMED
        .iter()
        .filter(|(way, _)| left & way != 0)
        .map(|(_, words)| *words)
        .collect();
    let known = case
        .found
        .iter_mut()
        .rfind(|found| found.severity == Severity::Error);
    let Some(found) = known
        .filter(|found| !words.is_empty() && ![&UNDECIDED.rule, &DNS_UNREACHABLE.rule].contains(&found.rule))
    else {
        return;
    };
    let note = found.note.take().unwrap_or_default();
    found.note = Some(format!(
        "{note}; this does not explain what also fails: {}",
        words.join(", ")
    ));
}

/// What was measured of some ways, with its places: what failed first.
fn evidence(measured: &Measured, dead: Ways, works: Ways) -> Vec<(Span, String)> {
    let bad = NAMED.iter().filter(|(way, _)| dead & way != 0);
    let bad = bad.filter_map(|(way, words)| {
        let (at, outcome) = measured.bad(*way)?;
        Some((at, format!("{words}: {}", outcome.as_str())))
    });
    let good = NAMED.iter().filter(|(way, _)| works & way != 0);
    let good = good.filter_map(|(way, words)| Some((measured.good(*way)?, format!("{words}: answered"))));
    bad.chain(good).collect()
}

/// What the measurements of a node show.
pub fn paths(case: &mut Case<'_>) {
    settings(case);
    for path in PATHS {
        if case.has(path.cause) || *path.cause != MTU && case.unreachable {
            continue;
        }
        let is = |node: &str, measured: &Measured| {
            let decided = (node.to_owned(), path.unless.0.to_owned());
            let other = case.facts.settings.get(&decided);
            measured.dead() & path.dead == path.dead
                && measured.works & path.works == path.works
                && other.is_none_or(|(value, _)| value != path.unless.1)
        };
        let found: Vec<(String, Measured)> = case
            .nodes
            .iter()
            .filter(|(node, measured)| is(node, measured))
            .map(|(node, measured)| (node.clone(), measured.clone()))
            .collect();
        let Some((_, first)) = found.first() else {
            continue;
        };
        // Docker sets the policy of FORWARD to DROP, which looks the same as no forwarding.
        let docker =
            *path.cause == IP_FORWARD && case.facts.routes.iter().any(|route| route.device == "docker0");
        let cause = if docker { &FORWARD_DROP } else { path.cause };
        let nodes = list(found.iter().map(|(node, _)| node));
        // Where the setting itself was not read, it may be another rule on the machine.
        let read = |node: &String| {
            case.facts
                .settings
                .contains_key(&(node.clone(), path.unless.0.to_owned()))
        };
        let message = match found.iter().all(|(node, _)| read(node)) {
            true => path.message.replace("{probably} ", ""),
            false => path.message.replace("{probably}", "probably"),
        };
        let told = Told::new(message.replace("{node}", &nodes))
            .all(evidence(first, path.dead, path.works))
            .all(
                case.signs_of(cause)
                    .into_iter()
                    .map(|at| (at, "a sign of it".to_owned()))
                    .chain(super::tables::evidence(case))
                    .filter(|_| *cause == POLICY_ROUTING),
            )
            .fix(match case.facts.lost_size {
                Some(size) => cause.fix.replace("{SIZE}", &size.to_string()),
                None => super::lines::filled(cause.fix, None, None),
            })
            .why(cause.why);
        case.error(cause, told);
        case.unreachable |= path.dead & (SERVICE | ACROSS) != 0;
        case.outside |= path.dead & OUTSIDE != 0;
    }
}

/// Settings of the kernel that break something.
fn settings(case: &mut Case<'_>) {
    let bad = [
        ("net.ipv4.ip_forward", "0", &IP_FORWARD),
        ("net.bridge.bridge-nf-call-iptables", "0", &BRIDGE_NETFILTER),
        ("net.bridge.bridge-nf-call-iptables", "missing", &BRIDGE_NETFILTER),
    ];
    for ((node, name), (value, at)) in &case.facts.settings {
        let full = || {
            let max = (node.clone(), "net.netfilter.nf_conntrack_max".to_owned());
            let max: u64 = case.facts.settings.get(&max)?.0.parse().ok()?;
            let count: u64 = value.parse().ok()?;
            (name == "net.netfilter.nf_conntrack_count" && count >= max - max / 20).then_some(&CONNTRACK_FULL)
        };
        let row = bad.iter().find(|(key, wrong, _)| name == key && value == wrong);
        let Some(cause) = row.map(|row| row.2).or_else(full) else {
            continue;
        };
        if case.has(cause) {
            continue;
        }
        let failing = case.nodes.get(node).cloned().unwrap_or_default();
        let told = Told::new(super::lines::fill(cause.message, Some(node), &[]))
            .at(*at, format!("{name} on `{node}`"))
            .all(evidence(&failing, failing.dead() & cause.breaks, 0))
            .fix(cause.fix)
            .why(cause.why);
        let before = case.broken;
        case.error(cause, told);
        case.unreachable |= case.broken != before && is_explained(case, name, value);
        case.outside |= case.broken != before && cause.breaks & OUTSIDE != 0;
    }
}

/// Whether pods lose packets, and only those of machines that have that value of a setting, or on the way to them.
fn is_explained(case: &Case<'_>, name: &str, value: &str) -> bool {
    let settings = &case.facts.settings;
    let has = |node: &String| {
        let setting = settings.get(&(node.clone(), name.to_owned()));
        setting.is_some_and(|(other, _)| other == value)
    };
    let dead = |measured: &Measured| measured.dead() & (SERVICE | ACROSS) != 0;
    let mut nodes = case
        .nodes
        .iter()
        .filter(|(_, measured)| dead(measured))
        .peekable();
    let mut pairs = case.matrix.across().filter(|(_, pair)| pair.is_dead());
    nodes.peek().is_some()
        && nodes.all(|(node, _)| has(node))
        && pairs.all(|((from, to), _)| has(from) || has(to))
}

/// Systems whose packet filter is firewalld unless somebody changed that.
const FIREWALLD: [&str; 9] = [
    ".el7",
    ".el8",
    ".el9",
    ".el10",
    ".fc",
    "CentOS",
    "Red Hat",
    "Rocky",
    "AlmaLinux",
];

/// Somebody answers pods with "no route to host": a packet filter that rejects.
pub fn rejected(case: &mut Case<'_>) {
    if case.has(&HOST_FIREWALL) || case.has(&REJECT_RULES) {
        return;
    }
    let of_pods = SERVICE | LOCAL | API;
    let rejected = |measured: &Measured| {
        let across = if measured.works & HOSTS != 0 { ACROSS } else { 0 };
        measured.rejected & measured.dead() & (of_pods | across)
    };
    let nodes: Vec<(&String, &Measured)> = case
        .nodes
        .iter()
        .filter(|(_, measured)| rejected(measured) != 0)
        .collect();
    let mut proof: Vec<(Span, String)> = nodes
        .iter()
        .flat_map(|(_, measured)| evidence(measured, rejected(measured), 0))
        .collect();
    let logged = case.seen(|event| match event {
        Event::Api {
            server,
            outcome: Outcome::Unreachable,
        } => Some(*server),
        _ => None,
    });
    proof.extend(
        logged
            .iter()
            .map(|(at, server)| (*at, format!("`{server}`: no route to host"))),
    );
    if proof.is_empty() {
        return;
    }
    let firewalld = case
        .facts
        .systems
        .iter()
        .any(|system| FIREWALLD.iter().any(|word| system.contains(word)));
    let on = match nodes.is_empty() {
        true => "a machine".to_owned(),
        false => list(nodes.iter().map(|(node, _)| *node)),
    };
    let (pods, services) = super::firewall::ranges(case);
    let (cause, told) = if firewalld {
        let told = Told::new(format!("firewalld on {on} rejects what pods send: `no route to host`")).fix(format!(
            "firewall-cmd --state; firewall-cmd --get-active-zones   # running: this is it\n\
             firewall-cmd --permanent --zone=trusted --add-source={pods} --add-source={services}; firewall-cmd --reload   # on every machine\nor: systemctl disable --now firewalld; reboot"
        ));
        (&HOST_FIREWALL, told.why("firewalld rejects what no zone allows with icmp-host-prohibited, also what comes in by cni0; CoreDNS then cannot reach the API and restarts"))
    } else {
        let cause = &REJECT_RULES;
        let told = Told::new(format!("a REJECT rule on {on} answers pods with `no route to host`"))
            .fix(format!(
                "{}\nfirewall-cmd --state   # running: firewalld is it; then: firewall-cmd --permanent --zone=trusted --add-source={pods} --add-source={services}; firewall-cmd --reload",
                cause.fix
            ))
            .why(cause.why);
        (cause, told)
    };
    case.error(cause, told.all(proof));
    if case.has(cause) && case.broken & DNS != 0 {
        case.unreachable = true;
        case.outside = true;
    }
}

/// An address behind the API's Service that no machine has inside: pods are sent there.
fn advertised(case: &Case<'_>) -> Option<(Span, String)> {
    let key = ("default".to_owned(), "kubernetes".to_owned());
    let endpoints = case.facts.endpoints.get(&key)?;
    let machines = || case.facts.machines.values();
    machines().next()?;
    let strange = endpoints.addresses.iter();
    let strange = strange
        .copied()
        .find(|address| !machines().any(|machine| machine.internal.contains(address)))?;
    let outside = machines().find(|machine| machine.external.contains(&strange));
    let what = match outside {
        Some(machine) => format!("`{strange}`, the external address of `{}`", machine.name),
        None => format!("`{strange}`, not an internal address of any machine"),
    };
    Some((endpoints.at, what))
}

/// Pods do not reach the API, and nothing else explains it.
pub fn api(case: &mut Case<'_>) {
    if case.broken & API != 0 || case.unreachable && case.measured.dead() & SERVICE != 0 {
        return;
    }
    let nodes: Vec<(&String, Span)> = case
        .nodes
        .iter()
        .filter(|(_, measured)| measured.dead() & API != 0)
        .filter_map(|(node, measured)| Some((node, measured.bad(API)?.0)))
        .collect();
    let logged = case.seen(|event| match event {
        Event::Api { server, outcome } => Some((*server, *outcome)),
        _ => None,
    });
    // What pods could measure counts more than what a log said once.
    let logged: Vec<_> = logged
        .into_iter()
        .filter(|_| case.measured.works & API == 0 || !nodes.is_empty())
        .collect();
    let Some((_, (server, _))) = logged.first() else {
        return;
    };
    let from = match nodes.is_empty() {
        true => "pods do".to_owned(),
        false => format!("pods on {} do", list(nodes.iter().map(|(node, _)| *node))),
    };
    let waits = case.facts.pods.iter().find(|pod| pod.is_dns() && !pod.ready);
    let advertised = advertised(case);
    let mut message = format!("{from} not reach the Kubernetes API at `{server}`");
    if waits.is_some() {
        message.push_str(", so CoreDNS is not ready");
    }
    if let Some((_, what)) = &advertised {
        message.push_str(&format!(": it leads to {what}"));
    }
    let told = Told::new(message)
        .all(advertised.map(|(at, what)| (at, format!("leads to {what}"))))
        .all(nodes.iter().map(|(node, at)| (*at, format!("from a pod on `{node}`"))))
        .all(logged.iter().map(|(at, (_, outcome))| (*at, outcome.as_str().to_owned())))
        .all(waits.map(|pod| (pod.at, "not ready".to_owned())))
        .fix(format!(
            "kubectl get endpoints kubernetes   # must be addresses of servers that machines and pods reach; an external one that the machine does not have itself (`node-external-ip`, `advertise-address`) does not work: set `advertise-address` to the server's own\n\
             curl -k --max-time 5 https://{server}/version   # on that machine. Answered: only pods are cut off, by a packet filter or rules of routing (`host-firewall`, `policy-routing`). Not answered: `nc -zv SERVER 6443`, a firewall between the machines"
        ))
        .why("kube-proxy translates the service address to the servers' addresses and port 6443; pods then need that path");
    case.error(&API_NOT_REACHED, told);
    let is_waiting = waits.is_some();
    case.unreachable |= is_waiting;
    case.outside |= is_waiting;
}

/// Some packets get through and others do not, on one and the same way.
pub fn loss(case: &mut Case<'_>) {
    if case.broken != 0 || !case.found.is_empty() {
        return;
    }
    let mut lost: Vec<(Span, String)> = Vec::new();
    let mut through = 0;
    let mut count = |from: &str, pair: &Pair| {
        let all = [&pair.udp, &pair.tcp];
        through += all.iter().map(|tally| tally.through).sum::<usize>();
        for tally in all {
            if let Some((at, outcome)) = tally.bad.filter(|_| pair.works() && tally.lost > 0) {
                lost.push((at, format!("from {from}: {}", outcome.as_str())));
            }
        }
    };
    for ((from, _), pair) in case.matrix.pods.iter().chain(&case.matrix.to_pods) {
        count(&format!("`{from}`"), pair);
    }
    for ((node, net), dns) in &case.matrix.dns {
        let from = if *net == Net::Pod { "a pod on" } else { "machine" };
        count(&format!("{from} `{node}`"), &dns.service);
    }
    for (node, measured) in &case.nodes {
        let some = measured.works & measured.fails & OUTSIDE;
        if let Some((at, outcome)) = measured
            .bad(OUTSIDE)
            .filter(|(_, outcome)| some != 0 && outcome.is_lost())
        {
            lost.push((at, format!("a name outside, from `{node}`: {}", outcome.as_str())));
        }
    }
    crate::sorted::sort_by_key(&mut lost, |(at, _)| *at);
    lost.dedup_by_key(|(at, _)| *at);
    // One of many is what UDP is for.
    if lost.is_empty() || lost.len() == 1 && through >= MANY {
        return;
    }
    let told = Told::new("some packets are lost: the same checks succeed and fail")
        .all(lost.clone())
        .fix(
            "dmesg -T | grep -iE 'conntrack|neighbou?r table|link is down'   # on the machines named above: `table full` is conntrack-full\n\
             sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max; ip -s link   # a full table, or errors of an interface\n\
             run the probe again: what fails every time has another cause",
        )
        .why("a path that works sometimes is not blocked; a full table in the kernel, a faulty link or an overloaded machine drops some packets");
    match lost.len() > 2 {
        true => case.error(&PACKET_LOSS, told),
        false => case.warning(&PACKET_LOSS, told),
    }
}

/// So many checks that got through make one lost packet an accident.
const MANY: usize = 12;
