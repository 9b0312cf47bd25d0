//! See [`RULE`].

use super::written::{has_machines, is_partly_unknown};
use crate::model::{Config, NodeRole};
use crate::plan::{NodeSet, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Workspaces share machines with the control plane.
    ///
    /// ## Why
    ///
    /// A workspace may use all of its machine's CPU and disk. etcd then answers late and elects another leader, and the API stops
    /// for everyone; running several servers is meant to prevent exactly that. This is a warning if agents could run the workspaces
    /// instead.
    ///
    /// Source: etcd docs, "Tuning".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   nodes:
    ///     - {name: a, role: server, address: 10.2.0.1}
    ///     - {name: b, role: server, address: 10.2.0.2}
    ///     - {name: c, role: server, address: 10.2.0.3}
    ///     - {name: d, role: agent, address: 10.2.0.4}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   nodes:
    ///     - {name: a, role: server, address: 10.2.0.1, workloads: [meta, ide, services]}
    ///     - {name: b, role: server, address: 10.2.0.2, workloads: [meta, ide, services]}
    ///     - {name: c, role: server, address: 10.2.0.3, workloads: [meta, ide, services]}
    ///     - {name: d, role: agent, address: 10.2.0.4}
    /// ```
    "manager-runs-workspaces", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config
        .cluster
        .get()
        .filter(|cluster| !is_partly_unknown(cluster, report))
    else {
        return;
    };
    let workspaces = |set: &NodeSet| has_machines(set) && set.runs_workspaces();
    if plan.server_count() < 2 || !plan.agents().any(workspaces) {
        return;
    }
    let servers: Vec<&NodeSet> = plan.servers().filter(|set| workspaces(set)).collect();
    let mut places = cluster
        .nodes
        .items()
        .filter(|node| {
            servers
                .iter()
                .any(|set| set.origin == crate::origin::Origin::Config(node.span))
        })
        .filter_map(|node| match node.value.workloads.spanned() {
            Some(workloads) => Some(workloads.span),
            None => node
                .value
                .role
                .spanned()
                .filter(|role| role.value == NodeRole::Server)
                .map(|role| role.span),
        });
    let Some(first) = places.next() else { return };
    let finding = report
        .found(first, "this server runs workspaces next to the control plane")
        .help("set `workloads: [meta, ide, services]` or `workloads: []` on each server")
        .note("a busy workspace slows etcd down until the API stops for everyone");
    report.push(places.fold(finding, |finding, span| finding.and(span, "this server too")));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn if_agents_could_run_them() {
        check(
            r"
cluster:
  nodes:
# ^^^^^ info[api-on-one-server]: machines register at `10.2.0.1`, the address of `a` alone
    - {name: a, role: server, address: 10.2.0.1}
#                     ^^^^^^ warning[manager-runs-workspaces]: this server runs workspaces next to the control plane
    - {name: b, role: server, address: 10.2.0.2, workloads: [meta]}
    - {name: c, role: server, address: 10.2.0.3, workloads: [regular]}
    - {name: d, role: agent, address: 10.2.0.4}
",
        );
        check(
            r#"
cluster: {nodes: [{name: a, role: server, address: 10.2.0.1}, {name: b, role: agent, address: 10.2.0.2}]}
"#,
        );
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {size: medium, pools: []}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
    }
}
