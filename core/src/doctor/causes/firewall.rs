//! `host-firewall`, `iptables-mix`, `selinux-denial`

use super::{Case, Told, list};
use crate::doctor::cause::{FORWARD_DROP, HOST_FIREWALL, IPTABLES_MIX, SELINUX_DENIAL};
use crate::doctor::facts::{Event, Net, Outcome, Proto};
use crate::doctor::ways::{API, OUTSIDE};
use crate::facts::k3s::OVERLAY_PORTS;
use crate::source::Span;
use std::collections::BTreeSet;

/// Interfaces that packets of pods come in by.
const POD_DEVICES: [&str; 4] = ["cni", "flannel", "veth", "kube-bridge"];

pub fn selinux(case: &mut Case<'_>) {
    let denied = case.seen(|event| match event {
        Event::Selinux { program } => Some(program.clone()),
        _ => None,
    });
    let Some((_, program)) = denied.first() else {
        return;
    };
    let told = Told::new(format!("SELinux denies access to `{program}`"))
        .all(denied.iter().map(|(at, _)| (*at, "denied".to_owned())))
        .fix(
            "install the RPM `k3s-selinux` of your release, then: restorecon -R /var/lib/rancher; systemctl restart k3s\n\
             ausearch -m avc -ts recent   # must stay empty",
        )
        .why("without the k3s-selinux policy, container processes have labels that are not allowed to use the network");
    case.error(&SELINUX_DENIAL, told);
    // Whether names fail for that reason cannot be told from the denial alone.
    case.unreachable |= case.dns_is_lost();
}

pub fn host_firewall(case: &mut Case<'_>) {
    let dropped = case.seen(|event| match event {
        Event::Dropped { tool, input, .. } if POD_DEVICES.iter().any(|device| input.starts_with(device)) => {
            Some((*tool, input.as_str()))
        }
        _ => None,
    });
    let active = case.seen(|event| match event {
        Event::Firewall { tool, node } => Some((tool.as_str(), node.as_str())),
        _ => None,
    });
    let harmed = |node: &str| harm(case, node);
    let harmful: Vec<(Span, &str, &str, Option<Span>)> = active
        .iter()
        .filter_map(|(at, (tool, node))| Some((*at, *tool, *node, Some(harmed(node)?))))
        .collect();
    let (tool, message) = match (dropped.first(), harmful.first()) {
        (Some((_, (tool, input))), _) => (
            *tool,
            format!("{} drops packets from pods on interface `{input}`", called(tool)),
        ),
        (None, Some((_, tool, ..))) => {
            let nodes = harmful.iter().map(|(_, _, node, _)| *node);
            (
                *tool,
                format!(
                    "{} is active, and pods cannot connect on {}",
                    called(tool),
                    list(nodes)
                ),
            )
        }
        (None, None) => return,
    };
    let (pods, services) = ranges(case);
    let fix = match tool {
        "ufw" => format!(
            "ufw allow from {pods} to any; ufw allow from {services} to any; ufw route allow from {pods}   # on every machine\nor: ufw disable   # if the provider's firewall filters traffic"
        ),
        _ => format!(
            "firewall-cmd --permanent --zone=trusted --add-source={pods} --add-source={services}; firewall-cmd --reload   # on every machine\nor: systemctl disable --now firewalld"
        ),
    };
    let told = Told::new(message)
        .all(dropped.iter().map(|(at, _)| (*at, "dropped".to_owned())))
        .all(harmful.iter().map(|(at, tool, ..)| (*at, format!("{} is active", called(tool)))))
        .all(harmful.iter().filter_map(|(_, _, _, bad)| Some(((*bad)?, "blocked".to_owned()))))
        .fix(fix)
        .key("cluster: {firewall: {ssh: […], api: […]}}")
        .why("its rules also apply to traffic from pods, which passes through the machine; machines built by gkc leave filtering to the provider");
    case.error(&HOST_FIREWALL, told);
    case.unreachable = true;
    case.outside = true;
}

