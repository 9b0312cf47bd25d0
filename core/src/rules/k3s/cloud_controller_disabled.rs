//! See [`RULE`].

use super::passthrough::{brings_its_own, turned_on};
use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// k3s's cloud controller is disabled without a replacement.
    ///
    /// ## Why
    ///
    /// It sets the nodes' addresses, removes the taint `node.cloudprovider.kubernetes.io/uninitialized` and includes ServiceLB.
    /// Without it or the provider's own, nodes stay tainted and LoadBalancer services get no address. If `cloudInit.afterK3s` has a
    /// command or `cloudInit.files` a manifest, gkc assumes that it installs a replacement.
    ///
    /// Source: k3s docs, "Networking Services", "Deploying an External Cloud Controller Manager".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {disable-cloud-controller: true}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {disable-cloud-controller: false}}
    /// ```
    "cloud-controller-disabled", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let off = turned_on(config, "disable-cloud-controller").filter(|_| !brings_its_own(config));
    let Some(off) = off else { return };
    let finding = report
        .found(
            off.value.span,
            "k3s's cloud controller is disabled without a replacement",
        )
        .help("remove the key, or install your provider's controller with `cloudInit.files` or `cloudInit.afterK3s`")
        .note("nodes stay tainted as uninitialized, and LoadBalancer services get no address")
        .fix(Fix::risky("set it to `false`", off.value.span, "false"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_custom_controller_is_trusted() {
        check(
            r"
k3s: {serverConfig: {disable-cloud-controller: true}}
#                                              ^^^^ warning[cloud-controller-disabled]: k3s's cloud controller is disabled without a replacement
",
        );
        check(
            r#"
k3s: {serverConfig: {disable-cloud-controller: true}}
cloudInit: {afterK3s: [install-ccm]}
"#,
        );
        check(
            r#"
k3s: {serverConfig: {disable-cloud-controller: false}}
"#,
        );
    }

    #[test]
    fn the_fix_enables_it() {
        check_fix(
            "cloud-controller-disabled",
            r#"k3s: {serverConfig: {disable-cloud-controller: true}}
"#,
            r#"k3s: {serverConfig: {disable-cloud-controller: false}}
"#,
        );
    }
}
