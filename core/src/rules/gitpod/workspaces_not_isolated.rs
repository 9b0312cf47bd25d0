//! See [`RULE`].

use crate::facts::gitpod::config_keys::has;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Workspaces can connect to the machines.
    ///
    /// ## Why
    ///
    /// The Installer's own network policy lets workspaces connect to every IPv4 address except the metadata service's. Policies are additive, so
    /// the one that gkc generates cannot restrict it. From release 2023.01 on, gkc replaces it through the Installer's config. With an older
    /// release, code in a workspace can reach the Kubernetes API, kubelets and SSH on the machines' private addresses, and the tailnet, until
    /// that policy is changed by hand: the tree's README.md has the command.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/components/workspace/networkpolicy.go`; 1aa1f62525 (2023-01-19) adds overrides.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: "2022.11.3"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: main}
    /// ```
    "workspaces-not-isolated", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(gitpod) = plan.gitpod() else { return };
    let release = config.platform_release();
    let Some(release) = release.filter(|_| !has(gitpod.release, &["experimental", "overrides"])) else {
        return;
    };
    let finding = report.found(
        release.span,
        format!(
            "Gitpod {} lets workspaces connect to the machines and the Kubernetes API",
            gitpod.release
        ),
    );
    report.push(
        finding
            .help("use release 2023.01 or newer, or replace the policy's egress after each installation, as the tree's README.md shows")
            .note("its own network policy `workspace-default` allows it, and no other policy can forbid what one allows"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn before_policies_could_be_replaced() {
        check(
            r#"
gitpod: {release: "2022.11.3", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.11.3 lets workspaces connect to the machines and the Kubernetes API
"#,
        );
        check(
            r#"
gitpod: {release: "2023.01", repository: registry.acme.dev/gitpod}
"#,
        );
    }
}
