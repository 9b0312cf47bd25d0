//! See [`RULE`].

use crate::facts::gitpod::{NO_POD_SECURITY_POLICIES, NO_POD_SECURITY_POLICIES_IN};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The Gitpod release makes objects that Kubernetes no longer has.
    ///
    /// ## Why
    ///
    /// Installers before 2022.08 render six PodSecurityPolicies, whatever the config says. Kubernetes removed that kind in v1.25, so
    /// `kubectl apply` reports an error for each, and ends with an exit code that scripts take for a failure.
    ///
    /// Source: gitpod-io/gitpod, tag 2022.07.1, rendered; Kubernetes documentation, "Deprecated API Migration Guide", v1.25.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: "2022.07"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: "2022.08"}
    /// ```
    "pod-security-policies-gone", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(gitpod) = plan
        .gitpod()
        .filter(|gitpod| gitpod.release < NO_POD_SECURITY_POLICIES)
    else {
        return;
    };
    let release = config.platform_release();
    let (Some(release), true) = (release, plan.kubernetes_minor() >= NO_POD_SECURITY_POLICIES_IN) else {
        return;
    };
    let finding = report.found(
        release.span,
        format!(
            "Gitpod {} makes PodSecurityPolicies, which Kubernetes 1.{} does not have",
            gitpod.release,
            plan.kubernetes_minor()
        ),
    );
    report.push(
        finding
            .help(format!(
                "use release {NO_POD_SECURITY_POLICIES} or newer, or expect `kubectl apply` to report six errors"
            ))
            .note("everything else of this release is applied; the policies are not needed"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn releases_before_2022_08() {
        check(
            r#"
gitpod: {release: "2022.07.1", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^^^ warning[pod-security-policies-gone]: Gitpod 2022.07.1 makes PodSecurityPolicies, which Kubernetes 1.36 does not have
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.07.1 lets workspaces connect to the machines and the Kubernetes API
"#,
        );
        check(
            r#"
gitpod: {release: "2022.08", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.08 lets workspaces connect to the machines and the Kubernetes API
"#,
        );
    }
}
