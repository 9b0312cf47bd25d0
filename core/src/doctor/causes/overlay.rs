//! `overlay-blocked`, `checksum-offload`, `wrong-interface`

use super::firewall::dropped_overlay;
use super::{Case, Told, list};
use crate::doctor::cause::{
    CHECKSUM_OFFLOAD, FORWARD_DROP, OVERLAY_BLOCKED, PODS_NOT_ROUTED, TAILNET_POLICY, WRONG_INTERFACE,
};
use crate::doctor::facts::{Event, Machine, Net, Outcome};
use crate::doctor::matrix::Pair;
use crate::doctor::ways::{HOST_SERVICE, OUTSIDE};
use crate::facts::k3s::{OVERLAY_PORTS, VXLAN_PORT, WIREGUARD_PORTS};
use crate::facts::networks::is_private;
use crate::source::Span;
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Flannel tells others addresses that are not those that the machines know each other by.
pub fn wrong_interface(case: &mut Case<'_>) {
    let machines: Vec<&Machine> = case.facts.machines.values().collect();
    let dead: Vec<(&(String, String), &Pair)> =
        case.matrix.across().filter(|(_, pair)| pair.is_dead()).collect();
    let lost = !dead.is_empty() || case.dns_is_lost();
    let works = case.matrix.across().any(|(_, pair)| pair.works());
    let shared = shared(&machines);
    let mixed = mixed(&machines);
    let mut elsewhere: Vec<(&Machine, IpAddr, Span)> =
        machines.iter().filter_map(|machine| elsewhere(machine)).collect();
    // With `flannel-external-ip` it is meant to be the external one; that is a mistake only where it does not work.
    elsewhere.retain(|(machine, address, _)| lost || !machine.external.contains(address));
    let (message, evidence) = if let Some((address, at)) = shared {
        let message = format!("several machines give flannel the same address, `{address}`");
        (
            message,
            at.into_iter()
                .map(|at| (at, "the same address".to_owned()))
                .collect::<Vec<_>>(),
        )
    } else if let Some((private, public)) =
        mixed.filter(|(_, public)| lost || !works && !is_external(&machines, public.1))
    {
        let message = format!(
            "flannel uses private addresses on some machines and public ones on others: `{}` on `{}`, `{}` on `{}`",
            private.1, private.0, public.1, public.0
        );
        (
            message,
            vec![(public.2, "public".to_owned()), (private.2, "private".to_owned())],
        )
    } else if let Some((machine, address, at)) = elsewhere.first().filter(|_| lost || !works) {
        let message = format!(
            "flannel uses `{address}` on {}, but the node's InternalIP is `{}`",
            list(elsewhere.iter().map(|(machine, ..)| &machine.name)),
            machine
                .internal
                .first()
                .map_or_else(String::new, ToString::to_string)
        );
        (
            message,
            elsewhere
                .iter()
                .map(|(_, _, at)| (*at, "flannel address".to_owned()))
                .chain([(*at, String::new())])
                .collect(),
        )
    } else {
        return;
    };
    let told = Told::new(message)
        .all(evidence)
        .all(dead.iter().filter_map(|((from, to), pair)| Some((pair.bad()?.0, format!("`{from}` cannot reach pods on `{to}`")))))
        .fix("on every machine, in /etc/rancher/k3s/config.yaml: `node-ip: ITS-PRIVATE-ADDRESS` and `flannel-iface: ITS-INTERFACE`, then: systemctl restart k3s || systemctl restart k3s-agent\nkubectl get nodes -o custom-columns='N:.metadata.name,I:.status.addresses[0].address,F:.metadata.annotations.flannel\\.alpha\\.coreos\\.com/public-ip'")
        .why("k3s uses the interface of the default route unless configured otherwise; `node-ip` alone does not move VXLAN");
    match lost {
        true => {
            case.error(&WRONG_INTERFACE, told);
            case.unreachable = true;
        }
        false => case.warning(&WRONG_INTERFACE, told),
    }
}

fn is_external(machines: &[&Machine], address: IpAddr) -> bool {
    machines.iter().any(|machine| machine.external.contains(&address))
}

/// An address that several machines have, which happens behind NAT (VirtualBox gives 10.0.2.15 to all).
fn shared(machines: &[&Machine]) -> Option<(IpAddr, Vec<Span>)> {
    let mut by_address: BTreeMap<IpAddr, BTreeMap<&str, Span>> = BTreeMap::new();
    for machine in machines {
        for (address, at) in &machine.flannel {
            by_address.entry(*address).or_default().insert(&machine.name, *at);
        }
    }
    let (address, at) = by_address.into_iter().find(|(_, at)| at.len() > 1)?;
    Some((address, at.into_values().collect()))
}

type Placed<'a> = (&'a str, IpAddr, Span);

