//! Address ranges, written and by default.

use crate::model::{Config, Field, Ipv6, Network, Spanned};
use crate::plan::{Plan, parse_cidr};
use crate::rules::Report;
use crate::source::Span;
use ipnet::IpNet;
use std::net::IpAddr;

/// The written ranges of the cluster's networks.
pub(in crate::rules) fn networks(config: &Config) -> Vec<&Spanned<String>> {
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let mut all: Vec<&Spanned<String>> = network
        .into_iter()
        .flat_map(|network| {
            let ipv6 = network.ipv6.get().into_iter();
            let ipv6 = ipv6.flat_map(|ipv6| [&ipv6.nodes, &ipv6.pods, &ipv6.services]);
            [&network.nodes, &network.pods, &network.services]
                .into_iter()
                .chain(ipv6)
        })
        .filter_map(Field::spanned)
        .collect();
    all.extend(config.workspace_range().and_then(Field::spanned));
    all
}

/// The ranges that connections may come from.
pub(in crate::rules) fn sources(config: &Config) -> Vec<&Spanned<String>> {
    let firewall = config.cluster.get().and_then(|cluster| cluster.firewall.get());
    let ssh = firewall.into_iter().flat_map(|firewall| firewall.ssh.items());
    let api = firewall.into_iter().flat_map(|firewall| firewall.api.items());
    let allow = config
        .ingress
        .get()
        .into_iter()
        .flat_map(|ingress| ingress.allow.items());
    ssh.chain(api).chain(allow).collect()
}

/// A range that the deployment uses.
pub(in crate::rules) struct Used {
    /// Whose addresses they are: "pods".
    pub what: &'static str,
    /// Whether it is the IPv6 range of a dual-stack cluster.
    pub second: bool,
    /// The range.
    pub net: IpNet,
    /// Where it is written, if it is.
    pub span: Option<Span>,
    /// The nearest place that is written.
    pub near: Span,
}

impl Used {
    /// For a label: whose range it is.
    pub fn label(&self) -> String {
        match self.span {
            Some(_) => format!("range of {}", self.what),
            None => format!("default range of {}: `{}`", self.what, self.net),
        }
    }
}

/// The ranges of machines, pods, services and workspaces, except unreadable ones.
pub(in crate::rules) fn used(config: &Config, plan: &Plan, report: &Report<'_>) -> Vec<Used> {
    let cluster = config.cluster.spanned();
    let network = cluster.and_then(|cluster| cluster.value.network.spanned());
    let ipv6 = network.and_then(|network| network.value.ipv6.spanned());
    let near = network
        .map(|network| network.key)
        .or(cluster.map(|cluster| cluster.key))
        .unwrap_or(report.anchor());
    let provider = cluster.and_then(|cluster| cluster.value.provider.span());
    let missing = Field::Missing;
    let of = |field: fn(&Network) -> &Field<String>| network.map_or(&missing, |n| field(&n.value));
    let of_ipv6 = |field: fn(&Ipv6) -> &Field<String>| ipv6.map_or(&missing, |n| field(&n.value));
    let nets = &plan.networks;
    let kinds = [
        ("machines", &nets.nodes, of(|n| &n.nodes), of_ipv6(|n| &n.nodes)),
        ("pods", &nets.pods, of(|n| &n.pods), of_ipv6(|n| &n.pods)),
        (
            "services",
            &nets.services,
            of(|n| &n.services),
            of_ipv6(|n| &n.services),
        ),
    ];
    let mut all = Vec::new();
    for (what, nets, first, second) in kinds {
        let fields = [(first, false), (second, true)];
        for (net, (field, second)) in nets.iter().zip(fields) {
            let near = match (second, what) {
                (true, _) => ipv6.map_or(near, |ipv6| ipv6.key),
                (false, "machines") => provider.unwrap_or(near),
                (false, _) => near,
            };
            all.extend(one(what, second, *net, field, near));
        }
    }
    let unreadable = config.workspace_range().is_some_and(|range| !is_readable(range));
    let inner = plan.needs.ranges.iter().filter(|_| !unreadable);
    all.extend(inner.map(|inner| Used {
        what: inner.what,
        second: false,
        net: inner.net,
        span: inner.span,
        near: inner.span.or(inner.near).unwrap_or(report.anchor()),
    }));
    all
}

/// A range, unless it is unreadable.
fn one(what: &'static str, second: bool, net: IpNet, field: &Field<String>, near: Span) -> Option<Used> {
    is_readable(field).then(|| Used {
        what,
        second,
        net,
        span: field.span(),
        near: field.span().unwrap_or(near),
    })
}

fn is_readable(field: &Field<String>) -> bool {
    field.is_missing() || field.text().is_some_and(|text| parse_cidr(text).is_some())
}

/// Whether an address is the network or the broadcast address of an IPv4 range.
pub(in crate::rules) fn end_of(net: IpNet, address: IpAddr) -> Option<&'static str> {
    match net {
        // A pair has no such addresses (RFC 3021).
        IpNet::V4(v4) if v4.prefix_len() < 31 => match address {
            _ if address == net.network() => Some("first"),
            _ if address == net.broadcast() => Some("last"),
            _ => None,
        },
        _ => None,
    }
}

/// Whether it is the range that machines have their addresses in, and none of those that are written is in it.
pub(in crate::rules) fn is_without_machines(range: &Used, config: &Config) -> bool {
    let written = addresses(config);
    let is_machines = range.what == "machines" && !range.second && range.span.is_some();
    is_machines && !written.is_empty() && written.iter().all(|(_, ip)| !range.net.contains(ip))
}

/// The addresses of named machines, except unreadable ones.
pub(in crate::rules) fn addresses(config: &Config) -> Vec<(&Spanned<String>, IpAddr)> {
    let nodes = config
        .cluster
        .get()
        .into_iter()
        .flat_map(|cluster| cluster.nodes.items());
    let address =
        |node: &'_ Spanned<crate::model::Node>| -> Option<IpAddr> { node.value.address.text()?.parse().ok() };
    nodes
        .filter_map(|node| Some((node.value.address.spanned()?, address(node)?)))
        .collect()
}

/// Whether two ranges share an address.
pub(in crate::rules) fn overlap(a: IpNet, b: IpNet) -> bool {
    a.contains(&b) || b.contains(&a)
}
