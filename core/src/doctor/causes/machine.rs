//! `disk-full`, `clock`, `port-taken`, `kubelet-port-blocked`: what a machine says of itself, and whether others reach it.

use super::lines::{fill, filled};
use super::{Case, Told, list};
use crate::doctor::cause::{CLOCK, DISK_FULL, KUBELET_PORT_BLOCKED, PORT_TAKEN};
use crate::doctor::facts::Event;
use crate::source::Span;
use std::collections::BTreeMap;

/// From so many percent on the kubelet evicts pods (k3s `pkg/daemons/agent/agent.go`: less than 5 % left).
const FULL: u64 = 95;

/// Ports that only k3s may hold, and how its programs begin.
const OWN_PORTS: [u16; 2] = [6443, 10250];
const OWN_PROGRAM: &str = "k3s";

/// What makes a machine fail by itself; before lines of logs, which say less of it.
pub fn machine(case: &mut Case<'_>) {
    full(case);
    let held = case.seen(|event| match event {
        Event::Listener { port, program, node } if OWN_PORTS.contains(port) && !is_own(program) => {
            Some((node, format!("port {port} of `{node}` is held by {program}")))
        }
        _ => None,
    });
    let cause = &PORT_TAKEN;
    if let Some((_, (node, _))) = held.first() {
        let told = Told::new(fill(cause.message, Some(node), &[]))
            .all(held.iter().map(|(at, (_, words))| (*at, words.clone())))
            .fix(cause.fix)
            .why(cause.why);
        case.error(cause, told);
    }
    balancers(case);
    kubelet(case);
}

/// Two Services that open one port on all machines, where the scheduler finds no machine with that port free.
fn balancers(case: &mut Case<'_>) {
    let cause = &PORT_TAKEN;
    let waits = case.signs_of(cause);
    let mut by_port: BTreeMap<&str, BTreeMap<&str, Span>> = BTreeMap::new();
    for (at, (service, ports)) in case.seen(|event| match event {
        Event::Balancer { name, ports } => Some((name, ports)),
        _ => None,
    }) {
        for port in ports {
            by_port.entry(port).or_default().entry(service).or_insert(at);
        }
    }
    by_port.retain(|_, services| services.len() > 1);
    let (Some((_, services)), false) = (by_port.first_key_value(), waits.is_empty()) else {
        return;
    };
    let traefik = services.keys().any(|service| service.ends_with("traefik"));
    let told = Told::new(format!(
        "Services {} open the same ports on the machines: {}",
        list(services.keys()),
        list(by_port.keys())
    ))
    .all(services.iter().map(|(service, at)| (*at, format!("`{service}`"))))
    .all(waits.into_iter().map(|at| (at, "waits for the port".to_owned())))
    .fix(match traefik {
        true => "in /etc/rancher/k3s/config.yaml on all servers: `disable: [traefik]`, if the other one is the ingress; systemctl restart k3s\nor give one of them other ports, or the type ClusterIP",
        false => "give one of them other ports, or the type ClusterIP behind an ingress",
    })
    .why(cause.why);
    let told = match traefik {
        true => told.key("k3s: {disable: [traefik]}"),
        false => told,
    };
    case.error(cause, told);
}

/// A machine's clock that no server sets.
pub fn clock(case: &mut Case<'_>) {
    let clocks = case.seen(|event| match event {
        Event::NoTimeServer { node } => Some(node),
        _ => None,
    });
    let cause = &CLOCK;
    if clocks.is_empty() || case.has(cause) {
        return;
    }
    let nodes: Vec<&str> = clocks.iter().map(|(_, node)| node.as_str()).collect();
    let told = Told::new(format!(
        "the clock of {} is not synchronized with a time server",
        list(&nodes)
    ))
    .all(clocks.iter().map(|(at, node)| (*at, format!("on `{node}`"))))
    .fix(filled(cause.fix, None, nodes.first().copied()))
    .why(cause.why);
    case.warning(cause, told);
}

/// Filesystems in memory: images and old logs of the disk take nothing of them.
const IN_MEMORY: [&str; 3] = ["/run", "/dev/shm", "/tmp"];

