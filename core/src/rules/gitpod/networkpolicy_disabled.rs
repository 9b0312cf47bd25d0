//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::k3s::passthrough::{turned_on, without_flannel};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Nothing enforces network policies.
    ///
    /// ## Why
    ///
    /// Gitpod's NetworkPolicies isolate workspaces, which run arbitrary code, from other pods and from the provider's metadata
    /// service. k3s's controller enforces them; without it Kubernetes accepts the objects and does nothing. Suppress this finding
    /// if your own CNI enforces them.
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
    "networkpolicy-disabled", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let off = turned_on(config, "disable-network-policy");
    // Another CNI has its own controller, and then k3s's own must be off.
    let Some(off) = off.filter(|_| without_flannel(config).is_none()) else {
        return;
    };
    let finding = report
        .found(off.value.span, "nothing enforces Gitpod's network policies")
        .help("set it to `false`, or remove the key")
        .note(
            "workspaces run arbitrary code, and can then reach other pods and the provider's metadata service",
        )
        .fix(Fix::risky("set it to `false`", off.value.span, "false"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn with_gitpod_and_flannel() {
        check(
            r"
k3s: {serverConfig: {disable-network-policy: true}}
#                                            ^^^^ warning[networkpolicy-disabled]: nothing enforces Gitpod's network policies
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
#                                                                   ^^^^ error[cni-missing]: pods have no network: Flannel is disabled without another CNI
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
    fn the_fix_enables_it() {
        check_fix(
            "networkpolicy-disabled",
            r#"k3s: {serverConfig: {disable-network-policy: true}}
"#,
            r#"k3s: {serverConfig: {disable-network-policy: false}}
"#,
        );
    }
}
