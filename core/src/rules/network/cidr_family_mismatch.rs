//! See [`RULE`].

use super::ranges::{Used, used};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// Machines, pods and services have addresses of different families.
    ///
    /// ## Why
    ///
    /// k3s requires the pod and service ranges in the same family, and an address of that family on each machine, and exits if they
    /// differ. A dual-stack cluster has IPv4 ranges in `network` and IPv6 ranges in `network.ipv6`.
    ///
    /// Source: k3s-io/k3s `pkg/cli/server/server.go` and `pkg/agent/run.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {pods: "fd00:42::/56"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {pods: 10.42.0.0/16, ipv6: {nodes: "fd00:2::/64", pods: "fd00:42::/56"}}}
    /// ```
    "cidr-family-mismatch", Error, since "0.1.0", fix None, always, Reads::Plan(check), spoils policy, silences super::cidr_not_private::RULE.rule
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let ranges: Vec<_> = used(config, plan, report)
        .into_iter()
        .filter(|range| range.what != "workspaces")
        .collect();
    if plan.networks.dual_stack() {
        for range in &ranges {
            check_half(range, report);
        }
        return;
    }
    // The first written range that differs from another; the pair is one mistake.
    let pair = ranges
        .iter()
        .filter(|range| range.span.is_some())
        .find_map(|range| {
            let other = ranges.iter().find(|other| family(other.net) != family(range.net));
            other.map(|other| (range, other))
        });
    let Some((range, other)) = pair else { return };
    let message = format!(
        "{1} range `{0}` conflicts with the {3} range of {2}",
        range.net,
        family(range.net),
        other.what,
        family(other.net)
    );
    let finding = report
        .found(range.near, message)
        .and(other.near, other.label())
        .help("use one family for `nodes`, `pods` and `services`; for dual stack, put the IPv6 ranges under `ipv6`");
    report.push(finding.note("k3s exits on startup if they differ"));
}

fn family(net: IpNet) -> &'static str {
    match net {
        IpNet::V4(_) => "IPv4",
        IpNet::V6(_) => "IPv6",
    }
}

/// In a dual-stack cluster each range belongs to its family's section.
fn check_half(range: &Used, report: &mut Report<'_>) {
    let (place, wanted) = match range.second {
        true => ("`network.ipv6`", "IPv6"),
        false => ("`network`", "IPv4"),
    };
    if family(range.net) == wanted {
        return;
    }
    let message = format!(
        "expected an {wanted} range in {place}, found the {1} range `{0}`",
        range.net,
        family(range.net)
    );
    let finding = report.found(range.near, message);
    let help = format!("use an {wanted} range for the {}", range.what);
    report.push(
        finding
            .help(help)
            .note("k3s exits on startup if a family has no range"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_finding_for_a_pair() {
        check(
            r"
cluster: {network: {pods: 'fd00:42::/56'}}
#                         ^^^^^^^^^^^^^^ error[cidr-family-mismatch]: IPv6 range `fd00:42::/56` conflicts with the IPv4 range of machines
",
        );
        check(
            r"
cluster: {network: {nodes: 'fd00:1::/64', pods: 'fd00:42::/56', services: 'fd00:43::/112'}}
#                                               ^^^^^^^^^^^^^^ error[ipv6-only]: Gitpod does not run in an IPv6-only cluster
",
        );
        check(
            r#"
cluster: {network: {pods: 10.52.0.0/16}}
"#,
        );
    }

    #[test]
    fn dual_stack() {
        check(
            r"
cluster: {network: {services: 'fd00:43::/112', ipv6: {nodes: 'fd00:2::/64', pods: 10.52.0.0/16}}}
#                             ^^^^^^^^^^^^^^^ error[cidr-family-mismatch]: expected an IPv4 range in `network`, found the IPv6 range `fd00:43::/112`
#                             ^^^^^^^^^^^^^^^ error[cidr-overlap]: range `fd00:43::/112` of services overlaps the range of services (`fd00:43::/112`)
#                                                                                 ^^^^^^^^^^^^ error[cidr-family-mismatch]: expected an IPv6 range in `network.ipv6`, found the IPv4 range `10.52.0.0/16`
",
        );
        check(
            r#"
cluster: {network: {pods: 10.52.0.0/16, ipv6: {nodes: 'fd00:2::/64'}}}
"#,
        );
    }
}
