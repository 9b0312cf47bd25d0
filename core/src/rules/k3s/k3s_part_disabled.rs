//! See [`RULE`].

use super::passthrough::{brings_its_own, turned_on, without_flannel};
use crate::model::Config;
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A part of k3s is left out that nothing here replaces.
    ///
    /// ## Why
    ///
    /// `serverConfig` is every server's, so what it leaves out runs nowhere. k3s starts all the same and is said to be ready: pods wait
    /// for a scheduler, addresses of services lead nowhere, charts are never installed. Splitting servers by their parts needs
    /// servers that differ, which this language does not have. kube-proxy may be left out beside a CNI that does its work.
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

/// Switches, and what is not there with them.
const PARTS: [(&str, &str); 8] = [
    (
        "disable-agent",
        "servers are no nodes, and what is for servers has no place",
    ),
    ("disable-apiserver", "no server answers for the Kubernetes API"),
    (
        "disable-controller-manager",
        "nothing makes the pods of Deployments and Jobs",
    ),
    ("disable-etcd", "no server keeps the cluster's state"),
    (HELM, "nothing installs the charts of this tree"),
    (PROXY, "addresses of services lead nowhere"),
    ("disable-scheduler", "nothing gives pods a machine"),
    (
        "rootless",
        "k3s starts as root here, and workspaces need its containerd to be root's",
    ),
];
const HELM: &str = "disable-helm-controller";
const PROXY: &str = "disable-kube-proxy";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let has_charts = plan.gitpod.is_some() || plan.autoscaler.is_some();
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
            .help("leave the key out");
        report.push(finding.note("this is every server's, so nothing takes its place"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn parts_that_run_nowhere() {
        check(
            r#"
k3s:
  serverConfig:
    disable-helm-controller: true
#   ^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-part-disabled]: With `disable-helm-controller` nothing installs the charts of this tree
    disable-kube-proxy: true
#   ^^^^^^^^^^^^^^^^^^ error[k3s-part-disabled]: With `disable-kube-proxy` addresses of services lead nowhere
    disable-etcd: "true"
#   ^^^^^^^^^^^^ error[k3s-part-disabled]: With `disable-etcd` no server keeps the cluster's state
    disable-scheduler: false
"#,
        );
    }

    #[test]
    fn parts_that_something_replaces_or_nobody_misses() {
        check(
            r"
platform: none
k3s:
  datastore: sqlite
  serverConfig: {flannel-backend: none, disable-kube-proxy: true, disable-helm-controller: true, disable-etcd: true}
#                                 ^^^^ error[cni-missing]: Pods have no network: Flannel is left out, and nothing here brings another
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }
}
