//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::model::{Config, Size};
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A cluster for a team keeps its state on one machine only.
    ///
    /// ## Why
    ///
    /// The state of Kubernetes is on the disk of the only server, and so are etcd's snapshots of it. With the disk go the cluster
    /// and every secret in it. Three servers keep three copies; `k3s.snapshots.s3` keeps snapshots elsewhere. The size `small` is
    /// for trials, so nothing is said there.
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
    let Some(cluster) = config.cluster.get().filter(|cluster| !is_partly_unknown(cluster)) else {
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
            "the cluster's state is on the disk of its only server, and nowhere else",
        )
        .and(size.span, "a size for a team")
        .help("write `servers: {count: 3}`, or keep snapshots elsewhere with `k3s: {snapshots: {s3: …}}`");
    report.push(finding.note("with the disk go the cluster and every secret in it"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn for_a_team_only() {
        check(
            r"
cluster: {size: medium, servers: {count: 1}}
#                                        ^ warning[single-server-no-backup]: The cluster's state is on the disk of its only server, and nowhere else
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
#               ^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `workspaces` or takes them away
",
        );
        check(
            r"
cluster: {size: medium, servers: {count: 1}}
k3s: {datastore: {endpoint: {terraform: db.endpoint}}}
",
        );
    }
}
