//! See [`RULE`].

use super::ranges::used;
use crate::facts::gitpod::WORKSPACE_PREFIX;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// The network inside a workspace has no room for its two ends.
    ///
    /// ## Why
    ///
    /// Each workspace has a pair of addresses of its own, one inside and one outside, beside the network's and the broadcast
    /// address. The Installer checks that the range has at least those four: a /30 or larger.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/cluster/checks.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {workspace: {cidr: 10.0.5.0/31}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {workspace: {cidr: 10.0.5.0/30}}
    /// ```
    "workspace-cidr-too-small", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let ranges = used(config, plan, report);
    let workspaces = ranges.iter().find(|range| range.what == "workspaces");
    let Some((net, span)) = workspaces.and_then(|range| Some((range.net, range.span?))) else {
        return;
    };
    if matches!(net, IpNet::V4(_)) && net.prefix_len() > WORKSPACE_PREFIX {
        let finding = report
            .found(
                span,
                format!("`{net}` has no room for both ends of a workspace's network"),
            )
            .help(format!(
                "write a /{WORKSPACE_PREFIX} or a larger range, such as `10.0.5.0/{WORKSPACE_PREFIX}`"
            ));
        report.push(finding.note("the Installer refuses it"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn four_addresses_at_least() {
        check(
            r"
gitpod: {workspace: {cidr: 10.0.5.0/31}, repository: registry.acme.dev/gitpod}
#                          ^^^^^^^^^^^ error[workspace-cidr-too-small]: `10.0.5.0/31` has no room for both ends of a workspace's network
",
        );
        check(
            r"
gitpod: {workspace: {cidr: 10.0.5.0/30}, repository: registry.acme.dev/gitpod}
",
        );
        check(
            r"
gitpod: {workspace: {cidr: 10.0.5.0/24}, repository: registry.acme.dev/gitpod}
",
        );
    }
}
