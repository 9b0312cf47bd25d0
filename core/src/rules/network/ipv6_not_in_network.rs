//! See [`RULE`].

use crate::facts::providers::facts;
use crate::model::Config;
use crate::plan::{Interface, Plan};
use crate::rules::tailscale::carries_pods;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Machines shall have addresses of both families, and the provider's private network has one.
    ///
    /// ## Why
    ///
    /// k3s's network looks for both addresses of a machine on one interface. Hetzner's networks carry IPv4 only, so the interface inside
    /// `network.nodes` has no address of IPv6, and each machine ends its setup there.
    ///
    /// Source: docs.hetzner.com, "Networks", FAQ; k3s-io/k3s `pkg/agent/flannel/flannel.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {provider: hetzner, network: {ipv6: {nodes: "2001:db8:1::/48"}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {provider: hetzner}
    /// ```
    "ipv6-not-in-network", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let cluster = config.cluster.get();
    let network = cluster.and_then(|cluster| cluster.network.get());
    let (Some(cluster), Some(ipv6)) = (cluster, network.and_then(|network| network.ipv6.spanned())) else {
        return;
    };
    // An interface of the user's choice is somebody else's network.
    let chosen = plan.networks.interface != Interface::Auto;
    if facts(plan.provider).ipv6 || chosen || carries_pods(plan) {
        return;
    }
    let provider = plan.provider.as_str();
    let finding = report.found(
        ipv6.key,
        format!("the private network of `{provider}` carries no IPv6"),
    );
    let finding = match cluster.provider.span() {
        Some(place) => finding.and(place, "the provider"),
        None => finding,
    };
    report.push(
        finding
            .help("leave `ipv6` out, or name the interface that has both addresses with `network.interface`")
            .note("both addresses of a machine must be on the interface that k3s uses; its setup ends where they are not"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_where_the_network_is_the_providers() {
        check(
            r"
cluster: {provider: hetzner, network: {ipv6: {nodes: '2001:db8:1::/48'}}, firewall: {api: [203.0.113.0/24]}}
#                                      ^^^^ error[ipv6-not-in-network]: The private network of `hetzner` carries no IPv6
",
        );
        check(
            r"
cluster: {provider: hetzner, network: {interface: eth0, ipv6: {nodes: '2001:db8:1::/48'}}, firewall: {api: [203.0.113.0/24]}}
",
        );
        check(
            r"
cluster: {provider: gcp, network: {ipv6: {nodes: 'fd20:1::/64'}}, firewall: {api: [203.0.113.0/24]}}
",
        );
    }
}
