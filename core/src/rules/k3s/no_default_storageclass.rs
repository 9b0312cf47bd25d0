//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The storage class that k3s brings is left out, and nothing here brings another.
    ///
    /// ## Why
    ///
    /// Gitpod's volumes name no storage class, so they wait for ever where none is the default: OpenVSX's always, MySQL's, MinIO's and
    /// the registry's where they are in the cluster. Hide this where a CSI driver of your provider brings one.
    ///
    /// Source: reference/gitpod.md, section 2; catalogue row 158.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {disable: [local-storage]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {disable: [metrics-server]}
    /// ```
    "no-default-storageclass", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// k3s's packaged storage class.
const LOCAL_STORAGE: &str = "local-storage";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(k3s) = config.k3s.get().filter(|_| plan.gitpod.is_some()) else {
        return;
    };
    let Some(disabled) = k3s.disable.items().find(|item| item.value == LOCAL_STORAGE) else {
        return;
    };
    let finding = report.found(
        disabled.span,
        "without `local-storage` the cluster has no default storage class",
    );
    let help = "leave it in, or install the CSI driver of your provider before Gitpod";
    report.push(
        finding
            .help(help)
            .note("Gitpod's volumes name no class, and stay `Pending` where none is the default"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_cluster_without_storage_is_told_where_gitpod_runs() {
        check(
            r"
k3s: {disable: [metrics-server, local-storage]}
#                               ^^^^^^^^^^^^^ warning[no-default-storageclass]: Without `local-storage` the cluster has no default storage class
",
        );
        check(
            r"
platform: none
k3s: {disable: [local-storage]}
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }
}
