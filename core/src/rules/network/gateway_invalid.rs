//! See [`RULE`].

use super::ranges::end_of;
use crate::model::{Config, Provider};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use std::net::IpAddr;

declare_rule! {
    /// The gateway is not an address that leads out of the node network.
    ///
    /// ## Why
    ///
    /// User-data adds a default route by this address before packages are fetched. A route needs a next hop in the machine's own network.
    /// On Hetzner the only next hop is the network's router, which has the first address: the NAT gateway itself is the target of a
    /// route of the network. With any other address a machine starts without a way to the internet, and installs nothing.
    ///
    /// Source: docs.hetzner.com, "Networks", architecture.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 10.2.0.0/16, gateway: 192.168.0.1}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 10.2.0.0/16, gateway: 10.2.0.1}}
    /// ```
    "gateway-invalid", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let Some(written) = network.and_then(|network| network.gateway.spanned()) else {
        return;
    };
    let Ok(address @ IpAddr::V4(_)) = written.value.parse::<IpAddr>() else {
        let finding = report.found(
            written.span,
            format!("`{}` is not an IPv4 address", written.value),
        );
        report.push(finding.help("use the address of the network's router"));
        return;
    };
    let Some(nodes) = plan.networks.nodes.first() else {
        return;
    };
    let first = nodes.hosts().next();
    let named = plan.nodes.iter().find(|set| {
        let own = set.address.as_ref().and_then(|own| own.parse().ok());
        own == Some(address)
    });
    let message = if !nodes.contains(&address) {
        format!("gateway `{address}` is outside the node network `{nodes}`")
    } else if let Some(which) = end_of(*nodes, address) {
        format!("gateway `{address}` is the {which} address of `{nodes}`, which no machine gets")
    } else if let Some(node) = named {
        format!("gateway `{address}` is the address of node `{}`", node.name)
    } else if plan.provider == Provider::Hetzner && Some(address) != first {
        format!("gateway `{address}` is not the router of Hetzner's network `{nodes}`")
    } else {
        return;
    };
    let help = match (plan.provider, first) {
        (Provider::Hetzner, Some(router)) => format!(
            "use `{router}`, and give the network a route for `0.0.0.0/0` to the NAT gateway's address"
        ),
        _ => format!("use the address of the router or NAT gateway inside `{nodes}`"),
    };
    let finding = report.found(written.span, message).help(help);
    report.push(finding.note("a default route needs a next hop in the machines' own network; without one they cannot install packages"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn an_address_that_leads_nowhere() {
        check(
            r"
platform: none
domain: k.acme.dev
cluster: {provider: generic, network: {gateway: nat}}
#                                               ^^^ error[gateway-invalid]: `nat` is not an IPv4 address
",
        );
        check(
            r"
platform: none
domain: k.acme.dev
cluster: {provider: generic, network: {nodes: 10.9.0.0/24, gateway: 10.2.0.1}}
#                                                                   ^^^^^^^^ error[gateway-invalid]: gateway `10.2.0.1` is outside the node network `10.9.0.0/24`
",
        );
        check(
            r"
platform: none
domain: k.acme.dev
cluster: {provider: generic, network: {nodes: 10.9.0.0/24, gateway: 10.9.0.255}}
#                                                                   ^^^^^^^^^^ error[gateway-invalid]: gateway `10.9.0.255` is the last address of `10.9.0.0/24`, which no machine gets
",
        );
    }

    #[test]
    fn on_hetzner_only_the_router_is_a_neighbor() {
        check(
            r"
platform: none
domain: k.acme.dev
cluster: {provider: hetzner, network: {gateway: 10.2.0.254}, firewall: {api: [10.2.0.0/16]}}
#                                               ^^^^^^^^^^ error[gateway-invalid]: gateway `10.2.0.254` is not the router of Hetzner's network `10.2.0.0/16`
",
        );
        check(
            r"
platform: none
domain: k.acme.dev
cluster: {provider: generic, network: {gateway: 10.2.0.254}}
",
        );
    }
}
