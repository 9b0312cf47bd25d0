//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Snapshots that nobody takes, or that nobody clears away.
    ///
    /// ## Why
    ///
    /// k3s's snapshots are of etcd. With SQLite, or a database of your own, there are none, whatever `snapshots` says: what is to
    /// survive is backed up otherwise. With `retention: 0` k3s keeps all of them, until the disk is full and etcd stops.
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
    "snapshots-pointless", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let k3s = config.k3s.get();
    let Some(snapshots) = k3s.and_then(|k3s| k3s.snapshots.spanned()) else {
        return;
    };
    let instead = match plan.k3s.datastore {
        Datastore::Etcd => None,
        Datastore::Sqlite => Some(
            "copy `/var/lib/rancher/k3s/server/db` and the server token instead, or write `datastore: etcd`",
        ),
        Datastore::External { .. } => Some("back the database up where it is"),
    };
    if let Some(instead) = instead {
        let finding = report
            .found(snapshots.key, "there is no etcd to take snapshots of")
            .help(instead);
        report.push(finding.note("k3s takes none, and says nothing"));
        return;
    }
    let retention = snapshots.value.retention.spanned();
    if let Some(retention) = retention.filter(|retention| retention.value == 0) {
        let finding = report
            .found(retention.span, "snapshots are kept for ever")
            .help("write how many are kept: 5 is the default");
        report.push(finding.note("in the end the disk is full, and etcd stops"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn none_without_etcd_and_all_with_zero() {
        check(
            r"
k3s:
  datastore: sqlite
  snapshots: {retention: 3}
# ^^^^^^^^^ warning[snapshots-pointless]: There is no etcd to take snapshots of
",
        );
        check(
            r"
k3s: {snapshots: {retention: 0}}
#                            ^ warning[snapshots-pointless]: Snapshots are kept for ever
",
        );
        check("k3s: {snapshots: {retention: 3}}\n");
    }
}
