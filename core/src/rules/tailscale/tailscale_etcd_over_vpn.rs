//! See [`RULE`].

use super::carries_pods;
use crate::facts::k3s::VPN_MOVES_ETCD_SINCE;
use crate::model::Config;
use crate::plan::{Datastore, Plan};
use crate::rules::cluster::written;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Several etcd servers join a tailnet that carries pods.
    ///
    /// ## Why
    ///
    /// k3s does not support etcd together with `vpn-auth`. From v1.33.12, v1.34.8, v1.35.5 and v1.36.1 on, etcd runs at the tailnet's
    /// addresses: the policy then admits it between servers, and each write waits for the tailnet. Before, it is at the servers' own
    /// addresses in `cluster.network.nodes`, which have to reach each other.
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
    let moved = plan.k3s.install.has(VPN_MOVES_ETCD_SINCE);
    let finding = report
        .found(at, "k3s does not support several etcd servers with pods over the tailnet")
        .and(servers, format!("{count} servers"))
        .help(match moved {
            true => "set `use: access`, or make sure that the tailnet connects the servers directly and without delay",
            false => "set `use: access`, or make sure that all servers share a private network",
        })
        .note(match moved {
            true => "etcd uses the tailnet's addresses, which the policy admits; every write waits for the tailnet",
            false => "etcd uses the servers' private addresses; if those cannot reach each other, no second server joins",
        });
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
