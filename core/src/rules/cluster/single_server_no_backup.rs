//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::model::{Config, Size};
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A team's cluster keeps its only copy of the state on one machine.
    ///
    /// ## Why
    ///
    /// The Kubernetes state and etcd's snapshots of it are both on the disk of the only server. Losing that disk loses the cluster
    /// and every secret in it. Three servers keep three copies, and `k3s.snapshots.s3` stores snapshots elsewhere. The size `small`
    /// is for trials, so this rule does not apply to it.
    ///
    /// Source: k3s docs, "High Availability Embedded etcd", "Backup and Restore".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {size: medium, servers: {count: 1}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {size: medium, servers: {count: 3}}
    /// ```
    "single-server-no-backup", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config
        .cluster
        .get()
        .filter(|cluster| !is_partly_unknown(cluster, report))
    else {
        return;
    };
    let elsewhere = match &plan.k3s.datastore {
        Datastore::External { .. } => true,
        Datastore::Etcd => plan
            .k3s
            .snapshots
            .as_ref()
            .is_some_and(|snapshots| snapshots.s3.is_some()),
        Datastore::Sqlite => false,
    };
    let size = cluster.size.spanned().filter(|size| size.value != Size::Small);
    let Some(size) = size.filter(|_| plan.server_count() == 1 && !elsewhere) else {
        return;
    };
    let count = cluster.servers.get().and_then(|servers| servers.count.span());
    let finding = report
        .found(
            count.unwrap_or(size.span),
            "the only copy of the cluster's state is on one server's disk",
        )
        .and(size.span, "this size is for a team")
        .help("set `servers: {count: 3}`, or store snapshots elsewhere with `k3s: {snapshots: {s3: …}}`");
    report.push(finding.note("losing that disk loses the cluster and every secret in it"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn for_a_team_only() {
        check(
            r"
cluster: {size: medium, servers: {count: 1}}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
#                                        ^ warning[single-server-no-backup]: the only copy of the cluster's state is on one server's disk
",
        );
        check(
            r#"
cluster: {size: small}
"#,
        );
        check(
            r#"
cluster: {servers: {count: 1}}
"#,
        );
        check(
            r"
cluster: {size: large}
#               ^^^^^ warning[autoscale-without-actor]: nothing scales the pool `workspaces`
#               ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {size: medium, servers: {count: 1}}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
k3s: {datastore: {endpoint: {terraform: db.endpoint}}}
",
        );
    }
}
