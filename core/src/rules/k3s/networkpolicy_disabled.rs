//! See [`RULE`].

use super::passthrough::{turned_on, without_flannel};
use crate::diagnostic::Fix;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Network policies have no effect.
    ///
    /// ## Why
    ///
    /// Gitpod ships NetworkPolicies: they keep workspaces, where anybody's code runs, away from the other pods and from the
    /// provider's metadata service. k3s's controller is what enforces them. Without it Kubernetes takes the objects and does
    /// nothing. Hide this where a CNI of your own enforces them.
    ///
    /// Source: k3s docs, "Networking Services"; gitpod-io/gitpod `install/installer/pkg/components/workspace/networkpolicy.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {disable-network-policy: true}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {disable-network-policy: false}}
    /// ```
    "networkpolicy-disabled", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let off = turned_on(config, "disable-network-policy").filter(|_| plan.gitpod.is_some());
    // Another CNI brings its own controller, and k3s asks for its own to be turned off then.
    let Some(off) = off.filter(|_| without_flannel(config).is_none()) else {
        return;
    };
    let finding = report
        .found(off.value.span, "nothing enforces Gitpod's NetworkPolicies")
        .help("write `false`, or leave the key out")
        .note(
            "workspaces, where anybody's code runs, reach the other pods and the provider's metadata service",
        )
        .fix(Fix::risky("write `false`", off.value.span, "false"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn only_where_gitpod_needs_it_and_nothing_else_does_it() {
        check(
            r"
k3s: {serverConfig: {disable-network-policy: true}}
#                                            ^^^^ warning[networkpolicy-disabled]: Nothing enforces Gitpod's NetworkPolicies
",
        );
        check(
            r#"
k3s: {serverConfig: {disable-network-policy: false}}
"#,
        );
        check(
            r"
k3s: {serverConfig: {disable-network-policy: true, flannel-backend: none}}
#                                                                   ^^^^ error[cni-missing]: Pods have no network: Flannel is left out, and nothing here brings another
",
        );
        check(
            r"
platform: none
k3s: {serverConfig: {disable-network-policy: true}}
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }

    #[test]
    fn it_is_turned_on_again() {
        check_fix(
            "networkpolicy-disabled",
            r#"k3s: {serverConfig: {disable-network-policy: true}}
"#,
            r#"k3s: {serverConfig: {disable-network-policy: false}}
"#,
        );
    }
}
