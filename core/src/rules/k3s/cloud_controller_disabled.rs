//! See [`RULE`].

use super::passthrough::{brings_its_own, turned_on};
use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// k3s's cloud controller is left out, and nothing here takes its place.
    ///
    /// ## Why
    ///
    /// It gives nodes their addresses, takes the taint `node.cloudprovider.kubernetes.io/uninitialized` off them and holds
    /// ServiceLB. Without it, and without the provider's own, nodes stay tainted and Services of type LoadBalancer stay without an
    /// address. With a command in `cloudInit.afterK3s` or a manifest among `cloudInit.files` gkc says nothing.
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
            "nothing here takes the place of k3s's cloud controller",
        )
        .help("leave the key out, or bring your provider's with `cloudInit.files` or `cloudInit.afterK3s`")
        .note("nodes stay tainted as uninitialized, and Services of type LoadBalancer get no address")
        .fix(Fix::risky("write `false`", off.value.span, "false"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_controller_of_ones_own_is_believed() {
        check(
            r"
k3s: {serverConfig: {disable-cloud-controller: true}}
#                                              ^^^^ warning[cloud-controller-disabled]: Nothing here takes the place of k3s's cloud controller
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
    fn it_is_left_in() {
        check_fix(
            "cloud-controller-disabled",
            r#"k3s: {serverConfig: {disable-cloud-controller: true}}
"#,
            r#"k3s: {serverConfig: {disable-cloud-controller: false}}
"#,
        );
    }
}
