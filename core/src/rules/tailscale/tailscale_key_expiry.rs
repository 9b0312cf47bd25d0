//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// Machines that an autoscaler adds need a key that has expired by then.
    ///
    /// ## Why
    ///
    /// An auth key is good for at most 90 days. Machines that exist stay in the tailnet; one that an autoscaler adds later does not get in, and
    /// with `use: pods` it does not become part of the cluster either. The secret of an OAuth client does not expire.
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
    "tailscale-key-expiry", Warning, since "0.1.0", fix None, suppressible, Reads::Secrets(check)
}

fn check(config: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let (Some(written), Some(tailnet)) = (config.tailscale.spanned(), &plan.tailnet) else {
        return;
    };
    let Some(set) = plan.nodes.iter().find(|set| set.is_autoscaled()) else {
        return;
    };
    // The keys of a Headscale server expire when its admin says so.
    if tailnet.control_server_url.is_some() || does_not_expire(store) {
        return;
    }
    let at = written.value.auth_key.span().unwrap_or(written.key);
    let mut finding = report
        .found(at, format!("auth keys expire after 90 days, and `{}` gets new machines after that", set.name))
        .help("renew the key and build again in time, or use the secret of an OAuth client, which does not expire")
        .note("a machine that cannot join the tailnet does not become part of the cluster");
    let pools = config.cluster.get().map(|cluster| &cluster.pools);
    let scale = pools.and_then(|pools| pools.items().find_map(|pool| pool.value.autoscale.spanned()));
    if let Some(scale) = scale {
        finding = finding.and(scale.key, "an autoscaler adds machines here");
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
    fn pools_that_grow() {
        check(
            r#"
cluster: {pools: [{name: main}, {name: more, workloads: [regular], autoscale: {min: 0, max: 5}}]}
#                                                                  ^^^^^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `more` or takes them away
tailscale: {authKey: {env: TS_AUTHKEY}, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
#                    ^^^^^^^^^^^^^^^^^ warning[tailscale-key-expiry]: Auth keys expire after 90 days, and `more` gets new machines after that
"#,
        );
        check(
            r#"
cluster: {pools: [{name: main, autoscale: {min: 1, max: 5}}]}
#                              ^^^^^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `main` or takes them away
#                              ^^^^^^^^^ warning[autoscaled-pool-holds-state]: The registry and the storage may come to lie on machines that an autoscaler takes away
tailscale: {controlServerUrl: https://h.acme.dev, admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
        check(
            r#"
tailscale: {admins: ["autogroup:admin"], extraArgs: [--accept-dns=false, --snat-subnet-routes=false]}
"#,
        );
    }
}
