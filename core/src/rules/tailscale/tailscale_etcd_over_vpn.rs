//! See [`RULE`].

use super::carries_pods;
use crate::model::Config;
use crate::plan::{Datastore, Plan};
use crate::rules::cluster::written;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Several etcd servers join a tailnet that carries pods.
    ///
    /// ## Why
    ///
    /// k3s does not support etcd together with `vpn-auth`. etcd stays on the servers' private addresses, which works if all servers
    /// share a private network, as `cluster.network.nodes` declares. Releases since v1.35.5 and v1.36.3 moved it to the tailnet for
    /// a while, and joining fails there. This is a warning because a shared private network is the usual case.
    ///
    /// Source: k3s docs, "Distributed hybrid or multicloud cluster"; k3s-io/k3s#10133, #14515.
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
    let carries = carries_pods(plan);
    let count = plan.server_count();
    let Some(tailscale) = config.tailscale.spanned() else {
        return;
    };
    if !carries || count < 2 || plan.k3s.datastore != Datastore::Etcd {
        return;
    }
    let cluster = config.cluster.get();
    let counted = cluster.and_then(|c| c.servers.get()).and_then(|s| s.count.span());
    let servers = counted.unwrap_or(written::machines(config, report));
    let at = tailscale.value.carries.span().unwrap_or(tailscale.key);
    let finding = report
        .found(at, "k3s does not support several etcd servers with pods over the tailnet")
        .and(servers, format!("{count} servers"))
        .help("set `use: access`, or make sure that all servers share a private network")
        .note("etcd uses the servers' private addresses; if those cannot reach each other, no second server joins");
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
tailscale: {use: pods, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                ^^^^ warning[tailscale-etcd-over-vpn]: k3s does not support several etcd servers with pods over the tailnet
"#,
        );
        check(
            r#"
cluster: {servers: {count: 3}}
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ warning[tailscale-etcd-over-vpn]: k3s does not support several etcd servers with pods over the tailnet
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
tailscale: {use: access, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
cluster: {size: medium}
k3s: {datastore: {endpoint: {terraform: db.endpoint}}}
tailscale: {use: pods, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
