//! See [`RULE`].

use super::passthrough::{brings_its_own, without_flannel};
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// Flannel is disabled without another pod network.
    ///
    /// ## Why
    ///
    /// Without a CNI plugin containerd has no network for pods: every node stays `NotReady`, and nothing starts. If
    /// `cloudInit.files` has a manifest or `cloudInit.afterK3s` a command, gkc assumes that it installs one. Suppress this finding
    /// if you install one in another way.
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
    "cni-missing", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(none) = without_flannel(config).filter(|_| !brings_its_own(config)) else {
        return;
    };
    let finding = report
        .found(
            none.value.span,
            "pods have no network: Flannel is disabled without another CNI",
        )
        .help("remove the key, or install a CNI with `cloudInit.files` or `cloudInit.afterK3s`")
        .note("every node stays `NotReady` until a CNI plugin is installed");
    let fix = edit::write(report, none.value.span, "vxlan", Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_custom_cni_is_trusted() {
        check(
            r"
k3s: {serverConfig: {flannel-backend: none}}
#                                     ^^^^ error[cni-missing]: pods have no network: Flannel is disabled without another CNI
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
#                                                                                      ^ error[manifest-invalid]: invalid manifest: no Kubernetes object
",
        );
        check(
            r#"
k3s: {serverConfig: {flannel-backend: wireguard-native}}
"#,
        );
    }

    #[test]
    fn the_fix_writes_the_default() {
        check_fix(
            "cni-missing",
            r#"k3s: {serverConfig: {flannel-backend: 'none'}}
"#,
            r#"k3s: {serverConfig: {flannel-backend: 'vxlan'}}
"#,
        );
    }
}
