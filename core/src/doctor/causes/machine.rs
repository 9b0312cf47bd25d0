//! `disk-full`, `clock`, `port-taken`: what a machine says of itself.

use super::lines::fill;
use super::{Case, Told, cause_of, list};
use crate::doctor::facts::Event;
use crate::source::Span;

/// From so many percent on the kubelet evicts pods (k3s `pkg/daemons/agent/agent.go`: less than 5 % left).
const FULL: u64 = 95;

/// Ports that only k3s may hold, and how its programs begin.
const OWN_PORTS: [u16; 2] = [6443, 10250];
const OWN_PROGRAM: &str = "k3s";

pub fn machine(case: &mut Case<'_>) {
    let full = case.seen(|event| match event {
        Event::Disk { path, used, node } if *used >= FULL => Some((node, format!("{path}: {used} %"))),
        _ => None,
    });
    let full = full.into_iter().map(|(at, (node, words))| (at, node, words));
    tell(case, "disk-full", full.collect());
    let held = case.seen(|event| match event {
        Event::Listener { port, program, node } if OWN_PORTS.contains(port) && !is_own(program) => {
            Some((node, format!("port {port} of `{node}` is held by {program}")))
        }
        _ => None,
    });
    let held = held.into_iter().map(|(at, (node, words))| (at, node, words));
    tell(case, "port-taken", held.collect());
    let clocks = case.seen(|event| match event {
        Event::NoTimeServer { node } => Some(node),
        _ => None,
    });
    let (false, Some(cause), false) = (clocks.is_empty(), cause_of("clock"), case.has("clock")) else {
        return;
    };
    let told = Told::new(format!(
        "the clock of {} is not synchronized with a time server",
        list(clocks.iter().map(|(_, node)| *node))
    ))
    .all(clocks.iter().map(|(at, node)| (*at, format!("on `{node}`"))))
    .fix(cause.fix)
    .why(cause.why);
    case.warning("clock", told);
}

/// Whether a program is k3s itself; nobody knows whose a socket without one is.
fn is_own(program: &str) -> bool {
    program.is_empty() || program.starts_with(OWN_PROGRAM)
}

fn tell(case: &mut Case<'_>, name: &str, found: Vec<(Span, &String, String)>) {
    let (Some((_, node, _)), Some(cause), false) = (found.first(), cause_of(name), case.has(name)) else {
        return;
    };
    let told = Told::new(fill(cause.message, Some(node), &[]))
        .all(found.iter().map(|(at, _, words)| (*at, words.clone())))
        .fix(cause.fix)
        .why(cause.why);
    case.error(name, told);
}
