//! See [`RULE`].

use crate::model::{Config, Size};
use crate::plan::Plan;
use crate::plan::platform::gitpod::Database;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A cluster for production has its database in the cluster.
    ///
    /// ## Why
    ///
    /// The in-cluster database keeps its data on the disk of one machine, without backups. Losing that machine loses all users,
    /// projects and tokens. Upstream intends it for trials.
    ///
    /// Source: gitpod-io/gitpod `install/installer/docs/overview.md`; README of mrsimonemms/gitpod-self-hosted.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {size: medium}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {size: medium}
    /// database:
    ///   external: {host: db.acme.dev, username: gitpod, password: {env: DB_PASSWORD}}
    /// ```
    "db-incluster-production", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let in_cluster = plan
        .gitpod()
        .is_some_and(|gitpod| gitpod.database == Database::InCluster);
    let size = config.cluster.get().and_then(|cluster| cluster.size.spanned());
    let Some(size) = size.filter(|size| size.value != Size::Small && in_cluster) else {
        return;
    };
    // An invalid `database` was meant to be another one.
    let database = config.database.get();
    let written = database.and_then(|database| database.in_cluster.spanned());
    let meant = database.map_or(config.database.is_written(), |database| {
        database.external.is_written()
            || database.cloud_sql.is_written()
            || written.is_some_and(|on| !on.value)
    });
    if meant || report.is_damaged() {
        return;
    }
    let message = "the in-cluster database keeps its data on the disk of one machine";
    let finding = match written {
        Some(on) => report
            .found(on.span, message)
            .and(size.span, "this size is for production"),
        None => report.found(size.span, format!("{message}, and this size is for production")),
    };
    report.push(
        finding
            .help("use `database: {external: …}` or `database: {cloudSql: …}`")
            .note("losing that machine loses all users, projects and tokens"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn sizes_beyond_a_trial() {
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ warning[db-incluster-production]: the in-cluster database keeps its data on the disk of one machine, and this size is for production
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
database: {}
",
        );
        check(
            r"
cluster: {size: large}
#               ^^^^^ warning[autoscale-without-actor]: nothing scales the pool `workspaces`
#               ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
database: {inCluster: true}
#                     ^^^^ warning[db-incluster-production]: the in-cluster database keeps its data on the disk of one machine
",
        );
        check(
            r"
cluster: {size: small}
database: {inCluster: true}
",
        );
        check(
            r"
cluster: {size: medium, api: {host: k3s.acme.dev}}
platform: none
",
        );
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
database: {external: {host: db.acme.dev, username: g, password: {env: P}}}
",
        );
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
database: {external: x}
#                    ^ error[wrong-type]: expected a mapping, found a value
",
        );
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
database: x
#         ^ error[wrong-type]: expected a mapping, found a value
",
        );
    }
}