/// CoreDNS alone tells it: it reaches nothing, neither the API at its service address nor a name server outside.
pub fn pods_cut_off(case: &mut Case<'_>) {
    let through = case
        .facts
        .lookups
        .iter()
        .any(|lookup| lookup.outcome.got_through());
    if case.outside || through || case.facts.peers.iter().any(|peer| peer.outcome.got_through()) {
        return;
    }
    let lost = |outcome: Outcome| matches!(outcome, Outcome::Timeout | Outcome::Unreachable);
    let api = case.seen(|event| match event {
        Event::Api { server, outcome } if lost(*outcome) => Some(*server),
        _ => None,
    });
    let upstream = case.seen(|event| match event {
        Event::Upstream { server, outcome, .. } if lost(*outcome) => Some(*server),
        _ => None,
    });
    let (Some((_, at)), Some((_, server))) = (api.first(), upstream.first()) else {
        return;
    };
    let (pods, services) = ranges(case);
    let told = Told::new(format!(
        "CoreDNS reaches neither the Kubernetes API at `{at}` nor the name server `{server}`: its machine drops what pods send"
    ))
    .all(api.iter().map(|(at, _)| (*at, "the API".to_owned())))
    .all(upstream.iter().map(|(at, _)| (*at, "a name server outside".to_owned())))
    .fix(format!(
        "sysctl net.ipv4.ip_forward; ufw status; firewall-cmd --state   # on that machine: the first must be 1, and a filter that is active must let {pods} and {services} through\n\
         nft list ruleset | grep -iE 'hook forward|drop|reject'   # shows other filters"
    ))
    .key("cluster: {firewall: {ssh: […], api: […]}}")
    .why("two unrelated servers time out at once, so it is the way out of the pod that is closed");
    case.error(&HOST_FIREWALL, told);
    case.unreachable = true;
    case.outside = true;
}

fn called(tool: &str) -> &str {
    match tool {
        "ufw" => "ufw",
        "firewalld" => "firewalld",
        other => other,
    }
}

/// The ranges of pods and services, as commands have them.
pub fn ranges(case: &Case<'_>) -> (String, String) {
    let machines = || case.facts.machines.values();
    let pods = machines().find_map(|machine| Some(machine.cluster_cidrs.first()?.0.to_string()));
    let services = machines().find_map(|machine| Some(machine.service_cidrs.first()?.0.to_string()));
    // k3s's own, unless it was started with others.
    let or = |range: Option<String>, default: &str| range.unwrap_or_else(|| default.to_owned());
    (or(pods, "10.42.0.0/16"), or(services, "10.43.0.0/16"))
}

/// What a filter on a machine breaks there: pods of one and the same machine, pods and the machine, or pods that are told
/// that there is no way.
fn harm(case: &Case<'_>, node: &str) -> Option<Span> {
    let own = case.matrix.pods.get(&(node.to_owned(), node.to_owned()));
    let within = own.filter(|pair| pair.is_dead()).and_then(|pair| pair.bad());
    let rejected = case.matrix.across().find_map(|((from, to), pair)| {
        let (at, outcome) = pair.bad()?;
        ((from == node || to == node) && pair.is_dead() && outcome == Outcome::Unreachable)
            .then_some((at, outcome))
    });
    // What the machine itself sends is not filtered by what pods send is.
    let asked = |net: Net| case.matrix.dns.get(&(node.to_owned(), net));
    let pods = asked(Net::Pod).filter(|dns| dns.service.is_dead() && dns.direct.is_dead());
    let hosts = asked(Net::Host).is_some_and(|dns| dns.service.works() || dns.direct.works());
    let only_pods = pods.filter(|_| hosts).and_then(|dns| dns.service.bad());
    // Where service addresses are the machine's own, as with IPVS, what pods send there has to get past its filter.
    let measured = case.nodes.get(node);
    let api = measured.is_some_and(|measured| measured.fails & API != 0 && measured.works & API == 0);
    let served = asked(Net::Host).is_some_and(|dns| dns.service.works());
    let services = asked(Net::Pod).filter(|dns| dns.service.is_dead() && api && served);
    let services = services.and_then(|dns| dns.service.bad());
    within.or(rejected).or(only_pods).or(services).map(|(at, _)| at)
}

/// Whether a machine forwards nothing, which explains more than a chain that drops.
fn is_off(case: &Case<'_>, node: &str) -> bool {
    let key = (node.to_owned(), "net.ipv4.ip_forward".to_owned());
    case.facts
        .settings
        .get(&key)
        .is_some_and(|(value, _)| value == "0")
}

