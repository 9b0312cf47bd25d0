//! See [`RULE`].

use super::workloads::names;
use super::written::{has_machines, is_partly_unknown, machines};
use crate::model::{Config, Workload};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::words::and;

declare_rule! {
    /// One of the platform's workloads has no machine to run on.
    ///
    /// ## Why
    ///
    /// A platform's pods select their nodes by workload labels. If no node has the label, the pods stay `Pending` and the Installer's
    /// preflight check fails.
    ///
    /// Source: Kubernetes docs, "Assigning Pods to Nodes".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   size: medium
    ///   pools: [{name: workspaces, count: 3, workloads: [regular, headless]}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   size: medium
    ///   pools:
    ///     - {name: workspaces, count: 3, workloads: [regular, headless]}
    ///     - {name: services, count: 2, workloads: [meta, ide, services]}
    /// ```
    "workload-nowhere", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let unknown = config
        .cluster
        .get()
        .is_some_and(|cluster| is_partly_unknown(cluster, report));
    if plan.needs.workloads.is_empty() || unknown || plan.server_count() == 0 {
        return;
    }
    // A workload that does not exist may mean the one that is missing.
    let pools = config
        .cluster
        .get()
        .into_iter()
        .flat_map(|cluster| cluster.pools.items());
    let nodes = config
        .cluster
        .get()
        .into_iter()
        .flat_map(|cluster| cluster.nodes.items());
    let written = pools
        .map(|pool| &pool.value.workloads)
        .chain(nodes.map(|node| &node.value.workloads));
    let mut written = written.flat_map(|workloads| workloads.items());
    if written.any(|workload| plan.needs.labels(workload.value).is_none()) {
        return;
    }
    let runs = |workload: &Workload| {
        plan.nodes
            .iter()
            .any(|set| has_machines(set) && set.workloads.contains(workload))
    };
    let needed = plan.needs.workloads.iter().map(|(workload, _)| *workload);
    let nowhere = names(needed.filter(|workload| !runs(workload)));
    if nowhere.is_empty() {
        return;
    }
    let message = format!("no machine runs {}", and(&nowhere));
    let pools = config
        .cluster
        .get()
        .into_iter()
        .flat_map(|cluster| cluster.pools.items());
    let mut empty = pools.filter_map(|pool| {
        let meant = pool
            .value
            .workloads
            .items()
            .any(|workload| !runs(&workload.value) && plan.needs.labels(workload.value).is_some());
        pool.value
            .count
            .spanned()
            .filter(|count| meant && count.value == 0)
    });
    let at = empty
        .next()
        .map_or_else(|| machines(config, report), |count| count.span);
    let finding = report
        .found(at, message)
        .help(format!("add {} to the `workloads` of a pool", and(&nowhere)))
        .note(format!(
            "{}'s pods select nodes by workload labels, so without such a node they stay `Pending`",
            plan.needs.product
        ));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn workloads_of_no_pool() {
        check(
            r"
cluster:
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  pools: [{name: workspaces, workloads: [regular, headless]}]
# ^^^^^ error[workload-nowhere]: no machine runs `meta`, `ide` and `services`
",
        );
        check(
            r"
cluster:
  nodes: [{name: a, role: server, workloads: [meta, ide, services, regular]}]
# ^^^^^ error[workload-nowhere]: no machine runs `headless`
",
        );
    }

    #[test]
    fn an_empty_pool_runs_nothing() {
        check(
            r"
cluster:
  size: medium
#       ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  pools: [{name: main, count: 0}]
# ^^^^^ error[workload-nowhere]: no machine runs `meta`, `ide`, `services`, `regular` and `headless`
",
        );
    }

    #[test]
    fn servers_of_a_small_cluster_run_everything() {
        check("cluster: {pools: [{name: a, workloads: [regular]}]}\n");
        check(
            r"
cluster: {size: large, pools: []}
#               ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {size: large}
#               ^^^^^ warning[autoscale-without-actor]: nothing scales the pool `workspaces`
#               ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check("platform: none\ncluster: {api: {host: k3s.acme.dev}, size: large, pools: [{name: a}]}\n");
    }
}
