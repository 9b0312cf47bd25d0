//! See [`RULE`].

use crate::facts::gitpod::WORKSPACE_PREFIX;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::network::ranges::used;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// The network inside a workspace is too small.
    ///
    /// ## Why
    ///
    /// Each workspace has its own pair of addresses, one inside and one outside, plus the network and broadcast addresses. The
    /// Installer requires at least those four: a /30 or larger.
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
    "workspace-cidr-too-small", Error, since "0.1.0", fix None, always, Reads::Plan(check), for Gitpod
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
                format!("workspace range `{net}` is too small: a workspace needs four addresses"),
            )
            .help(format!(
                "use a /{WORKSPACE_PREFIX} or a larger range, such as `10.0.5.0/{WORKSPACE_PREFIX}`"
            ));
        report.push(finding.note("the Installer rejects it"));
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
#                          ^^^^^^^^^^^ error[workspace-cidr-too-small]: workspace range `10.0.5.0/31` is too small: a workspace needs four addresses
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
