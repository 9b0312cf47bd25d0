//! What workspaces may connect to: not the machines, the metadata service or the tailnet.

use super::data::{Data, entry, map, map_of, opt, seq};
use crate::facts::providers;
use crate::facts::tailscale::TAILNET_RANGES;
use crate::plan::{Plan, RecordTarget, parse_cidr};
use ipnet::IpNet;
use std::net::IpAddr;

/// Pods with all of these labels.
pub(super) fn pods(labels: &[(&str, &str)]) -> Data {
    let labels = labels.iter().map(|(key, value)| (*key, Data::from(*value)));
    map([("matchLabels", map(labels))])
}

/// The internet without what is kept, the machines' web ports, the platform's `own` rules, and cluster DNS.
pub(super) fn egress(plan: &Plan, own: Vec<Data>) -> Data {
    let machines = machines(plan);
    let kept = kept(plan, &machines);
    let web = web(plan, machines, &kept);
    let (four, six): (Vec<IpNet>, Vec<IpNet>) = kept.into_iter().partition(|range| range.addr().is_ipv4());
    let mut internet = vec![block("0.0.0.0/0", &four)];
    // Pods without IPv6 addresses need none of it.
    if plan.networks.dual_stack() {
        internet.push(block("::/0", &six));
    }
    let mut rules = vec![map([("to", seq(internet))])];
    let ports = plan.needs.client_ports();
    let ports: Vec<Data> = ports.map(|(need, _)| port("TCP", need.port)).collect();
    if !web.is_empty() && !ports.is_empty() {
        rules.push(
            map([
                ("to", seq(web.iter().map(|range| block(&range.to_string(), &[])))),
                ("ports", seq(ports)),
            ])
            .commented("Workspaces use the platform at its public name, which may resolve to the machines."),
        );
    }
    rules.extend(own);
    rules.push(map([
        ("to", seq([map([("namespaceSelector", map::<&str>([]))])])),
        ("ports", seq([port("UDP", 53), port("TCP", 53)])),
    ]));
    seq(rules)
}

fn block(cidr: &str, except: &[IpNet]) -> Data {
    let except = (!except.is_empty()).then(|| seq(except.iter().map(IpNet::to_string)));
    let block = map_of([entry("cidr", cidr), opt("except", except)]);
    map([("ipBlock", block)])
}

/// A port of a rule.
pub(super) fn port(protocol: &str, port: u16) -> Data {
    map([
        ("protocol", Data::from(protocol)),
        ("port", Data::from(i64::from(port))),
    ])
}

/// What workspaces are kept from.
fn kept(plan: &Plan, machines: &[IpNet]) -> Vec<IpNet> {
    let metadata = providers::facts(plan.provider).metadata.iter();
    let metadata = metadata.map(|address| IpNet::from(*address));
    // What leaves a machine for the tailnet has the machine's address there, whoever sent it.
    let tailnet = plan.tailnet.iter().flat_map(|_| TAILNET_RANGES);
    let all = metadata.chain(machines.iter().copied());
    all.chain(tailnet.filter_map(parse_cidr)).collect()
}

/// The machines' addresses: each where the configuration names them all, as in a home network with other hosts that workspaces may need;
/// else their whole network.
fn machines(plan: &Plan) -> Vec<IpNet> {
    let named: Option<Vec<IpNet>> = plan
        .nodes
        .iter()
        .map(|set| set.address.as_ref()?.parse::<IpAddr>().ok().map(IpNet::from))
        .collect();
    let of_six = plan.networks.nodes.iter().filter(|range| range.addr().is_ipv6());
    match named {
        Some(addresses) if !addresses.is_empty() => addresses.into_iter().chain(of_six.copied()).collect(),
        _ => plan.networks.nodes.clone(),
    }
}

/// The kept addresses that the platform may answer at: the machines, and where its records lead.
fn web(plan: &Plan, machines: Vec<IpNet>, kept: &[IpNet]) -> Vec<IpNet> {
    let mut web = machines;
    for record in &plan.dns {
        let RecordTarget::Address(address) = &record.target else {
            continue;
        };
        let address = address
            .as_lit()
            .and_then(|address| address.parse::<IpAddr>().ok());
        let Some(address) = address.map(IpNet::from) else {
            continue;
        };
        let within = |ranges: &[IpNet]| ranges.iter().any(|range| range.contains(&address));
        if within(kept) && !within(&web) {
            web.push(address);
        }
    }
    web
}
