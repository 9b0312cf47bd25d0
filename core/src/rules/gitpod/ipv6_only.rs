//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::network::ranges::used;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// Gitpod does not support clusters without IPv4.
    ///
    /// ## Why
    ///
    /// The network inside a workspace and the firewall rules that isolate workspaces are IPv4. No release supports IPv6 alone.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/components/ws-daemon/configmap.go`, `workspaceCIDR`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {nodes: "fd00:1::/64", pods: "fd00:42::/56", services: "fd00:43::/112"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {nodes: 10.2.0.0/16, pods: 10.42.0.0/16, services: 10.43.0.0/16}}
    /// ```
    "ipv6-only", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let ranges = used(config, plan, report);
    let cluster: Vec<_> = ranges.iter().filter(|range| range.what != "workspaces").collect();
    // `cidr-family-mismatch` covers mixed ranges.
    if cluster.len() < 3 || cluster.iter().any(|range| matches!(range.net, IpNet::V4(_))) {
        return;
    }
    let Some(pods) = cluster.iter().find(|range| range.what == "pods") else {
        return;
    };
    let finding = report
        .found(pods.near, "Gitpod does not run in an IPv6-only cluster")
        .help("use IPv4 ranges such as `10.42.0.0/16`, and put the IPv6 ranges under `ipv6`");
    report.push(finding.note("the network and the firewall rules of workspaces are IPv4"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn gitpod_requires_ipv4() {
        check(
            r"
cluster: {network: {nodes: 'fd00:1::/64', pods: 'fd00:42::/56', services: 'fd00:43::/112'}}
#                                               ^^^^^^^^^^^^^^ error[ipv6-only]: Gitpod does not run in an IPv6-only cluster
",
        );
        check(
            r#"
platform: none
cluster: {api: {host: a.b.c}, network: {nodes: 'fd00:1::/64', pods: 'fd00:42::/56', services: 'fd00:43::/112'}}
"#,
        );
        check(
            r#"
cluster: {network: {nodes: 10.2.0.0/16}}
"#,
        );
    }
}
