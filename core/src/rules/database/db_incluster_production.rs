//! See [`RULE`].

use crate::model::{Config, Size};
use crate::plan::{Database, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The database is in the cluster, and the cluster is meant for more than a trial.
    ///
    /// ## Why
    ///
    /// The database in the cluster keeps its data on the disk of one machine and is backed up by nobody. When that machine goes, all
    /// users, projects and tokens go with it. Upstream has it for trials.
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
    "db-incluster-production", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let in_cluster = plan
        .gitpod
        .as_ref()
        .is_some_and(|gitpod| gitpod.database == Database::InCluster);
    let size = config.cluster.get().and_then(|cluster| cluster.size.spanned());
    let Some(size) = size.filter(|size| size.value != Size::Small && in_cluster) else {
        return;
    };
    // What is written and cannot be used was meant to be another database.
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
    let message = "the database is in the cluster, on the disk of one machine";
    let finding = match written {
        Some(on) => report
            .found(on.span, message)
            .and(size.span, "this is more than a trial"),
        None => report.found(
            size.span,
            format!("{message}, and this size is for more than a trial"),
        ),
    };
    report.push(
        finding
            .help("bring a MySQL database: `database: {external: …}` or `database: {cloudSql: …}`")
            .note("when that machine goes, all users, projects and tokens go with it"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_database_on_one_disk_is_told_where_it_matters() {
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ warning[db-incluster-production]: The database is in the cluster, on the disk of one machine, and this size is for more than a trial
database: {}
",
        );
        check(
            r"
cluster: {size: large}
#               ^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `workspaces` or takes them away
database: {inCluster: true}
#                     ^^^^ warning[db-incluster-production]: The database is in the cluster, on the disk of one machine
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
database: {external: {host: db.acme.dev, username: g, password: {env: P}}}
",
        );
        check(
            r"
cluster: {size: medium}
database: {external: x}
#                    ^ error[wrong-type]: Expected a mapping, found `x`
",
        );
        check(
            r"
cluster: {size: medium}
database: x
#         ^ error[wrong-type]: Expected a mapping, found `x`
",
        );
    }
}