/// A machine whose flannel address is private, and one whose is public.
fn mixed<'a>(machines: &[&'a Machine]) -> Option<(Placed<'a>, Placed<'a>)> {
    let all = || {
        machines.iter().flat_map(|machine| {
            machine
                .flannel
                .iter()
                .map(|(address, at)| (machine.name.as_str(), *address, *at))
        })
    };
    let private = all().find(|(_, address, _)| is_private(IpNet::from(*address)))?;
    let public = all().find(|(_, address, _)| {
        !is_private(IpNet::from(*address)) && address.is_ipv4() == private.1.is_ipv4()
    })?;
    Some((private, public))
}

/// A machine whose flannel address is none that Kubernetes calls internal.
fn elsewhere(machine: &Machine) -> Option<(&Machine, IpAddr, Span)> {
    let (address, at) = machine.flannel.iter().find(|(address, _)| {
        let family = |ip: &&IpAddr| ip.is_ipv4() == address.is_ipv4();
        let mut same = machine.internal.iter().filter(family).peekable();
        same.peek().is_some() && !same.any(|ip| ip == address)
    })?;
    Some((machine, *address, *at))
}

/// Pods of different machines do not reach each other, and what carries their packets is none of flannel's tunnels.
pub fn not_flannels(case: &mut Case<'_>) {
    let machines: Vec<&Machine> = case.facts.machines.values().collect();
    let dead: Vec<((String, String), Pair)> = case
        .matrix
        .across()
        .filter(|(_, pair)| pair.is_dead() && !pair.only_echo())
        .map(|(ends, pair)| (ends.clone(), pair.clone()))
        .collect();
    let reached = dead.iter().any(|(ends, _)| {
        let hosts = case.matrix.hosts.get(ends);
        hosts.is_some_and(|hosts| hosts.works() || hosts.icmp.works())
    });
    if dead.is_empty() || !reached || case.unreachable || !dropped_overlay(case).is_empty() {
        return;
    }
    let over = |backend: &str| {
        machines
            .iter()
            .any(|machine| machine.backend.as_deref() == Some(backend))
    };
    // Calico and Cilium have tunnels as well.
    let tunnels = ["vxlan", "tunl", "cilium", "wireguard", "geneve"];
    let tunnel = |device: &str| tunnels.iter().any(|tunnel| device.starts_with(tunnel));
    let tunnelled = case.facts.routes.iter().any(|route| tunnel(&route.device));
    let flannels = |machine: &&Machine| {
        !machine.flannel.is_empty()
            || machine
                .backend
                .as_deref()
                .is_some_and(|backend| !backend.is_empty())
    };
    let none = !tunnelled && !machines.iter().any(flannels);
    let ends = list(dead.iter().flat_map(|((from, to), _)| [from, to]));
    let (pods, _) = super::firewall::ranges(case);
    // k3s's own backend for a tailnet.
    let (name, message, fix, why) = if over("extension") {
        (
            &TAILNET_POLICY,
            format!(
                "pod traffic between {ends} does not get through the tailnet, although the machines can reach each other"
            ),
            format!(
                "gkc acl query POLICY --from {pods} --to {pods}:53   # the policy must name the pod range as a source too: the machines' tags do not cover it\n\
                 tailscale debug prefs | grep -E 'RouteAll|AdvertiseRoutes'; tailscale status   # RouteAll must be true, and the routes approved: if not, it is `tailnet-routes`"
            ),
            "pod packets keep their own addresses inside the tailnet, and the policy applies to those",
        )
    } else if none
        && dead
            .iter()
            .all(|((from, to), _)| case.matrix.through_tunnel(from, to).is_none())
    {
        (
            &PODS_NOT_ROUTED,
            format!("pods cannot reach each other between {ends}, although the machines can: the network drops packets that have pod addresses"),
            "aws ec2 modify-instance-attribute --no-source-dest-check --instance-id ID   # EC2, for each machine; Azure: IP forwarding of the network interface; Google Cloud: canIpForward\n\
             kubectl get ippools.crd.projectcalico.org -o yaml | grep -iE 'ipipMode|vxlanMode'   # Calico: `Always` encapsulates, so that the cloud sees addresses of machines only\n\
             tcpdump -ni any host ADDRESS-OF-A-POD   # on both machines: sent and not received, so the network between them drops it"
                .to_owned(),
            "without a tunnel, packets keep their pod addresses, and cloud networks drop packets whose address is not the machine's own",
        )
    } else {
        return;
    };
    let told = Told::new(message).all(ends_of(&dead)).fix(fix).why(why);
    case.error(name, told);
    case.unreachable = true;
}

