//! See [`RULE`].

use super::passthrough::{brings_its_own, passed, turned_on, without_flannel};
use crate::diagnostic::Severity;
use crate::model::Config;
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A required part of k3s is disabled on every server.
    ///
    /// ## Why
    ///
    /// `serverConfig` applies to every server, so a part disabled there runs nowhere. k3s still starts and reports ready, but pods
    /// wait for a scheduler, service addresses lead nowhere, charts are never installed. Splitting these roles between servers is
    /// not supported. kube-proxy may be disabled if a CNI replaces it.
    ///
    /// Source: k3s docs, "k3s server", "Kubernetes Components"; "Server Roles" (`--disable-apiserver`, `--disable-etcd` and the like).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {disable-helm-controller: true}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {disable: [metrics-server]}
    /// ```
    "k3s-part-disabled", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// Switches and their consequences.
const PARTS: [(&str, &str); 8] = [
    ("disable-agent", "servers are not nodes and run no pods"),
    ("disable-apiserver", "no server runs the Kubernetes API"),
    (
        "disable-controller-manager",
        "nothing creates the pods of Deployments and Jobs",
    ),
    ("disable-etcd", "no server stores the cluster's state"),
    (HELM, "nothing installs Helm charts"),
    (PROXY, "service addresses lead nowhere"),
    ("disable-scheduler", "nothing schedules pods"),
    ("rootless", "k3s does not run as root, which workspaces require"),
];
const HELM: &str = "disable-helm-controller";
const PROXY: &str = "disable-kube-proxy";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    of_etcd(config, plan, report);
    let has_charts = !plan.platform.is_none() || plan.autoscaler.is_some();
    let other_cni = without_flannel(config).is_some();
    for (name, consequence) in PARTS {
        let fine = match name {
            HELM => !has_charts,
            PROXY => other_cni || brings_its_own(config),
            "disable-etcd" => plan.k3s.datastore != Datastore::Etcd,
            _ => false,
        };
        let Some(off) = turned_on(config, name).filter(|_| !fine) else {
            continue;
        };
        let finding = report
            .found(off.key.span, format!("with `{name}` {consequence}"))
            .help("remove the key");
        report.push(finding.note("`serverConfig` applies to every server, so no other server takes over"));
    }
}

/// Keys that only k3s's own etcd reads.
const OF_ETCD: [&str; 3] = ["etcd-arg", "etcd-disable-snapshots", "etcd-expose-metrics"];

/// Settings of etcd where there is none.
fn of_etcd(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    // Several servers without etcd are another mistake.
    if plan.k3s.datastore == Datastore::Etcd || plan.server_count() > 1 {
        return;
    }
    for passed in passed(config)
        .iter()
        .filter(|passed| OF_ETCD.contains(&passed.name()))
    {
        let mut finding = report.found(
            passed.key.span,
            format!("`{}` has no effect without etcd", passed.name()),
        );
        finding.severity = Severity::Warning;
        report.push(finding.help("remove it, or use `datastore: etcd`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn required_parts() {
        check(
            r#"
k3s:
  serverConfig:
    disable-helm-controller: true
#   ^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-part-disabled]: with `disable-helm-controller` nothing installs Helm charts
    disable-kube-proxy: true
#   ^^^^^^^^^^^^^^^^^^ error[k3s-part-disabled]: with `disable-kube-proxy` service addresses lead nowhere
    disable-etcd: "true"
#   ^^^^^^^^^^^^ error[k3s-part-disabled]: with `disable-etcd` no server stores the cluster's state
    disable-scheduler: false
"#,
        );
    }

    #[test]
    fn replaced_and_optional_parts() {
        check(
            r"
platform: none
k3s:
  datastore: sqlite
  serverConfig: {flannel-backend: none, disable-kube-proxy: true, disable-helm-controller: true, disable-etcd: true}
#                                 ^^^^ error[cni-missing]: pods have no network: Flannel is disabled without another CNI
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }
}
