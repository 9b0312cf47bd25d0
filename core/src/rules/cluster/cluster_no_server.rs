//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The cluster has no server.
    ///
    /// ## Why
    ///
    /// The control plane runs on servers. `k3s agent` waits forever for the registration address to answer.
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
    let Some(cluster) = config
        .cluster
        .get()
        .filter(|cluster| !is_partly_unknown(cluster, report))
    else {
        return;
    };
    let counted = cluster.servers.get();
    // Both at once are `conflicting-keys`.
    let twice = counted.is_some() && cluster.nodes.get().is_some();
    if plan.server_count() > 0 || twice {
        return;
    }
    let count = counted.and_then(|servers| servers.count.spanned());
    let finding = if let Some(count) = count {
        report
            .found(count.span, "a cluster requires at least one server")
            .help("set `count` to 1, or to 3 to survive the loss of one server")
    } else if let Some(nodes) = cluster.nodes.spanned() {
        let message = match nodes.value.is_empty() {
            true => "a cluster requires at least one server, and `nodes` is empty",
            false => "no machine has the role `server`",
        };
        report
            .found(nodes.key, message)
            .help("set `role: server` on one of them")
    } else {
        return;
    };
    report.push(finding.note("the control plane runs on servers, and agents wait forever for one"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn no_server_named_or_counted() {
        check(
            r"
cluster: {servers: {count: 0}}
#                          ^ error[cluster-no-server]: a cluster requires at least one server
",
        );
        check(
            r"
cluster: {nodes: []}
#         ^^^^^ error[cluster-no-server]: a cluster requires at least one server, and `nodes` is empty
",
        );
        check(
            r"
cluster:
  nodes:
# ^^^^^ error[cluster-no-server]: no machine has the role `server`
    - {name: a, role: agent, address: 10.2.0.1}
",
        );
    }

    #[test]
    fn one_server_and_a_misspelt_role() {
        check("cluster: {nodes: [{name: a, role: server}]}\n");
        check(
            r"
cluster: {nodes: [{name: a, role: srever}]}
#                                 ^^^^^^ error[invalid-value]: unknown value `srever`
",
        );
        check("cluster: {name: acme}\n");
        check(
            r"
cluster: {servers: {count: 3}, nodes: [{name: a, role: agent}]}
#         ^^^^^^^ error[conflicting-keys]: `servers` and `nodes` conflict with each other
",
        );
    }
}
