//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster has no default storage class.
    ///
    /// ## Why
    ///
    /// Gitpod's volumes name no storage class, so they stay `Pending` without a default: always OpenVSX's, and those of an
    /// in-cluster MySQL, MinIO and registry. Suppress this finding if your provider's CSI driver installs one.
    ///
    /// Source: gitpod-io/gitpod, the KOTS preflight checks.
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
    "no-default-storageclass", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

/// k3s's packaged storage class.
const LOCAL_STORAGE: &str = "local-storage";

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(k3s) = config.k3s.get() else {
        return;
    };
    let Some(disabled) = k3s.disable.items().find(|item| item.value == LOCAL_STORAGE) else {
        return;
    };
    let finding = report.found(
        disabled.span,
        "without `local-storage` there is no default storage class",
    );
    let help = "remove it, or install your provider's CSI driver before Gitpod";
    report.push(
        finding
            .help(help)
            .note("Gitpod's volumes name no class, and stay `Pending` without a default"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn local_storage_disabled() {
        check(
            r"
k3s: {disable: [metrics-server, local-storage]}
#                               ^^^^^^^^^^^^^ warning[no-default-storageclass]: without `local-storage` there is no default storage class
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
