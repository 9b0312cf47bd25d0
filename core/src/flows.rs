//! Whether every flow of the plan gets through: its listener, the routes, the firewalls and the tailnet's policy, in that order.
//!
//! A flow is a statement about classes of machines, so the cost does not depend on how many machines there are.

use crate::diagnostic::{Diagnostic, Sink, stages::FLOW_BLOCKED};
use crate::facts::providers::facts;
use crate::facts::tailscale::SSH_PORT;
use crate::origin::Origin;
use crate::plan::{
    Address, FirewallRule, Flow, FlowKind, Party, Peer, Plan, Protocol, Role, Tailnet, parse_cidr, port_words,
};
use crate::source::Span;
use ipnet::IpNet;
use std::collections::{BTreeSet, HashSet};
use std::net::IpAddr;

/// The first thing that stops a flow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What stops it.
    pub by: Barrier,
    /// How, in words.
    pub why: String,
    /// What causes it.
    cause: Cause,
}

/// What causes a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cause {
    /// What decides the address of the flow.
    Flow,
    /// This value.
    Value(Span),
    /// What a rule reports at its own place.
    Reported,
}

/// Where on its way a flow can be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// Nothing listens there.
    Listener,
    /// No network leads there.
    Route,
    /// The firewall in front of the machines.
    Firewall,
    /// The machine's own packet filter.
    Host,
    /// The tailnet's policy.
    Policy,
    /// The flow that carries it is stopped.
    Overlay,
}

/// Whether a flow gets through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Open,
    /// It does not.
    Blocked(Block),
    /// It depends on what is not known here, which is named.
    Unknown(&'static str),
}

/// The verdict on each flow of the plan, in its order. `denied` are the places of those that the tailnet's policy denies; absent where
/// that was not decided.
pub fn decide(plan: &Plan, denied: Option<&[usize]>) -> Vec<Verdict> {
    let mut verdicts: Vec<Verdict> = plan
        .flows
        .iter()
        .enumerate()
        .map(|(at, flow)| decide_one(plan, flow, denied.map(|denied| denied.contains(&at))))
        .collect();
    let overlay = plan.flows.iter().position(|flow| flow.kind.is_overlay());
    let Some(overlay) = overlay.map(|at| verdicts[at].clone()) else {
        return verdicts;
    };
    let carried = match overlay {
        Verdict::Open => return verdicts,
        Verdict::Blocked(block) => Verdict::Blocked(Block {
            by: Barrier::Overlay,
            why: block.why,
            cause: Cause::Reported,
        }),
        unknown @ Verdict::Unknown(_) => unknown,
    };
    for (flow, verdict) in plan.flows.iter().zip(&mut verdicts) {
        if flow.at == Address::Pod && *verdict == Verdict::Open {
            verdict.clone_from(&carried);
        }
    }
    verdicts
}

/// Reports the flows that are stopped, those with one cause together. What the tailnet's policy denies is reported where that is proven.
pub fn report(plan: &Plan, verdicts: &[Verdict], anchor: Span, sink: &mut Sink) {
    let mut found: Vec<(Span, Vec<(&Flow, &Block)>)> = Vec::new();
    for (flow, verdict) in plan.flows.iter().zip(verdicts) {
        let Verdict::Blocked(block) = verdict else {
            continue;
        };
        let at = match (block.cause, &flow.origin) {
            (Cause::Value(span), _) => span,
            (Cause::Flow, Origin::Config(span)) => *span,
            (Cause::Flow, _) => anchor,
            (Cause::Reported, _) => continue,
        };
        match found.iter_mut().find(|(known, _)| *known == at) {
            Some((_, flows)) => flows.push((flow, block)),
            None => found.push((at, vec![(flow, block)])),
        }
    }
    for (at, flows) in found {
        sink.extend(finding(at, &flows));
    }
}

fn finding(at: Span, flows: &[(&Flow, &Block)]) -> Option<Diagnostic> {
    let ((flow, block), rest) = flows.split_first()?;
    let message = format!(
        "{} do not reach {} on {}",
        flow.from.as_str(),
        flow.to.as_str(),
        service(flow)
    );
    let help = match (block.by, flow.from) {
        (Barrier::Route, Party::Clients) => {
            "add `ingress.address`, the address of a load balancer in front of the machines"
        }
        _ => "change the key so that the connection uses an address and a port that are open, or remove it",
    };
    let finding = FLOW_BLOCKED.at(at, message).help(help);
    let others = rest.iter().map(|(other, _)| other.why);
    let rest: BTreeSet<&str> = crate::sorted::set(others.filter(|why| *why != flow.why));
    let also = match rest.is_empty() {
        true => String::new(),
        false => format!(
            "; it also stops: {}",
            rest.into_iter().collect::<Vec<_>>().join(", ")
        ),
    };
    Some(finding.note(format!("{} ({}){also}", block.why, flow.why)))
}