/// What goes on between pods of different machines.
pub fn between_nodes(case: &mut Case<'_>) {
    let blocked = dropped_overlay(case);
    let pairs: Vec<((String, String), Pair)> = case
        .matrix
        .across()
        .map(|(key, pair)| (key.clone(), pair.clone()))
        .collect();
    let (echo, dead): (Vec<_>, Vec<_>) = pairs
        .iter()
        .filter(|((from, to), pair)| pair.is_dead() && case.matrix.through_tunnel(from, to).is_none())
        .partition(|(_, pair)| pair.only_echo());
    if case.unreachable && blocked.is_empty() {
        return;
    }
    // A checksum breaks all packets with one: a single lost one shows nothing.
    let lost = |pair: &Pair| pair.udp.lost + pair.tcp.lost;
    if echo.iter().map(|(_, pair)| lost(pair)).sum::<usize>() > 1
        && echo.iter().any(|(_, pair)| pair.udp.is_lost())
        && echo.iter().any(|(_, pair)| pair.tcp.is_lost())
    {
        checksum(case, echo.iter().map(|(key, pair)| (key, pair)));
    }
    if dead.is_empty() && blocked.is_empty() {
        return;
    }
    let port = port(case, &blocked);
    let whom = culprit(&dead, &pairs);
    // Echoes that are lost too rule out corrupted checksums, and names outside that are found show that pods are forwarded.
    let echoless = dead.iter().any(|(_, pair)| pair.icmp.is_lost());
    // A chain that drops may be the reason, and so may a network that is none of flannel's.
    let chained = !case.signs_of(&FORWARD_DROP).is_empty();
    let flannels = case.facts.machines.is_empty()
        || case
            .facts
            .machines
            .values()
            .any(|machine| !machine.flannel.is_empty());
    let forwarded = case.measured.works & OUTSIDE != 0 && !chained && flannels;
    let certain = !blocked.is_empty() || echoless && forwarded;
    let between = between(&dead, whom.as_ref());
    let message = match (dead.is_empty(), certain) {
        (true, _) => {
            format!("a packet filter on the machines drops UDP {port}, which carries pod traffic")
        }
        (_, true) => format!("UDP {port} is blocked between {between}: their pods cannot reach each other"),
        (_, false) => {
            format!("pods cannot reach each other between {between}, probably because UDP {port} is blocked")
        }
    };
    let hosts = dead.iter().find_map(|((from, to), _)| {
        let pair = case.matrix.hosts.get(&(from.clone(), to.clone()))?;
        (pair.works() || pair.icmp.works())
            .then(|| format!("the machines `{from}` and `{to}` reach each other"))
    });
    let active = case.seen(|event| match event {
        Event::Firewall { tool, .. } => Some(tool.as_str()),
        _ => None,
    });
    let no_echo = !dead.is_empty() && dead.iter().all(|(_, pair)| !pair.icmp.tried());
    let mut why =
        "flannel encapsulates pod traffic in UDP; with one CoreDNS pod, names resolve only on its machine"
            .to_owned();
    if let Some(hosts) = hosts {
        why.push_str(&format!("; {hosts}"));
    }
    if no_echo {
        why.push_str(
            "; the report has no ICMP results: if `ping` works between the pods, the cause is `checksum-offload` instead",
        );
    }
    let dropped = case.seen(|event| match event {
        Event::Dropped { tool, port, .. } if port.is_some_and(|port| OVERLAY_PORTS.contains(&port)) => {
            Some(*tool)
        }
        _ => None,
    });
    let tools = active
        .iter()
        .map(|(_, tool)| *tool)
        .chain(dropped.iter().map(|(_, tool)| *tool));
    let tool = tools.last().unwrap_or_default();
    let nodes = "THE-MACHINES'-RANGE";
    let fix = match tool {
        "firewalld" => format!(
            "firewall-cmd --permanent --add-port={port}/udp; firewall-cmd --reload   # on every machine, and the same in the provider's firewall"
        ),
        "ufw" => format!(
            "ufw allow from {nodes} to any port {port} proto udp   # on every machine, and the same in the provider's firewall"
        ),
        _ => format!(
            "tcpdump -ni any udp port {port}   # on both machines, while a pod on one pings one on the other: sent and not received, so it is lost in between\n\
             allow UDP {port} between all machines, in the provider's firewall or security group\n\
             nft list ruleset | grep -nE '{port}|drop|reject'   # shows a packet filter on the machines, if there is one"
        ),
    };
    let told = Told::new(message)
        .all(
            blocked
                .iter()
                .map(|(at, port)| (*at, format!("UDP {port} is dropped"))),
        )
        .all(ends_of(dead.iter().copied()))
        .fix(fix)
        .why(why);
    case.error(&OVERLAY_BLOCKED, told);
    case.unreachable = true;
}

/// Where the report shows that pods of two machines do not reach each other.
fn ends_of<'p>(
    dead: impl IntoIterator<Item = &'p ((String, String), Pair)>,
) -> impl Iterator<Item = (Span, String)> {
    dead.into_iter().filter_map(|((from, to), pair)| {
        let (at, outcome) = pair.bad()?;
        Some((at, format!("`{from}` to `{to}`: {}", outcome.as_str())))
    })
}

