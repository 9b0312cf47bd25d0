//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster DNS is disabled.
    ///
    /// ## Why
    ///
    /// k3s's CoreDNS answers at the address that every pod uses for DNS. Without it no service name resolves: cert-manager cannot
    /// reach the API, nor a platform its database. Suppress this finding if you run your own DNS at the address in
    /// `cluster.network.dns`.
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
        .found(coredns.span, "without `coredns` no service name resolves")
        .help("remove it; a `coredns-custom` ConfigMap in `kube-system` customizes CoreDNS");
    report.push(finding.note("every pod uses CoreDNS's address for DNS, and nothing answers there"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_need_a_dns_server() {
        check(
            r"
k3s: {disable: [metrics-server, coredns]}
#                               ^^^^^^^ error[coredns-disabled]: without `coredns` no service name resolves
",
        );
    }
}