/// Protocol and ports of a flow, for people.
pub fn service(flow: &Flow) -> String {
    match flow.ports {
        None => "any port".to_owned(),
        Some(ports) => format!("{}/{}", port_words(ports), flow.protocol.as_str()),
    }
}

fn decide_one(plan: &Plan, flow: &Flow, denied: Option<bool>) -> Verdict {
    let stopped = listener(plan, flow).or_else(|| route(plan, flow));
    let stopped = stopped.or_else(|| match flow.at {
        Address::Node | Address::Public => firewall(plan, flow).or_else(|| host(plan, flow)),
        Address::Tailnet => shields(plan),
        Address::Pod | Address::Given => None,
    });
    match (stopped, flow.at, denied) {
        (Some(block), ..) => Verdict::Blocked(block),
        (None, Address::Given, _) => {
            Verdict::Unknown("the configuration names an address, and not what is behind it")
        }
        (None, Address::Pod, _) if plan.k3s.flannel_backend() == "none" => {
            Verdict::Unknown("the configuration brings a network plugin of its own")
        }
        (None, Address::Tailnet, None) => {
            Verdict::Unknown("the tailnet's policy is not decided while there are errors")
        }
        (None, Address::Tailnet, Some(true)) => Verdict::Blocked(Block {
            by: Barrier::Policy,
            why: "the tailnet's policy does not admit it".to_owned(),
            cause: Cause::Reported,
        }),
        (None, ..) => Verdict::Open,
    }
}

fn block(by: Barrier, why: impl Into<String>, cause: Cause) -> Option<Block> {
    Some(Block {
        by,
        why: why.into(),
        cause,
    })
}

/// Whether the service listens at another port or address than the flow goes to.
fn listener(plan: &Plan, flow: &Flow) -> Option<Block> {
    let (wanted, _) = flow.ports?;
    if matches!(flow.kind, FlowKind::Api | FlowKind::Images) {
        let other_port = |key| {
            let passed = plan.k3s.passed_entry(Role::Server, key)?;
            let port = passed.value.number().filter(|port| *port != u64::from(wanted))?;
            Some((passed, port))
        };
        if let Some((passed, port)) = other_port("https-listen-port") {
            return block(
                Barrier::Listener,
                format!("servers listen on port {port}"),
                Cause::Value(passed.span),
            );
        }
        // 0 is the port that servers listen on.
        if let Some((passed, port)) = other_port("advertise-port")
            && port != 0
            && is_to_endpoints(plan, flow)
        {
            return block(
                Barrier::Listener,
                format!("servers advertise port {port}, and listen on port {wanted}"),
                Cause::Value(passed.value_span),
            );
        }
        let address = plan.k3s.passed_entry(Role::Server, "bind-address");
        let several = plan.server_count() > 1;
        let bound = address.and_then(|passed| Some((passed, passed.value.as_str()?.parse::<IpAddr>().ok()?)));
        if let Some((passed, address)) = bound
            && !address.is_unspecified()
            && flow.at != Address::Given
            && (several || plan.networks.kind_of(address) != flow.at)
        {
            let owner = if several { ", which one of them has" } else { "" };
            return block(
                Barrier::Listener,
                format!("servers listen at `{address}` only{owner}"),
                Cause::Value(passed.value_span),
            );
        }
    }
    if flow.kind.is_kubelet() {
        for role in [Role::Server, Role::Agent] {
            let address = plan.k3s.argument(role, "kubelet-arg", "address");
            if let Some((address, passed)) = address
                && address
                    .parse::<IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
            {
                return block(
                    Barrier::Listener,
                    format!("kubelets listen at `{address}` only"),
                    Cause::Value(passed.value_span),
                );
            }
        }
    }
    // tailscaled answers at that port of the tailnet's address itself.
    let taken = |tailnet: &Tailnet| tailnet.ssh.is_none() && tailnet.turns_on("ssh");
    if flow.at == Address::Tailnet && wanted == SSH_PORT && plan.tailnet.as_ref().is_some_and(taken) {
        return block(
            Barrier::Listener,
            "Tailscale SSH answers at port 22, and no SSH rule lets anyone in",
            Cause::Flow,
        );
    }
    None
}

/// Whether machines that have joined use the flow: it goes to the endpoints that the servers advertise.
fn is_to_endpoints(plan: &Plan, flow: &Flow) -> bool {
    let from_machines = matches!(flow.from, Party::Servers | Party::Agents);
    let same = |other: &&Flow| other.kind == FlowKind::Api && other.from == flow.from;
    // The flow to where machines register comes before.
    from_machines && plan.flows.iter().rfind(same) == Some(flow)
}

