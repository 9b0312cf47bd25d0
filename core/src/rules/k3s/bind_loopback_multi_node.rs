//! See [`RULE`].

use super::passthrough::of_servers;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::cluster::written::most;
use crate::rules::{Reads, Report, declare_rule};
use std::net::IpAddr;

declare_rule! {
    /// The API answers on the server itself only, and other machines have to reach it.
    ///
    /// ## Why
    ///
    /// Agents and further servers join through the API. At a loopback address they knock at themselves: they never join, and k3s
    /// tries again for ever.
    ///
    /// Source: k3s docs, "k3s server", "Listeners".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {bind-address: 127.0.0.1}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {bind-address: 0.0.0.0}}
    /// ```
    "bind-loopback-multi-node", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let machines = most(&plan.nodes);
    for passed in ["bind-address", "advertise-address"]
        .into_iter()
        .filter_map(|name| of_servers(config, name))
    {
        let Some(address) = passed.text().filter(|_| machines > 1) else {
            continue;
        };
        if !address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
        {
            continue;
        }
        let finding = report
            .found(
                passed.value.span,
                format!("no other machine reaches the API at `{address}`"),
            )
            .help("leave the key out: the API then answers at the machine's own address");
        report.push(finding.note("agents and further servers never join"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn alone_a_server_may_keep_to_itself() {
        check(
            "bind-loopback-multi-node",
            r#"
k3s: {serverConfig: {bind-address: 127.0.0.1}}
#                                  ^^^^^^^^^ error: No other machine reaches the API at `127.0.0.1`
"#,
        );
        check(
            "bind-loopback-multi-node",
            r#"
k3s: {serverConfig: {advertise-address: "::1"}}
#                                       ^^^^^ error: No other machine reaches the API at `::1`
"#,
        );
        check(
            "bind-loopback-multi-node",
            r#"
cluster: {pools: []}
k3s: {serverConfig: {bind-address: 127.0.0.1}}
"#,
        );
        check(
            "bind-loopback-multi-node",
            r#"
k3s: {serverConfig: {bind-address: 10.2.0.1}}
"#,
        );
    }
}
