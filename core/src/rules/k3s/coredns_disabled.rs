//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster has no DNS.
    ///
    /// ## Why
    ///
    /// k3s's CoreDNS answers at the address that every pod asks. Without it no Service is found by its name: cert-manager does not reach
    /// the API, Gitpod not its database. Hide this where you bring a DNS of your own, at the address in `cluster.network.dns`.
    ///
    /// Source: k3s docs, "Packaged Components"; Kubernetes docs, "DNS for Services and Pods".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {disable: [coredns]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {disable: [metrics-server]}
    /// ```
    "coredns-disabled", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let mut disabled = config.k3s.get().into_iter().flat_map(|k3s| k3s.disable.items());
    let Some(coredns) = disabled.find(|name| name.value == "coredns") else {
        return;
    };
    let finding = report
        .found(coredns.span, "without `coredns` no Service is found by its name")
        .help("leave it in; a `coredns-custom` ConfigMap in `kube-system` changes what it does");
    report.push(finding.note("every pod asks the address that it has, and nobody answers"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_need_somebody_who_knows_them() {
        check(
            r"
k3s: {disable: [metrics-server, coredns]}
#                               ^^^^^^^ error[coredns-disabled]: Without `coredns` no Service is found by its name
",
        );
    }
}
