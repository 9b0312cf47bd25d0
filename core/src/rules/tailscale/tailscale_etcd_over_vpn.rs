//! See [`RULE`].

use crate::model::{Config, Field};
use crate::plan::{Datastore, Plan};
use crate::rules::cluster::written;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Several etcd servers join a tailnet that carries pods.
    ///
    /// ## Why
    ///
    /// etcd answers a write when most servers have stored it. Over the tailnet each write waits for the way between the servers, and for a
    /// relay where they have no direct connection. The API becomes slow, and the leader changes when an answer takes too long. k3s
    /// recommends servers close to each other, and supports etcd in a cluster across sites with an external datastore only.
    ///
    /// Source: k3s docs, "Distributed hybrid or multicloud cluster"; etcd docs, "Tuning".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// tailscale: {use: pods}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// tailscale: {use: access}
    /// ```
    "tailscale-etcd-over-vpn", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), spoils policy
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let count = plan.server_count();
    let Some(tailscale) = config.tailscale.spanned() else {
        return;
    };
    if matches!(tailscale.value.carries, Field::Bad) {
        return;
    }
    // Where a part of the file was lost, `use` may be in it.
    if report.is_damaged() || !plan.is_over_tailnet() || count < 2 || plan.k3s.datastore != Datastore::Etcd {
        return;
    }
    let cluster = config.cluster.get();
    let counted = cluster.and_then(|c| c.servers.get()).and_then(|s| s.count.span());
    let servers = counted.unwrap_or(written::machines(config, report));
    let at = tailscale.value.carries.span().unwrap_or(tailscale.key);
    let finding = report
        .found(at, "etcd of several servers goes over the tailnet")
        .and(servers, format!("{count} servers"))
        .help("set `use: access` where the servers share a private network, or keep them close to each other")
        .note("every write waits for the tailnet; `tailscale ping` shows whether servers are connected directly");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn explicit_and_by_default() {
        check(
            r#"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
tailscale: {use: pods, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                ^^^^ warning[tailscale-etcd-over-vpn]: etcd of several servers goes over the tailnet
"#,
        );
        check(
            r#"
cluster: {servers: {count: 3}}
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ warning[tailscale-etcd-over-vpn]: etcd of several servers goes over the tailnet
"#,
        );
    }

    #[test]
    fn one_server_another_datastore_or_access_only() {
        check(
            r#"
tailscale: {use: pods, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
tailscale: {use: access, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
k3s: {datastore: {endpoint: {terraform: db.endpoint}}}
tailscale: {use: pods, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
