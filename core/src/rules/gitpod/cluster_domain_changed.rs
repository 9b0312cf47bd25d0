//! See [`RULE`].

use crate::facts::k3s::CLUSTER_DOMAIN;
use crate::model::Config;
use crate::rules::k3s::passthrough::of_servers;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster domain differs from the one Gitpod uses.
    ///
    /// ## Why
    ///
    /// Gitpod's proxy resolves `server.<namespace>.svc.cluster.local` and the like, whatever the cluster's domain is. With another
    /// domain none of them resolves, and every visitor of Gitpod gets an error.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/components/proxy/configmap.go`, `kubeDomain`; gitpod#1759; bitnami/charts#13657.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {cluster-domain: k3s.acme.dev}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {cluster-domain: cluster.local}}
    /// ```
    "cluster-domain-changed", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(passed) = of_servers(config, "cluster-domain") else {
        return;
    };
    let Some(domain) = passed.text().filter(|domain| *domain != CLUSTER_DOMAIN) else {
        return;
    };
    let finding = report
        .found(
            passed.value.span,
            format!("unsupported cluster domain `{domain}`: Gitpod requires `{CLUSTER_DOMAIN}`"),
        )
        .help("remove the key");
    report.push(
        finding
            .note("Gitpod's proxy resolves services only under that domain, so every visitor gets an error"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn gitpod_supports_one_domain() {
        check(
            r"
k3s: {serverConfig: {cluster-domain: k3s.acme.dev}}
#                                    ^^^^^^^^^^^^ error[cluster-domain-changed]: unsupported cluster domain `k3s.acme.dev`: Gitpod requires `cluster.local`
",
        );
        check(
            r"
platform: none
k3s: {serverConfig: {cluster-domain: k3s.acme.dev}}
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }
}
