//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::plan::{Built, OneWay, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The datastore is not the one that the cluster was built with.
    ///
    /// ## Why
    ///
    /// The datastore is the cluster: servers with another one start an empty cluster. Only SQLite can be moved to etcd, on its one server, by
    /// starting k3s with `cluster-init`.
    ///
    /// Source: k3s docs, "Cluster Datastore" and "High Availability Embedded etcd".
    ///
    /// ## Example
    ///
    /// With a tree that was built with etcd:
    ///
    /// ```yaml
    /// k3s: {datastore: sqlite}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {datastore: etcd}
    /// ```
    "datastore-changed", Error, since "0.1.0", fix None, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let (before, now) = (&built.one_way.datastore, OneWay::of(plan).datastore);
    if before.is_empty() || *before == now {
        return;
    }
    let k3s = config.k3s.get();
    let at = k3s
        .and_then(|k3s| k3s.datastore.span())
        .unwrap_or_else(|| report.anchor());
    let mut finding = report.found(at, format!("datastore changed from {before} to {now}"));
    if (before.as_str(), now.as_str()) == ("sqlite", "etcd") {
        finding.severity = Severity::Warning;
        finding = finding
            .help("add `cluster-init: true` to `config.yaml` of the running server and restart k3s before it gets new user-data")
            .note("k3s moves SQLite to etcd only when it starts with `cluster-init` on the same machine");
    } else {
        finding = finding
            .help(format!(
                "keep {before}, or build a new cluster in another directory"
            ))
            .note("servers with another datastore start an empty cluster");
    }
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn only_sqlite_can_be_moved() {
        check_after(
            r"
k3s: {datastore: sqlite}
#                ^^^^^^ error[datastore-changed]: datastore changed from etcd to sqlite
",
            "k3s: {datastore: etcd}\n",
        );
        check_after(
            r"
k3s: {datastore: etcd}
#                ^^^^ warning[datastore-changed]: datastore changed from sqlite to etcd
",
            "k3s: {datastore: sqlite}\n",
        );
    }
}
