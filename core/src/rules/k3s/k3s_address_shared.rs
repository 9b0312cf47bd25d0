//! See [`RULE`].

use super::passthrough::passed;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::cluster::written::most;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Several machines would say that they have the same address.
    ///
    /// ## Why
    ///
    /// `serverConfig` goes to every server and `agentConfig` to every agent, word for word. An address of one machine given to
    /// several sends traffic for all of them to one. Hide this for an address that the servers pass among each other.
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

/// Keys whose value is one machine's.
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
        let message = format!(
            "{machines} {}s would all say that this `{}` is theirs",
            passed.role,
            passed.name()
        );
        let finding = report
            .found(passed.value.span, message)
            .help("leave the key out; a command in `cloudInit.beforeK3s` can write it for each machine into `/etc/rancher/k3s/config.yaml.d`");
        report.push(finding.note("what is meant for one of them goes to another"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_machine_may_have_it() {
        check(
            r"
cluster: {servers: {count: 3}}
k3s: {serverConfig: {advertise-address: 10.2.0.5}}
#                                       ^^^^^^^^ warning[k3s-address-shared]: 3 servers would all say that this `advertise-address` is theirs
",
        );
        check(
            r#"
cluster: {servers: {count: 1}}
k3s: {serverConfig: {node-external-ip: 203.0.113.10}, agentConfig: {node-external-ip: 203.0.113.11}}
"#,
        );
    }
}
