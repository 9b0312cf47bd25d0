//! See [`RULE`].

use super::workloads::names;
use super::written::{has_machines, is_partly_unknown};
use crate::diagnostic::Severity;
use crate::model::{Config, Spanned, Workload};
use crate::origin::Origin;
use crate::plan::{NodeSet, Plan};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use crate::words::and;
use std::collections::BTreeMap;

declare_rule! {
    /// In-cluster data would be stored on autoscaled machines.
    ///
    /// ## Why
    ///
    /// The in-cluster database, registry and storage keep their data on the disk of the node they started on (k3s's local-path
    /// volumes). They run on the machines for `meta`. When the autoscaler removes that node, it removes every user, workspace and
    /// backup with it. If only some of the machines for `meta` are autoscaled, this is a warning, because the data may end up on a
    /// fixed one.
    ///
    /// Source: k3s docs, "Volumes and Storage".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   size: large
    ///   pools: [{name: all, autoscale: {min: 1, max: 5}}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   size: large
    ///   pools:
    ///     - {name: services, count: 2, workloads: [meta, ide, services]}
    ///     - {name: workspaces, autoscale: {min: 1, max: 5}, workloads: [regular, headless]}
    /// ```
    "autoscaled-pool-holds-state", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config
        .cluster
        .get()
        .filter(|cluster| !is_partly_unknown(cluster, report))
    else {
        return;
    };
    let kept = &plan.needs.state;
    let meta =
        |set: &&NodeSet| has_machines(set) && set.workloads.iter().any(|workload| workload.holds_state());
    let fixed = plan.nodes.iter().filter(meta).any(|set| !set.is_autoscaled());
    let pools: BTreeMap<Span, _> = crate::sorted::map(cluster.pools.items().map(|pool| (pool.span, pool)));
    let place = |set: &NodeSet| {
        let Origin::Config(span) = &set.origin else {
            return None;
        };
        let pool = pools.get(span)?;
        let workload = pool
            .value
            .workloads
            .items()
            .find(|w| w.value.holds_state())
            .map(place_of);
        workload.or(pool.value.autoscale.spanned().map(|autoscale| autoscale.key))
    };
    let mut places: Vec<Span> = plan
        .nodes
        .iter()
        .filter(meta)
        .filter(|set| set.is_autoscaled())
        .filter_map(place)
        .collect();
    crate::sorted::sort(&mut places);
    let Some((first, rest)) = places.split_first().filter(|_| !kept.is_empty()) else {
        return;
    };
    let kept = and(kept);
    let workloads = plan.needs.workloads.iter().map(|(workload, _)| *workload);
    let stateful = names(workloads.filter(|workload| workload.holds_state()));
    let message = match fixed {
        false => format!("autoscaled machines would store the data of {kept}"),
        true => format!("autoscaled machines may store the data of {kept}"),
    };
    let mut finding = report.found(*first, message);
    if fixed {
        finding.severity = Severity::Warning;
    }
    let finding = rest
        .iter()
        .fold(finding, |finding, span| finding.and(*span, "these machines too"))
        .help(format!(
            "run {} only on pools with a fixed `count`, or keep that data outside the cluster",
            and(&stateful)
        ))
        .note("the volumes are directories on the node's disk, so they are lost when the autoscaler removes the node");
    report.push(finding);
}

fn place_of(workload: &Spanned<Workload>) -> Span {
    workload.span
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn all_machines_for_meta_are_autoscaled() {
        check(
            r"
database: {inCluster: true}
#                     ^^^^ warning[db-incluster-production]: the in-cluster database keeps its data on the disk of one machine
cluster:
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  pools:
    - {name: services, autoscale: {min: 1, max: 3}, workloads: [ide, meta, services]}
#                      ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `services`
#                                                                    ^^^^ error[autoscaled-pool-holds-state]: autoscaled machines would store the data of the database, the registry and the storage
    - {name: all, autoscale: {min: 1, max: 3}}
",
        );
    }

    #[test]
    fn some_machines_for_meta_are_autoscaled() {
        check(
            r"
database: {inCluster: true}
registry: {external: {url: reg.acme.dev, username: a, password: {env: P}}}
cluster:
  pools: [{name: all, autoscale: {min: 1, max: 3}}]
#                     ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `all`
#                     ^^^^^^^^^ warning[autoscaled-pool-holds-state]: autoscaled machines may store the data of the database and the storage
",
        );
    }

    #[test]
    fn workspaces_and_external_services_are_fine() {
        check(
            r"
cluster: {size: large}
#               ^^^^^ warning[autoscale-without-actor]: nothing scales the pool `workspaces`
#               ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
database: {cloudSql: {instance: a:b:c, serviceAccount: {terraform: s.key}, username: u, password: {env: DB}}}
registry: {external: {url: reg.acme.dev, username: a, password: {env: P}}}
storage: {gcs: {project: p, region: eu, serviceAccount: {terraform: s.key}}}
cluster:
  pools: [{name: all, autoscale: {min: 1, max: 3}}]
#                     ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `all`
",
        );
    }
}