/// Machines that do not forward pod traffic: what they send themselves reaches the pods of others, or their FORWARD chain says so.
pub fn forward(case: &mut Case<'_>) {
    let cause = &FORWARD_DROP;
    let mut seen = case.signs_of(cause);
    if super::lines::is_forwarded(case) {
        seen.clear();
    }
    let dead: Vec<(String, String, Span, Outcome)> = case
        .matrix
        .across()
        .filter(|(_, pair)| pair.udp.is_lost() && pair.tcp.is_lost() && !pair.icmp.works())
        .filter_map(|((from, to), pair)| Some((from.clone(), to.clone(), pair.bad()?.0, pair.bad()?.1)))
        .collect();
    // CoreDNS gets out through the machine that it runs on.
    let forwards = |node: &String| {
        let asks = case.dns_nodes.contains(node)
            && case
                .nodes
                .get(node)
                .is_some_and(|measured| measured.works & OUTSIDE != 0);
        asks || case
            .matrix
            .across()
            .any(|((from, to), pair)| (from == node || to == node) && pair.works())
    };
    let through = |from: &String, to: &String| case.matrix.through_tunnel(from, to);
    let closed: BTreeSet<&String> = crate::sorted::set(
        dead.iter()
            .flat_map(|(from, to, ..)| [from, to])
            .filter(|node| !forwards(node) && !is_off(case, node)),
    );
    let Some(first) = dead.iter().find(|(from, to, ..)| {
        through(from, to).is_some() || !seen.is_empty() && !case.matrix.tried_tunnel(from, to)
    }) else {
        return;
    };
    if closed.is_empty() || case.unreachable {
        return;
    }
    let message = match seen.is_empty() {
        true => format!(
            "pods cannot reach each other, although a machine reaches pods of others: pod traffic is probably not forwarded on {}",
            list(&closed)
        ),
        false => format!(
            "pod traffic is not forwarded on {}: the FORWARD chain has the policy DROP",
            list(&closed)
        ),
    };
    let tunnel = through(&first.0, &first.1);
    let told = Told::new(message)
        .all(
            seen.iter()
                .map(|at| (*at, "drops whatever no rule accepts".to_owned())),
        )
        .at(
            first.2,
            format!("`{}` to pods on `{}`: {}", first.0, first.1, first.3.as_str()),
        )
        .all(tunnel.map(|at| (at, "the machine itself can reach them".to_owned())))
        .fix(cause.fix)
        .why(cause.why);
    case.error(cause, told);
    case.unreachable = true;
}

/// Releases of iptables that write rules twice where nf_tables carries them (k3s docs, "Known Issues"): 1.8.0 to 1.8.4.
fn is_bad(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| {
        let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
        digits.parse::<u32>().unwrap_or(0)
    });
    let (major, minor, patch) = (numbers.next(), numbers.next(), numbers.next().unwrap_or(0));
    (major, minor) == (Some(1), Some(8)) && patch <= 4
}

pub fn iptables(case: &mut Case<'_>) {
    let said = case.seen(|event| match event {
        Event::Iptables { words } => Some(words.as_str()),
        _ => None,
    });
    let versions = case.seen(|event| match event {
        Event::IptablesVersion {
            version,
            nft,
            legacy_rules,
            nft_rules,
        } => {
            let mixed = *legacy_rules > 0 && *nft_rules > 0;
            (*nft && is_bad(version) || mixed).then_some((version.as_str(), mixed))
        }
        _ => None,
    });
    // A machine may have both for good reasons: it counts where services are not reached.
    let unrouted = services_fail(case).is_some();
    let message = match (said.first(), versions.first().filter(|_| unrouted)) {
        (_, Some((_, (_, true)))) => {
            "iptables-legacy and nf_tables rules are mixed, and services cannot be reached".to_owned()
        }
        (_, Some((_, (version, false)))) => {
            format!("iptables {version} writes broken nf_tables rules, and services cannot be reached")
        }
        (Some((_, words)), None) => format!(
            "iptables reports an error: `{}`",
            words.chars().take(120).collect::<String>().replace('`', "'")
        ),
        (None, None) => return,
    };
    let harmed = unrouted || case.dns_is_lost() || !said.is_empty();
    let told = Told::new(message)
        .all(versions.iter().map(|(at, _)| (*at, "iptables version".to_owned())))
        .all(said.iter().map(|(at, _)| (*at, "reported by iptables".to_owned())))
        .all(services_fail(case).map(|at| (at, "the service address does not answer".to_owned())))
        .fix("k3s server --prefer-bundled-bin   # or in /etc/rancher/k3s/config.yaml: `prefer-bundled-bin: true`; then: reboot to remove the old rules\niptables-legacy-save | head; nft list ruleset | head   # one of them must be empty")
        .why("kube-proxy writes rules of one kind, and rules of the other kind drop or shadow them; iptables 1.8.0 to 1.8.4 duplicates rules until all traffic stops");
    match harmed {
        true => case.error(&IPTABLES_MIX, told),
        false => case.warning(&IPTABLES_MIX, told),
    }
    case.unreachable |= unrouted;
    // The same rules translate what leaves the cluster.
    case.outside |= harmed;
}

/// A service address that does not answer while what is behind it does, from pods.
pub fn services_fail(case: &Case<'_>) -> Option<Span> {
    case.matrix.dns.iter().find_map(|((_, net), dns)| {
        let only_service = dns.service.is_dead() && dns.direct.works();
        (*net == Net::Pod && only_service)
            .then(|| dns.service.bad())
            .flatten()
            .map(|(at, _)| at)
    })
}

/// Packets that a filter dropped on their way between machines, for the ports of overlays.
pub fn dropped_overlay(case: &Case<'_>) -> Vec<(Span, u16)> {
    case.seen(|event| match event {
        Event::Dropped {
            port: Some(port),
            proto: Some(Proto::Udp),
            ..
        } if OVERLAY_PORTS.contains(port) => Some(*port),
        _ => None,
    })
}
