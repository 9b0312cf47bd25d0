//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::{Config, NodeRole};
use crate::plan::{Datastore, Plan};
use crate::rules::cluster::written::is_partly_unknown;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Several servers cannot share SQLite.
    ///
    /// ## Why
    ///
    /// SQLite is a file on one machine. A second server that starts with it is a separate cluster, and one that joins is refused.
    /// SQLite is the default on Raspberry Pis, because etcd wears SD cards out; several servers need etcd there too, on better
    /// disks.
    ///
    /// Source: k3s docs, "Cluster Datastore".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// k3s: {datastore: sqlite}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// k3s: {datastore: etcd}
    /// ```
    "sqlite-with-several-servers", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let count = plan.server_count();
    if plan.k3s.datastore != Datastore::Sqlite
        || count < 2
        || config
            .cluster
            .get()
            .is_none_or(|cluster| is_partly_unknown(cluster, report))
    {
        return;
    }
    let cluster = config.cluster.get();
    let counted = cluster.and_then(|c| c.servers.get()).and_then(|s| s.count.span());
    let mut named = cluster
        .into_iter()
        .flat_map(|c| c.nodes.items())
        .filter_map(|node| {
            let role = node.value.role.spanned();
            role.filter(|role| role.value == NodeRole::Server)
                .map(|role| role.span)
        });
    let size = cluster.and_then(|c| c.size.span());
    let servers = counted.or(named.nth(1)).or(size);
    let written = config.k3s.get().and_then(|k3s| k3s.datastore.span());
    let provider = cluster.and_then(|c| c.provider.span());
    let Some(at) = written.or(servers).or(provider) else {
        return;
    };
    let mut finding = report
        .found(at, format!("{count} servers cannot share SQLite"))
        .note("SQLite is a file on one machine: a second server cannot join it");
    finding = match (written, servers) {
        (Some(_), Some(servers)) => finding.and(servers, "servers set here"),
        _ => finding,
    };
    finding = match written {
        Some(span) => {
            finding
                .help("use `etcd`, or keep one server")
                .fix(Fix::risky("use `etcd`", span, "etcd"))
        }
        None => finding.help("set `k3s: {datastore: etcd}`, or keep one server"),
    };
    match provider.filter(|_| written.is_none() && Some(at) != provider) {
        Some(provider) => report.push(finding.and(provider, "SQLite is the default here")),
        None => report.push(finding),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn written_and_by_default() {
        check(
            r"
cluster: {servers: {count: 3}}
k3s: {datastore: sqlite}
#                ^^^^^^ error[sqlite-with-several-servers]: 3 servers cannot share SQLite
",
        );
        check(
            r"
cluster:
  provider: raspberry-pi
#           ^^^^^^^^^^^^ error[arch-not-amd64]: Gitpod does not run on Raspberry Pis
  nodes:
# ^^^^^ info[api-on-one-server]: machines register at `192.168.1.1`, the address of `a` alone
    - {name: a, role: server, address: 192.168.1.1}
    - {name: b, role: server, address: 192.168.1.2}
#                     ^^^^^^ error[sqlite-with-several-servers]: 3 servers cannot share SQLite
    - {name: c, role: server, address: 192.168.1.3}
",
        );
        check(
            r"
cluster: {provider: raspberry-pi, size: medium}
#                   ^^^^^^^^^^^^ error[arch-not-amd64]: Gitpod does not run on Raspberry Pis
#                                       ^^^^^^ error[sqlite-with-several-servers]: 3 servers cannot share SQLite
#                                       ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
    }

    #[test]
    fn a_single_server() {
        check(
            r"
cluster: {provider: raspberry-pi}
#                   ^^^^^^^^^^^^ error[arch-not-amd64]: Gitpod does not run on Raspberry Pis
",
        );
        check("k3s: {datastore: sqlite}\n");
    }

    #[test]
    fn the_fix_writes_etcd() {
        check_fix(
            "sqlite-with-several-servers",
            "cluster: {size: medium}\nk3s: {datastore: sqlite}\n",
            "cluster: {size: medium}\nk3s: {datastore: etcd}\n",
        );
    }
}
