//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The auth key expires before an autoscaler adds machines.
    ///
    /// ## Why
    ///
    /// An auth key is valid for at most 90 days. Existing machines stay in the tailnet, but one that an autoscaler adds later
    /// cannot join it, and with `use: pods` it does not join the cluster either. An OAuth client secret does not expire.
    ///
    /// Source: Tailscale docs, "Auth keys" and "OAuth clients".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {pools: [{name: main}, {name: workspaces, workloads: [regular, headless], autoscale: {min: 0, max: 5}}]}
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {pools: [{name: main}, {name: workspaces, workloads: [regular, headless], count: 3}]}
    /// tailscale: {admins: [ada@acme.dev]}
    /// ```
    "tailscale-key-expiry", Warning, since "0.1.0", fix None, suppressible, Reads::Secrets(check), spoils policy
}

fn check(config: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let (Some(written), Some(tailnet)) = (config.tailscale.spanned(), &plan.tailnet) else {
        return;
    };
    let Some(set) = plan.nodes.iter().find(|set| set.is_autoscaled()) else {
        return;
    };
    // The admin of a Headscale server sets the expiry of its keys.
    if tailnet.is_headscale() || does_not_expire(store) {
        return;
    }
    let at = written.value.auth_key.span().unwrap_or(written.key);
    let mut finding = report
        .found(
            at,
            format!(
                "auth keys expire after 90 days, but pool `{}` adds machines later",
                set.name
            ),
        )
        .help("use an OAuth client secret, which does not expire, or renew the key and rebuild in time")
        .note("a machine that cannot join the tailnet does not join the cluster");
    let pools = config.cluster.get().map(|cluster| &cluster.pools);
    let scale = pools.and_then(|pools| pools.items().find_map(|pool| pool.value.autoscale.spanned()));
    if let Some(scale) = scale {
        finding = finding.and(scale.key, "autoscaled here");
    }
    report.push(finding);
}

fn does_not_expire(store: &Store) -> bool {
    let oauth = |name| {
        let value = store.get(name).and_then(|value| value.expose_text());
        value.is_some_and(|value| value.starts_with("tskey-client-"))
    };
    oauth("tailscale.authKey") || oauth("tailscale.authKey.agent")
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn autoscaled_pools() {
        check(
            r#"
cluster: {pools: [{name: main}, {name: more, workloads: [regular], autoscale: {min: 0, max: 5}}]}
#                                                                  ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `more`
tailscale: {authKey: {env: TS_AUTHKEY}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                    ^^^^^^^^^^^^^^^^^ warning[tailscale-key-expiry]: auth keys expire after 90 days, but pool `more` adds machines later
"#,
        );
        check(
            r"
cluster: {pools: [{name: main, autoscale: {min: 1, max: 5}}]}
#                              ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `main`
#                              ^^^^^^^^^ warning[autoscaled-pool-holds-state]: autoscaled machines may store the data of the registry and the storage
tailscale: {controlServerUrl: https://h.acme.dev, admins: [ada@acme.dev], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
^^^^^^^^^ error[secret-wrong-kind]: wrong kind of secret in `tailscale.authKey`: a key of Tailscale's, not of the server in `controlServerUrl`
",
        );
        check(
            r#"
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
