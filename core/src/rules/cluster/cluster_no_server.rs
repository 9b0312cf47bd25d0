//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// No machine of the cluster is a server.
    ///
    /// ## Why
    ///
    /// The control plane runs on servers. Agents alone wait for one for ever: `k3s agent` does nothing until the address that it
    /// registers at answers.
    ///
    /// Source: k3s docs, "Architecture".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   nodes:
    ///     - {name: rpi-1, role: agent, address: 10.2.0.11}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   nodes:
    ///     - {name: rpi-1, role: server, address: 10.2.0.11}
    /// ```
    "cluster-no-server", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.get().filter(|cluster| !is_partly_unknown(cluster)) else {
        return;
    };
    let counted = cluster.servers.get();
    // Which of the two is meant is asked elsewhere.
    let twice = counted.is_some() && cluster.nodes.get().is_some();
    if plan.server_count() > 0 || twice {
        return;
    }
    let count = counted.and_then(|servers| servers.count.spanned());
    let finding = if let Some(count) = count {
        report
            .found(count.span, "0 servers are no cluster")
            .help("write `1`, or `3` for a cluster that survives the loss of one")
    } else if let Some(nodes) = cluster.nodes.spanned() {
        let message = match nodes.value.is_empty() {
            true => "no machine is named",
            false => "no machine here is a server",
        };
        report
            .found(nodes.key, message)
            .help("give one of them `role: server`")
    } else {
        return;
    };
    report.push(finding.note("the control plane runs on servers; agents wait for one for ever"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn none_named_none_counted() {
        check(
            r"
cluster: {servers: {count: 0}}
#                          ^ error[cluster-no-server]: 0 servers are no cluster
",
        );
        check(
            r"
cluster: {nodes: []}
#         ^^^^^ error[cluster-no-server]: No machine is named
",
        );
        check(
            r"
cluster:
  nodes:
# ^^^^^ error[cluster-no-server]: No machine here is a server
    - {name: a, role: agent, address: 10.2.0.1}
",
        );
    }

    #[test]
    fn one_is_enough_and_a_misspelt_role_is_not_none() {
        check("cluster: {nodes: [{name: a, role: server}]}\n");
        check(
            r"
cluster: {nodes: [{name: a, role: srever}]}
#                                 ^^^^^^ error[invalid-value]: `srever` is not a known `role`
",
        );
        check("cluster: {name: acme}\n");
        check(
            r"
cluster: {servers: {count: 3}, nodes: [{name: a, role: agent}]}
#         ^^^^^^^ error[conflicting-keys]: `servers` and `nodes` exclude each other
",
        );
    }
}
