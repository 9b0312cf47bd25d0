//! See [`RULE`].

use super::passthrough::passed;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::cluster::written::most;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Several machines get the same address.
    ///
    /// ## Why
    ///
    /// `serverConfig` applies to every server and `agentConfig` to every agent, unchanged. One machine's address on several of them
    /// sends traffic for all to one. Suppress this finding for a virtual IP that the servers share.
    ///
    /// Source: k3s docs, "k3s server", `--advertise-address` and `--node-external-ip`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// k3s: {serverConfig: {node-external-ip: 203.0.113.10}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {servers: {count: 3}}
    /// k3s: {serverConfig: {}}
    /// ```
    "k3s-address-shared", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// Keys with a value per machine.
const ONE_MACHINES: [&str; 4] = [
    "advertise-address",
    "node-external-dns",
    "node-external-ip",
    "node-internal-dns",
];

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let several = |role: &str| most(plan.nodes.iter().filter(|set| set.role.as_str() == role));
    for passed in passed(config)
        .iter()
        .filter(|passed| ONE_MACHINES.contains(&passed.name()))
    {
        let machines = several(passed.role);
        if machines < 2 {
            continue;
        }
        let message = format!("all {machines} {}s get the same `{}`", passed.role, passed.name());
        let finding = report
            .found(passed.value.span, message)
            .help("remove the key; a command in `cloudInit.beforeK3s` can write it per machine to `/etc/rancher/k3s/config.yaml.d`");
        report.push(finding.note("traffic for one of them goes to another"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_single_machine() {
        check(
            r"
cluster: {servers: {count: 3}}
k3s: {serverConfig: {advertise-address: 10.2.0.5}}
#                                       ^^^^^^^^ warning[k3s-address-shared]: all 3 servers get the same `advertise-address`
",
        );
        check(
            r"
cluster: {servers: {count: 1}}
k3s: {serverConfig: {node-external-ip: 203.0.113.10}, agentConfig: {node-external-ip: 203.0.113.11}}
#                                      ^^^^^^^^^^^^ error[flow-blocked]: agents do not reach servers on 6443/tcp
",
        );
    }
}
