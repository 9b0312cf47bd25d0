//! See [`RULE`].

use super::passthrough::{brings_its_own, without_flannel};
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::tailscale::carries_pods;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// Flannel is left out, and nothing here brings another network for pods.
    ///
    /// ## Why
    ///
    /// Without a CNI plugin containerd has no network to give a pod, so every node stays `NotReady` and nothing starts. Another one
    /// comes as a manifest among `cloudInit.files` or by a command in `cloudInit.afterK3s`; with either of them gkc says nothing.
    /// Hide this where it comes in another way.
    ///
    /// Source: k3s docs, "Basic Network Options", "Custom CNI".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-backend: none}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {flannel-backend: host-gw}}
    /// ```
    "cni-missing", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let over_tailnet = carries_pods(plan);
    let Some(none) = without_flannel(config).filter(|_| !over_tailnet && !brings_its_own(config)) else {
        return;
    };
    let finding = report
        .found(
            none.value.span,
            "pods have no network: Flannel is left out, and nothing here brings another",
        )
        .help("leave the key out, or bring a CNI with `cloudInit.files` or `cloudInit.afterK3s`")
        .note("every node stays `NotReady` until a CNI plugin is there");
    let fix = edit::write(report, none.value.span, "vxlan", Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_cni_of_ones_own_is_believed() {
        check(
            r"
k3s: {serverConfig: {flannel-backend: none}}
#                                     ^^^^ error[cni-missing]: Pods have no network: Flannel is left out, and nothing here brings another
",
        );
        check(
            r#"
k3s: {serverConfig: {flannel-backend: none}}
cloudInit: {afterK3s: [cilium install]}
"#,
        );
        check(
            r"
k3s: {serverConfig: {flannel-backend: none}}
cloudInit: {files: [{path: /var/lib/rancher/k3s/server/manifests/calico.yaml, content: x}]}
#                                                                                      ^ error[manifest-invalid]: K3s would not apply this manifest: it holds no object
",
        );
        check(
            r#"
k3s: {serverConfig: {flannel-backend: wireguard-native}}
"#,
        );
    }

    #[test]
    fn the_default_is_written() {
        check_fix(
            "cni-missing",
            r#"k3s: {serverConfig: {flannel-backend: 'none'}}
"#,
            r#"k3s: {serverConfig: {flannel-backend: 'vxlan'}}
"#,
        );
    }
}
