//! See [`RULE`].

use super::passthrough::of_servers;
use crate::facts::k3s::CLUSTER_DOMAIN;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Gitpod looks for its own services under another domain.
    ///
    /// ## Why
    ///
    /// Gitpod's proxy asks for `server.<namespace>.svc.cluster.local` and the like, whatever the cluster's domain is. Under another one
    /// none of them is found, and everybody who visits Gitpod gets an error.
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
    "cluster-domain-changed", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(passed) = of_servers(config, "cluster-domain").filter(|_| plan.gitpod.is_some()) else {
        return;
    };
    let Some(domain) = passed.text().filter(|domain| *domain != CLUSTER_DOMAIN) else {
        return;
    };
    let finding = report
        .found(
            passed.value.span,
            format!("Gitpod's services are looked for under `{CLUSTER_DOMAIN}`, not under `{domain}`"),
        )
        .help("leave the key out");
    report.push(finding.note("Gitpod's proxy finds none of them, and whoever visits Gitpod gets an error"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn gitpod_knows_one_domain() {
        check(
            r"
k3s: {serverConfig: {cluster-domain: k3s.acme.dev}}
#                                    ^^^^^^^^^^^^ error[cluster-domain-changed]: Gitpod's services are looked for under `cluster.local`, not under `k3s.acme.dev`
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
