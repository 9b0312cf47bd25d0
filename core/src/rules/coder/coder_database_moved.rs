//! See [`RULE`].
use crate::model::Config;
use crate::plan::platform::coder::DATABASE;
use crate::plan::{Built, OneWay, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The database is another one than the tree was built with.
    ///
    /// ## Why
    ///
    /// Users, templates and the Terraform state of every workspace are in the database. With an empty one, workspaces that run belong to nobody, and
    /// the first user is made again.
    ///
    /// Source: coder/coder `docs/admin/setup`.
    ///
    /// ## Example
    ///
    /// With a tree that was built with PostgreSQL in the cluster:
    ///
    /// ```yaml
    /// platform: coder
    /// database:
    ///   external: {host: db.acme.dev, username: coder, password: {env: DB_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// ```
    "coder-database-moved", Warning, since "0.1.0", fix None, suppressible, Reads::Built(check), for Coder
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let now = OneWay::of(plan).platform;
    let (Some(before), Some(now)) = (built.one_way.platform.get(DATABASE), now.get(DATABASE)) else {
        return;
    };
    if before == now {
        return;
    }
    let at = config.database.span().unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(at, format!("database changed from {before} to {now}"))
            .help("stop the server, restore a copy of the old database in the new one, then apply")
            .note("with an empty database, all users, templates and workspaces are lost"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn data_has_to_move_along() {
        check_after(
            r"
platform: coder
database: {external: {host: db.acme.dev, username: coder, password: {env: P}}}
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[coder-database-moved]: database changed from in the cluster to db.acme.dev/coder
",
            "platform: coder\n",
        );
    }
}