/// A filesystem that is full: by the probe, by `df`, or because somebody could not write there.
fn full(case: &mut Case<'_>) {
    let used = case.seen(|event| match event {
        Event::Disk { path, used, node } if *used >= FULL => Some((path.as_str(), *used, node.as_deref())),
        _ => None,
    });
    let failed = case.seen(|event| match event {
        Event::NoSpace { path, machine } => Some((path.as_deref(), machine.as_deref())),
        _ => None,
    });
    let in_memory = |path: &str| IN_MEMORY.into_iter().find(|mount| path.starts_with(mount));
    let written = failed.iter().find_map(|(_, (path, _))| *path);
    let filesystem = match (used.first(), written) {
        (Some((_, (path, used, _))), _) => {
            Some((*path, format!("`{path}` on {{a machine}} is {used} % full")))
        }
        (None, Some(path)) => Some(match in_memory(path) {
            Some(mount) => (mount, format!("`{mount}` on {{a machine}} is full")),
            None => (
                path,
                format!("the filesystem of `{path}` on {{a machine}} is full"),
            ),
        }),
        (None, None) => None,
    };
    let cause = &DISK_FULL;
    if used.is_empty() && failed.is_empty() {
        return;
    }
    let nodes = used.iter().filter_map(|(_, (.., node))| *node);
    let machines = failed.iter().filter_map(|(_, (_, machine))| *machine);
    let machines: Vec<&str> = nodes.chain(machines).collect();
    let message = filesystem
        .as_ref()
        .map_or("a filesystem of {a machine} is full", |(_, message)| message);
    let told = Told::new(fill(message, None, &machines))
        .all(
            used.iter()
                .map(|(at, (path, used, _))| (*at, format!("{path}: {used} %"))),
        )
        .all(failed.iter().map(|(at, _)| (*at, "cannot be written".to_owned())))
        .all(
            case.signs_of(cause)
                .into_iter()
                .map(|at| (at, "reported by the kubelet".to_owned())),
        );
    let mount = filesystem.as_ref().and_then(|(path, _)| in_memory(path));
    let told = match mount {
        Some(mount) => told
            .fix(format!(
                "df -h {mount}; du -xh -d3 {mount} | sort -h | tail   # on that machine: what fills it? volatile logs are in /run/log/journal; a large log.json in /run/k3s grows with an exec probe whose program the image lacks: correct that probe\n\
                 mount -o remount,size=1G {mount}   # more room at once; to keep it, the same `size=` in /etc/fstab\n\
                 systemctl restart k3s || systemctl restart k3s-agent   # a reboot also empties it"
            ))
            .why("this filesystem is in memory and as large as the machine's memory allows; containerd keeps the state of each container there, so no pod starts while it is full"),
        None => told.fix(cause.fix).why(cause.why),
    };
    case.error(cause, told);
}

/// Machines that reach each other, but not the kubelet's port.
fn kubelet(case: &mut Case<'_>) {
    let blocked: Vec<(String, String, Span)> = case
        .matrix
        .hosts
        .iter()
        .filter(|(_, pair)| pair.tcp.is_lost() && pair.icmp.works())
        .filter_map(|((from, to), pair)| Some((from.clone(), to.clone(), pair.tcp.bad?.0)))
        .collect();
    let cause = &KUBELET_PORT_BLOCKED;
    let Some((_, first, _)) = blocked.first() else {
        return;
    };
    let message = match blocked.iter().all(|(_, to, _)| to == first) {
        true => format!(
            "TCP 10250 of `{first}` cannot be reached from other machines, although ICMP gets through"
        ),
        false => format!(
            "TCP 10250 is blocked between {}, although ICMP gets through",
            list(blocked.iter().flat_map(|(from, to, _)| [from, to]))
        ),
    };
    let machine = case.facts.machines.get(first);
    let address = machine.and_then(|machine| machine.internal.first());
    let address = address.map_or_else(|| first.clone(), ToString::to_string);
    let told = Told::new(message)
        .all(
            blocked
                .iter()
                .map(|(from, to, at)| (*at, format!("`{from}` to `{to}`: no answer"))),
        )
        .all(case.signs_of(cause).into_iter().map(|at| (at, String::new())))
        .fix(filled(cause.fix, Some(&address), None))
        .why(cause.why);
    case.error(cause, told);
}

/// Whether a program is k3s itself; nobody knows whose a socket without one is.
fn is_own(program: &str) -> bool {
    program.is_empty() || program.starts_with(OWN_PROGRAM)
}
