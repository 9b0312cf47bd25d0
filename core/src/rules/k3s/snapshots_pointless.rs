//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Snapshots are never taken or never deleted.
    ///
    /// ## Why
    ///
    /// k3s snapshots are of etcd. With SQLite or an external database there are none, whatever `snapshots` says; back the data up
    /// in another way. With `retention: 0` k3s keeps all snapshots until the disk is full and etcd stops.
    ///
    /// Source: k3s docs, "Backup and Restore"; k3s-io/k3s `pkg/etcd/snapshot.go`, which returns below a retention of 1.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {datastore: sqlite, snapshots: {schedule: "0 */6 * * *"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {datastore: etcd, snapshots: {schedule: "0 */6 * * *"}}
    /// ```
    "snapshots-pointless", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), tagged Unused
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let k3s = config.k3s.get();
    let Some(snapshots) = k3s.and_then(|k3s| k3s.snapshots.spanned()) else {
        return;
    };
    let instead = match plan.k3s.datastore {
        Datastore::Etcd => None,
        // `sqlite-with-several-servers` says that it must be etcd.
        Datastore::Sqlite if plan.server_count() > 1 => None,
        Datastore::Sqlite => {
            Some("back up `/var/lib/rancher/k3s/server/db` and the server token, or set `datastore: etcd`")
        }
        Datastore::External { .. } => Some("back up the external database itself"),
    };
    if let Some(instead) = instead {
        let finding = report
            .found(snapshots.key, "`snapshots` has no effect without etcd")
            .help(instead);
        report.push(finding.note("k3s silently takes none"));
        return;
    }
    let retention = snapshots.value.retention.spanned();
    if let Some(retention) = retention.filter(|retention| retention.value == 0) {
        let finding = report
            .found(retention.span, "`retention: 0` keeps every snapshot forever")
            .help("set the number of snapshots to keep; the default is 5");
        report.push(finding.note("the disk fills up, and etcd stops"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn without_etcd_and_without_limit() {
        check(
            r"
k3s:
  datastore: sqlite
  snapshots: {retention: 3}
# ^^^^^^^^^ warning[snapshots-pointless]: `snapshots` has no effect without etcd
",
        );
        check(
            r"
k3s: {snapshots: {retention: 0}}
#                            ^ warning[snapshots-pointless]: `retention: 0` keeps every snapshot forever
",
        );
        check("k3s: {snapshots: {retention: 3}}\n");
        check(
            r"
cluster: {servers: {count: 3}}
k3s: {datastore: sqlite, snapshots: {retention: 3}}
#                ^^^^^^ error[sqlite-with-several-servers]: 3 servers cannot share SQLite
",
        );
    }
}
