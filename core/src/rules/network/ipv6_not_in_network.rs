//! See [`RULE`].

use crate::facts::providers::facts;
use crate::model::Config;
use crate::plan::{Interface, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The provider's private network does not support IPv6.
    ///
    /// ## Why
    ///
    /// k3s looks for both addresses of a machine on one interface. Hetzner's private networks carry only IPv4, so the interface
    /// inside `network.nodes` has no IPv6 address and each machine's setup fails.
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
    // A custom interface may be in another network.
    let chosen = plan.networks.interface != Interface::Auto;
    if facts(plan.provider).ipv6 || chosen || plan.is_over_tailnet() {
        return;
    }
    let provider = plan.provider.as_str();
    let finding = report.found(
        ipv6.key,
        format!("private network of `{provider}` does not support IPv6"),
    );
    let finding = match cluster.provider.span() {
        Some(place) => finding.and(place, "provider set here"),
        None => finding,
    };
    report.push(
        finding
            .help("remove `ipv6`, or set `network.interface` to the interface with both addresses")
            .note(
                "k3s requires both addresses of a machine on one interface, and the setup fails without them",
            ),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_providers_network() {
        check(
            r"
cluster: {provider: hetzner, network: {ipv6: {nodes: '2001:db8:1::/48'}}, firewall: {api: [203.0.113.0/24]}}
#                                      ^^^^ error[ipv6-not-in-network]: private network of `hetzner` does not support IPv6
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
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
",
        );
    }
}
