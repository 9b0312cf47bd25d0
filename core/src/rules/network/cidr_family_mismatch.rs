//! See [`RULE`].

use super::ranges::used;
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
    /// they differ. Two families at once take two ranges each, which the language does not have.
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
    /// cluster: {network: {pods: 10.42.0.0/16}}
    /// ```
    "cidr-family-mismatch", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let ranges: Vec<_> = used(config, plan, report)
        .into_iter()
        .filter(|range| range.what != "workspaces")
        .collect();
    let family = |net: IpNet| match net {
        IpNet::V4(_) => "IPv4",
        IpNet::V6(_) => "IPv6",
    };
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
        .help("write ranges of one family for `nodes`, `pods` and `services`");
    report.push(finding.note("k3s exits at its start where they differ"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_finding_for_a_pair() {
        check(
            "cidr-family-mismatch",
            r#"
cluster: {network: {pods: 'fd00:42::/56'}}
#                         ^^^^^^^^^^^^^^ error: `fd00:42::/56` is a range of IPv6, and that of machines one of IPv4
"#,
        );
        check(
            "cidr-family-mismatch",
            r#"
cluster: {network: {nodes: 'fd00:1::/64', pods: 'fd00:42::/56', services: 'fd00:43::/112'}}
"#,
        );
        check(
            "cidr-family-mismatch",
            r#"
cluster: {network: {pods: 10.52.0.0/16}}
"#,
        );
    }
}