/// Whether a network leads from one end to the other.
fn route(plan: &Plan, flow: &Flow) -> Option<Block> {
    match flow.at {
        Address::Public => {
            let gateway = plan.networks.gateway?;
            let cause = match flow.from {
                Party::Clients => Cause::Value(gateway.span),
                _ => Cause::Flow,
            };
            block(
                Barrier::Route,
                "with a `gateway`, the machines have no public IPv4 address",
                cause,
            )
        }
        Address::Tailnet if plan.tailnet.is_none() => {
            block(Barrier::Route, "the machines are not in a tailnet", Cause::Flow)
        }
        Address::Node => {
            let outside = outside(plan, flow.to)?;
            block(
                Barrier::Route,
                format!("`{outside}` is outside of the node network"),
                Cause::Reported,
            )
        }
        Address::Pod if plan.k3s.flannel_backend() == "host-gw" => {
            match (plan.is_over_tailnet(), facts(plan.provider).one_link) {
                (true, _) => block(
                    Barrier::Route,
                    "the tailnet does not carry packets with addresses of pods",
                    Cause::Flow,
                ),
                (false, false) => {
                    let provider = plan.provider.label();
                    block(
                        Barrier::Route,
                        format!(
                            "machines in the private network of {provider} reach each other through a router, which does not know the pods"
                        ),
                        Cause::Flow,
                    )
                }
                (false, true) => None,
            }
        }
        _ => None,
    }
}

/// The address of a machine that the node network does not lead to.
fn outside(plan: &Plan, party: Party) -> Option<String> {
    let machines = plan.nodes.iter().filter(|set| match party {
        Party::Servers => set.role == Role::Server,
        Party::Agents => set.role == Role::Agent,
        _ => true,
    });
    let mut addresses = machines.filter_map(|set| set.address.as_ref());
    let inside = |address: &str| {
        let address = address.parse::<IpAddr>();
        address.is_ok_and(|address| plan.networks.kind_of(address) == Address::Node)
    };
    addresses.find(|address| !inside(address)).cloned()
}

/// Whether the firewall in front of the machines lets all sources of the flow in.
fn firewall(plan: &Plan, flow: &Flow) -> Option<Block> {
    let (first, last) = flow.ports?;
    let admits = |rule: &&FirewallRule| {
        rule.protocol == flow.protocol
            && rule.ports.0 <= first
            && last <= rule.ports.1
            && (rule.to == flow.to || rule.to == Party::Nodes)
    };
    let open: Vec<IpNet> = plan
        .firewall
        .iter()
        .filter(admits)
        .flat_map(|rule| ranges(plan, &rule.sources))
        .collect();
    let from_machines = matches!(flow.from, Party::Servers | Party::Agents | Party::Nodes);
    let needed = match flow.at {
        // What leaves a machine for a public address has a public one too, which may be any.
        Address::Public if from_machines => "0.0.0.0/0".parse().into_iter().collect(),
        _ => ranges(plan, &flow.sources),
    };
    let known: HashSet<IpNet> = open.iter().map(IpNet::trunc).collect();
    let is_open = |range: &IpNet| {
        let mut wider = std::iter::successors(Some(range.trunc()), IpNet::supernet);
        wider.any(|range| known.contains(&range))
    };
    let missing = needed.iter().find(|range| !is_open(range))?;
    let admitted = match open.as_slice() {
        [] => "the firewall allows nothing there".to_owned(),
        open => format!("the firewall allows only {} there", crate::plan::list(open)),
    };
    let why = match from_machines && flow.at == Address::Public {
        true => format!("the connection goes to a public address, and {admitted}"),
        false => format!("`{missing}` does not get in: {admitted}"),
    };
    block(Barrier::Firewall, why, Cause::Flow)
}

fn ranges(plan: &Plan, peers: &[Peer]) -> Vec<IpNet> {
    let ranges = peers.iter().flat_map(|peer| peer.ranges(&plan.networks));
    ranges.filter_map(|range| parse_cidr(&range)).collect()
}

/// Whether the machine's own packet filter closes the port.
fn host(plan: &Plan, flow: &Flow) -> Option<Block> {
    let (first, last) = flow.ports?;
    let closed = plan
        .needs
        .closed_ports()
        .find(|port| (first..=last).contains(port) && flow.protocol == Protocol::Tcp)?;
    block(
        Barrier::Host,
        format!(
            "the machines close port {closed}, which {} opens for itself",
            plan.needs.product
        ),
        Cause::Flow,
    )
}

/// Whether the machines refuse whatever comes over the tailnet.
fn shields(plan: &Plan) -> Option<Block> {
    plan.tailnet
        .as_ref()
        .filter(|tailnet| tailnet.turns_on("shields-up"))?;
    block(
        Barrier::Host,
        "`--shields-up` refuses all connections over the tailnet",
        Cause::Reported,
    )
}
