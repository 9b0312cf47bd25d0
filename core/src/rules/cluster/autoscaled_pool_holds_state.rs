//! See [`RULE`].

use super::written::{has_machines, is_partly_unknown};
use crate::diagnostic::Severity;
use crate::model::{Config, Spanned, Workload};
use crate::origin::Origin;
use crate::plan::{Database, Gitpod, NodeSet, Plan, Registry, Storage};
use crate::rules::words::and;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// Data that the cluster keeps itself would lie on machines that an autoscaler takes away.
    ///
    /// ## Why
    ///
    /// The database, the registry and the storage that run in the cluster keep their data on the disk of the node that they started
    /// on (k3s's local-path volumes). They run where `meta` runs. An autoscaler that removes the node removes the data with it: every
    /// user, every workspace, every backup. Where only some of the machines for `meta` are autoscaled it is a matter of luck, and a
    /// warning.
    ///
    /// Source: k3s docs, "Volumes and Storage"; gitpod-io/gitpod `install/installer/pkg/components/{mysql,minio}`.
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
    let Some(cluster) = config.cluster.get().filter(|cluster| !is_partly_unknown(cluster)) else {
        return;
    };
    let kept = plan.gitpod.as_ref().map(kept_in_cluster).unwrap_or_default();
    let meta = |set: &&NodeSet| has_machines(set) && set.workloads.contains(&Workload::Meta);
    let fixed = plan.nodes.iter().filter(meta).any(|set| !set.is_autoscaled());
    let pools: BTreeMap<Span, _> = cluster.pools.items().map(|pool| (pool.span, pool)).collect();
    let place = |set: &NodeSet| {
        let Origin::Config(span) = &set.origin else {
            return None;
        };
        let pool = pools.get(span)?;
        let workload = pool
            .value
            .workloads
            .items()
            .find(|w| w.value == Workload::Meta)
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
    places.sort();
    let Some((first, rest)) = places.split_first().filter(|_| !kept.is_empty()) else {
        return;
    };
    let kept = and(&kept);
    let message = match fixed {
        false => format!("{kept} would lie on machines that an autoscaler takes away"),
        true => format!("{kept} may come to lie on machines that an autoscaler takes away"),
    };
    let mut finding = report.found(*first, message);
    if fixed {
        finding.severity = Severity::Warning;
    }
    let finding = rest
        .iter()
        .fold(finding, |finding, span| finding.and(*span, "and on these"))
        .help("run `meta` on a pool with a fixed `count` only, or keep the data outside the cluster")
        .note("their volumes are directories of the node's disk, which goes when the autoscaler removes the node");
    report.push(finding);
}

fn place_of(workload: &Spanned<Workload>) -> Span {
    workload.span
}

/// What the cluster keeps itself.
fn kept_in_cluster(gitpod: &Gitpod) -> Vec<String> {
    let all = [
        ("the database", gitpod.database == Database::InCluster),
        ("the registry", gitpod.registry == Registry::InCluster),
        ("the storage", gitpod.storage == Storage::InCluster),
    ];
    all.into_iter()
        .filter(|(_, inside)| *inside)
        .map(|(what, _)| what.to_owned())
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn every_machine_for_meta_is_autoscaled() {
        check(
            r"
database: {inCluster: true}
#                     ^^^^ warning[db-incluster-production]: The database is in the cluster, on the disk of one machine
cluster:
  size: large
  pools:
    - {name: services, autoscale: {min: 1, max: 3}, workloads: [ide, meta, services]}
#                      ^^^^^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `services` or takes them away
#                                                                    ^^^^ error[autoscaled-pool-holds-state]: The database, the registry and the storage would lie on machines that an autoscaler takes away
    - {name: all, autoscale: {min: 1, max: 3}}
",
        );
    }

    #[test]
    fn some_are() {
        check(
            r"
database: {inCluster: true}
registry: {external: {url: reg.acme.dev, username: a, password: {env: P}}}
cluster:
  pools: [{name: all, autoscale: {min: 1, max: 3}}]
#                     ^^^^^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `all` or takes them away
#                     ^^^^^^^^^ warning[autoscaled-pool-holds-state]: The database and the storage may come to lie on machines that an autoscaler takes away
",
        );
    }

    #[test]
    fn workspaces_keep_nothing_and_outside_is_outside() {
        check(
            r"
cluster: {size: large}
#               ^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `workspaces` or takes them away
",
        );
        check(
            r"
database: {cloudSql: {instance: a:b:c, serviceAccount: {terraform: s.key}, username: u, password: {env: DB}}}
registry: {external: {url: reg.acme.dev, username: a, password: {env: P}}}
storage: {gcs: {project: p, region: eu, serviceAccount: {terraform: s.key}}}
cluster:
  pools: [{name: all, autoscale: {min: 1, max: 3}}]
#                     ^^^^^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `all` or takes them away
",
        );
    }
}
