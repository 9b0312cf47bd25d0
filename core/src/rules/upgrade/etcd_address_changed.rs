//! See [`RULE`].

use crate::facts::k3s::VPN_MOVES_ETCD_SINCE;
use crate::model::Config;
use crate::plan::{Built, Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The upgrade moves etcd to other addresses, which breaks its cluster.
    ///
    /// ## Why
    ///
    /// With pods over the tailnet, k3s runs etcd at the tailnet's addresses from v1.33.12, v1.34.8, v1.35.5 and v1.36.1 on, and at the
    /// servers' own before. The members of a running cluster know each other by the old addresses, so the first server that is upgraded
    /// does not find the others.
    ///
    /// Source: k3s-io/k3s#14000, #14515.
    ///
    /// ## Example
    ///
    /// With a tree that was built with `v1.35.4+k3s1`:
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// k3s: {version: v1.35.9+k3s1}
    /// tailscale: {use: pods, admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// k3s: {version: v1.35.4+k3s1}
    /// tailscale: {use: pods, admins: [ada@acme.dev]}
    /// ```
    "etcd-address-changed", Error, since "0.1.0", fix None, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let Some((before, now)) = super::versions(plan, built) else {
        return;
    };
    let pods = plan.tailnet.as_ref().is_some_and(|tailnet| tailnet.carries_pods);
    let etcd = plan.k3s.datastore == Datastore::Etcd && plan.server_count() > 1;
    if !pods || !etcd || before.has(VPN_MOVES_ETCD_SINCE) || !now.has(VPN_MOVES_ETCD_SINCE) {
        return;
    }
    let at = super::version_span(config, report);
    report.push(
        report
            .found(at, format!("upgrade from k3s {before} to {now} moves etcd to the tailnet's addresses"))
            .help(format!("keep `{before}`, or take a snapshot and restore it on a single server with the new version, then join the others"))
            .note("members of the running etcd cluster know each other by the servers' own addresses"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    const TAILNET: &str = "cluster: {size: medium}\nk3s: {version: v1.35.4+k3s1}\n\
                           tailscale: {admins: [\"autogroup:admin\"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}\n";

    #[test]
    fn only_where_several_servers_have_etcd() {
        check_after(
            r#"
cluster: {size: medium}
k3s: {version: v1.35.9+k3s1}
#              ^^^^^^^^^^^^ error[etcd-address-changed]: upgrade from k3s v1.35.4+k3s1 to v1.35.9+k3s1 moves etcd to the tailnet's addresses
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ warning[tailscale-etcd-over-vpn]: k3s does not support several etcd servers with pods over the tailnet
"#,
            TAILNET,
        );
        check_after(
            r#"
k3s: {version: v1.35.9+k3s1}
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
            &TAILNET.replace("cluster: {size: medium}\n", ""),
        );
    }
}
