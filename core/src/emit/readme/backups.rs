//! Backups, and what to do with them.

use super::{Tree, word};
use crate::emit::k3s::bucket_settings;
use crate::emit::page::Page;
use crate::plan::{Datastore, Plan, Role, SnapshotBucket, shown};
use crate::words::and;

/// The cluster's state, then what the platform keeps.
pub(super) fn chapter(out: &mut Page, tree: &Tree<'_>) {
    let plan = tree.plan;
    out.line("## Backups");
    out.line("");
    out.line("### The cluster");
    out.line("");
    match &plan.k3s.datastore {
        Datastore::Etcd => etcd(out, plan),
        Datastore::Sqlite => sqlite(out, plan),
        Datastore::External { .. } => {
            out.line("The cluster's state is in the database of `k3s.datastore`: back up and restore it there, with k3s stopped on all servers.");
            out.line("A restored state needs the server token that it was written with.");
            out.line("");
        }
    }
    out.push(&tree.guide.backups);
    if !plan.needs.state.is_empty() {
        let verb = if plan.needs.state.len() == 1 { "is" } else { "are" };
        out.line(format!(
            "{} {verb} on the disk of a machine, and lost with it.",
            capitalized(&and(&plan.needs.state))
        ));
        out.line("");
    }
}

fn etcd(out: &mut Page, plan: &Plan) {
    let server = server_folder(plan);
    let snapshots = plan.k3s.snapshots.as_ref();
    let schedule = snapshots.and_then(|snapshots| snapshots.schedule.as_deref());
    let when = schedule.map_or_else(
        || "at 00:00 and 12:00".to_owned(),
        |schedule| format!("by the schedule `{schedule}`"),
    );
    let kept = snapshots.and_then(|snapshots| snapshots.retention).unwrap_or(5);
    let bucket = plan.k3s.snapshot_bucket();
    let also = bucket.map_or_else(String::new, |bucket| {
        format!(", and copies them to the bucket `{}`", shown(&bucket.bucket))
    });
    out.line(format!(
        "k3s takes snapshots of etcd {when} on each server, keeps {kept} in `{server}/db/snapshots`{also}."
    ));
    out.line("Take one now on a server, and list them:");
    out.line("");
    out.block("sudo k3s etcd-snapshot save\nsudo k3s etcd-snapshot ls");
    let several = plan.server_count() > 1;
    out.line("To restore one, the server token in `/etc/rancher/k3s/config.yaml` must be the one that it was taken with.");
    out.line(match several {
        true => "Stop k3s on all servers, with `sudo systemctl stop k3s`. Then, on one of them, which need not be the first:",
        false => "Stop k3s on the server, with `sudo systemctl stop k3s`. Then:",
    });
    out.line("");
    let (path, flags) = match bucket {
        Some(bucket) => ("SNAPSHOT".to_owned(), s3_flags(bucket)),
        None => (format!("{server}/db/snapshots/SNAPSHOT"), String::new()),
    };
    // k3s resets no server that has a `server` (k3s-io/k3s pkg/cli/server/server.go); those that joined have one in this file.
    let alone = match several {
        true => format!("sudo sed -i '/^server:/d' {DROP_INS}/10-node.yaml\n"),
        false => String::new(),
    };
    out.block(&format!(
        "{alone}echo 'cluster-init: true' | sudo tee {DROP_INS}/30-cluster.yaml\n\
         sudo k3s server --cluster-reset --cluster-reset-restore-path={path}{flags}\n\
         sudo systemctl start k3s"
    ));
    if bucket.is_some() {
        out.line("To restore one from the disk, give its path, and `--etcd-s3=false` instead of the other `--etcd-s3` flags.");
        out.line("");
    }
    if several {
        // Whichever founded the cluster has no `server` of its own, and would found a second one.
        out.line("Once it is `Ready`, let the other servers join it again, one after the other. This deletes the snapshots on their disks, too:");
        out.line("");
        let api = word(&plan.api_url(), "https://API:6443");
        out.block(&format!(
            "echo 'server: \"{api}\"' | sudo tee {DROP_INS}/30-cluster.yaml\n\
             sudo rm -rf {server}/db\n\
             sudo systemctl start k3s"
        ));
    }
    out.line("Delete nodes that no longer exist: `kubectl delete node NODE`.");
    out.line("");
}

/// Where k3s reads what differs between machines.
const DROP_INS: &str = "/etc/rancher/k3s/config.yaml.d";

/// Where servers keep the cluster's state.
fn server_folder(plan: &Plan) -> String {
    format!("{}/server", plan.k3s.data_dir(Role::Server))
}

/// The bucket's settings, which a restore takes from its command line only where they are in a secret of the cluster.
fn s3_flags(bucket: &SnapshotBucket) -> String {
    let mut flags = " \\\n  --etcd-s3".to_owned();
    if !bucket.by_secret {
        return flags;
    }
    for (key, value) in bucket_settings(bucket) {
        let placeholder = match key {
            "etcd-s3-access-key" => "ACCESS_KEY",
            "etcd-s3-secret-key" => "SECRET_KEY",
            _ => "VALUE",
        };
        flags.push_str(&format!(" \\\n  --{key}={}", word(&value, placeholder)));
    }
    flags
}

fn sqlite(out: &mut Page, plan: &Plan) {
    let server = server_folder(plan);
    out.line("The cluster's state is an SQLite database on the server, which nothing backs up. To copy it, stop k3s for a moment:");
    out.line("");
    out.block(&format!(
        "sudo systemctl stop k3s\nsudo tar -czf \"k3s-$(date -u +%Y%m%dT%H%M%SZ).tar.gz\" -C {server} db token\nsudo systemctl start k3s"
    ));
    out.line("Move the copy to another machine. To restore it, on a server with the same token:");
    out.line("");
    out.block(&format!(
        "sudo systemctl stop k3s\nsudo rm -rf {server}/db\nsudo tar -xzf COPY -C {server}\nsudo systemctl start k3s"
    ));
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase());
    first.into_iter().flatten().chain(chars).collect()
}
