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
    /// k3s wants the ranges of pods and services in the same family, and an address of that family on each machine. It exits where
    /// they differ. A cluster with both families has ranges of IPv4 in `network`, and those of IPv6 in `network.ipv6`.
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
    "cidr-family-mismatch", Error, since "0.1.0", fix None, always, Reads::Plan(check)
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
    // The first that is written and differs from another: the pair is one mistake.
    let pair = ranges
        .iter()
        .filter(|range| range.span.is_some())
        .find_map(|range| {
            let other = ranges.iter().find(|other| family(other.net) != family(range.net));
            other.map(|other| (range, other))
        });
    let Some((range, other)) = pair else { return };
    let message = format!(
        "`{}` is a range of {}, and that of {} one of {}",
        range.net,
        family(range.net),
        other.what,
        family(other.net)
    );
    let finding = report
        .found(range.near, message)
        .and(other.near, other.label())
        .help("write ranges of one family for `nodes`, `pods` and `services`; for both families, those of IPv6 under `ipv6`");
    report.push(finding.note("k3s exits at its start where they differ"));
}

fn family(net: IpNet) -> &'static str {
    match net {
        IpNet::V4(_) => "IPv4",
        IpNet::V6(_) => "IPv6",
    }
}

/// In a cluster with both families, each range stands with those of its own.
fn check_half(range: &Used, report: &mut Report<'_>) {
    let (place, wanted) = match range.second {
        true => ("`network.ipv6` takes", "IPv6"),
        false => ("beside `network.ipv6` stand", "IPv4"),
    };
    if family(range.net) == wanted {
        return;
    }
    let message = format!(
        "`{}` is a range of {}, and {place} ranges of {wanted}",
        range.net,
        family(range.net)
    );
    let finding = report.found(range.near, message);
    let help = format!("write a range of {wanted} for the {}", range.what);
    report.push(
        finding
            .help(help)
            .note("k3s exits at its start where a family lacks a range"),
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
#                         ^^^^^^^^^^^^^^ error[cidr-family-mismatch]: `fd00:42::/56` is a range of IPv6, and that of machines one of IPv4
",
        );
        check(
            r"
cluster: {network: {nodes: 'fd00:1::/64', pods: 'fd00:42::/56', services: 'fd00:43::/112'}}
#                                               ^^^^^^^^^^^^^^ error[ipv6-only]: Gitpod does not run where pods have IPv6 addresses alone
",
        );
        check(
            r#"
cluster: {network: {pods: 10.52.0.0/16}}
"#,
        );
    }

    #[test]
    fn both_families_stand_apart() {
        check(
            r"
cluster: {network: {services: 'fd00:43::/112', ipv6: {nodes: 'fd00:2::/64', pods: 10.52.0.0/16}}}
#                             ^^^^^^^^^^^^^^^ error[cidr-family-mismatch]: `fd00:43::/112` is a range of IPv6, and beside `network.ipv6` stand ranges of IPv4
#                             ^^^^^^^^^^^^^^^ error[cidr-overlap]: `fd00:43::/112` of services overlaps the range of services (`fd00:43::/112`)
#                                                                                 ^^^^^^^^^^^^ error[cidr-family-mismatch]: `10.52.0.0/16` is a range of IPv4, and `network.ipv6` takes ranges of IPv6
",
        );
        check(
            r#"
cluster: {network: {pods: 10.52.0.0/16, ipv6: {nodes: 'fd00:2::/64'}}}
"#,
        );
    }
}