/// The machines whose pods do not reach each other.
fn between(dead: &[&((String, String), Pair)], whom: Option<&String>) -> String {
    let ends = dead.iter().flat_map(|((from, to), _)| [from, to]);
    match whom {
        Some(node) => format!("`{node}` and {}", list(ends.filter(|end| *end != node))),
        None => list(ends),
    }
}

/// The port that carries packets between the machines.
fn port(case: &Case<'_>, blocked: &[(Span, u16)]) -> u16 {
    if let Some((_, port)) = blocked.first() {
        return *port;
    }
    let wireguard = case.facts.machines.values().any(|machine| {
        machine
            .backend
            .as_deref()
            .is_some_and(|backend| backend.contains("wireguard"))
    });
    if wireguard { WIREGUARD_PORTS[0] } else { VXLAN_PORT }
}

/// The one machine that all broken pairs have in common, where others reach each other.
fn culprit(dead: &[&((String, String), Pair)], all: &[((String, String), Pair)]) -> Option<String> {
    let first = dead.first()?;
    [&first.0.0, &first.0.1]
        .into_iter()
        .find(|node| {
            let in_all = dead.iter().all(|((from, to), _)| from == *node || to == *node);
            let others = all
                .iter()
                .any(|((from, to), pair)| from != *node && to != *node && pair.works());
            in_all && others
        })
        .cloned()
}

/// Echoes get there, and what has a checksum of its own does not.
fn checksum<'p>(case: &mut Case<'_>, pairs: impl Iterator<Item = (&'p (String, String), &'p Pair)>) {
    let pairs: Vec<_> = pairs.collect();
    let bad = pairs
        .iter()
        .filter_map(|((from, to), pair)| Some((pair.bad()?.0, format!("`{from}` to `{to}`: lost"))));
    let echoes = "while ICMP between the same pods works";
    let told = Told::new(format!(
        "ICMP works between pods across machines, but UDP and TCP do not: checksums are corrupted between {}",
        list(pairs.iter().map(|((from, to), _)| format!("{from} and {to}")))
    ));
    offload(case, told.all(bad.collect::<Vec<_>>()), echoes);
}

fn offload(case: &mut Case<'_>, told: Told, seen: &str) {
    let on = case.seen(|event| match event {
        Event::Offload { device, on: true } => Some(device.as_str()),
        Event::BadChecksum => Some("a capture"),
        _ => None,
    });
    let told = told
        .all(on.iter().map(|(at, device)| (*at, format!("{device}: checksum offload is on"))))
        .fix("ethtool -K flannel.1 tx-checksum-ip-generic off   # on every machine; takes effect at once\nto make it permanent, use a systemd unit, a udev rule, or another backend")
        .why(format!("{seen}: the network card or hypervisor sets a wrong checksum on encapsulated packets, and the receiver drops them silently"));
    case.error(&CHECKSUM_OFFLOAD, told);
    case.unreachable = true;
}

/// What goes on between machines and service addresses.
pub fn to_service(case: &mut Case<'_>) {
    if case.unreachable || case.broken & HOST_SERVICE != 0 {
        return;
    }
    // Only machines are affected, only through the service's address, and only where CoreDNS is on another machine.
    let matrix = &case.matrix;
    let hosts: Vec<(String, Span)> = matrix
        .dns
        .iter()
        .filter(|((node, net), dns)| {
            let pods = matrix.dns.get(&(node.clone(), Net::Pod));
            let elsewhere = case.dns_nodes.is_empty() || case.dns_nodes.iter().any(|other| other != node);
            *net == Net::Host
                && dns.service.udp.is_lost()
                && dns.service.tcp.is_lost()
                && pods.is_some_and(|pods| pods.service.works())
                && elsewhere
        })
        .filter_map(|((node, _), dns)| {
            Some((
                node.clone(),
                dns.service
                    .bad()
                    .filter(|(_, outcome)| *outcome == Outcome::Timeout)?
                    .0,
            ))
        })
        .collect();
    if hosts.is_empty() {
        return;
    }
    let told = Told::new(format!(
        "machines {} cannot reach the cluster DNS at its service address, but their pods can",
        list(hosts.iter().map(|(node, _)| node))
    ))
    .all(
        hosts
            .iter()
            .map(|(_, at)| (*at, "from the machine itself: timeout".to_owned())),
    );
    offload(
        case,
        told,
        "packets from a machine to a service are encapsulated after address translation",
    );
    // Pods do get answers; what they lack otherwise has other causes.
    case.unreachable = case
        .matrix
        .dns
        .iter()
        .all(|((_, net), dns)| *net == Net::Host || dns.service.works())
        && case.unreachable;
}
