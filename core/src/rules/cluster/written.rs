//! The machines as the configuration writes them, whichever of its three ways it takes.

use crate::model::{Cluster, Config, Entries, Field, Spanned};
use crate::origin::Origin;
use crate::plan::{Count, NodeSet};
use crate::rules::Report;
use crate::source::Span;
use std::collections::BTreeMap;

/// Servers, a pool or a named machine, where they are written.
pub(in crate::rules) struct WrittenSet<'a> {
    /// What to call it: "pool", "machine"; absent for the servers.
    pub kind: Option<&'static str>,
    /// Its name, where it has one.
    pub name: Option<&'a Spanned<String>>,
    /// The whole of it.
    pub span: Span,
    /// The machine type, where it is written.
    pub machine_type: Option<&'a Spanned<String>>,
    /// Further labels.
    pub labels: &'a Field<Entries<String>>,
    /// Taints.
    pub taints: &'a Field<Vec<Field<String>>>,
}

/// Every set of machines that is written, in the order of the language.
pub(in crate::rules) fn sets(config: &Config) -> Vec<WrittenSet<'_>> {
    let Some(cluster) = config.cluster.get() else {
        return Vec::new();
    };
    let servers = cluster.servers.spanned().map(|servers| WrittenSet {
        kind: None,
        name: None,
        span: servers.span,
        machine_type: servers.value.machine_type.spanned(),
        labels: &servers.value.labels,
        taints: &servers.value.taints,
    });
    let pools = cluster.pools.items().map(|pool| WrittenSet {
        kind: Some("pool"),
        name: pool.value.name.spanned(),
        span: pool.span,
        machine_type: pool.value.machine_type.spanned(),
        labels: &pool.value.labels,
        taints: &pool.value.taints,
    });
    let nodes = cluster.nodes.items().map(|node| WrittenSet {
        kind: Some("machine"),
        name: node.value.name.spanned(),
        span: node.span,
        machine_type: None,
        labels: &node.value.labels,
        taints: &node.value.taints,
    });
    servers.into_iter().chain(pools).chain(nodes).collect()
}

/// The written sets by their places.
pub(in crate::rules) struct ByPlace<'a>(BTreeMap<Span, WrittenSet<'a>>);

impl<'a> ByPlace<'a> {
    pub fn new(config: &'a Config) -> ByPlace<'a> {
        ByPlace(crate::sorted::map(
            sets(config).into_iter().map(|set| (set.span, set)),
        ))
    }

    /// Where the plan's set is written; nowhere for one of a size.
    pub fn of(&self, set: &NodeSet) -> Option<&WrittenSet<'a>> {
        match &set.origin {
            Origin::Config(span) => self.0.get(span),
            _ => None,
        }
    }
}

/// Every machine type that is written.
pub(in crate::rules) fn machine_types(cluster: &Cluster) -> impl Iterator<Item = &Spanned<String>> {
    let servers = cluster
        .servers
        .get()
        .and_then(|servers| servers.machine_type.spanned());
    let pools = cluster
        .pools
        .items()
        .filter_map(|pool| pool.value.machine_type.spanned());
    servers.into_iter().chain(pools)
}

/// The most machines that an autoscaler or the configuration gives the sets.
pub(in crate::rules) fn most<'s>(sets: impl IntoIterator<Item = &'s NodeSet>) -> u32 {
    let most = |set: &NodeSet| match set.count {
        Count::Fixed(count) => count,
        Count::Autoscaled { max, .. } => max,
    };
    sets.into_iter().map(most).fold(0, u32::saturating_add)
}

/// Whether an autoscaler or the configuration ever gives the set a machine.
pub(in crate::rules) fn has_machines(set: &NodeSet) -> bool {
    most([set]) > 0
}

/// Whether something about the machines, or of the whole file, could not be read: what follows from it is not reported.
pub(in crate::rules) fn is_partly_unknown(cluster: &Cluster, report: &Report<'_>) -> bool {
    fn bad<T>(field: &Field<T>) -> bool {
        field.is_written() && field.get().is_none()
    }
    fn bad_list<T>(field: &Field<Vec<Field<T>>>) -> bool {
        bad(field) || field.get().is_some_and(|items| items.iter().any(bad))
    }
    let servers = cluster.servers.get();
    report.is_damaged()
        || bad(&cluster.servers)
        || bad(&cluster.size)
        || bad_list(&cluster.pools)
        || bad_list(&cluster.nodes)
        || servers.is_some_and(|s| bad(&s.count) || bad_list(&s.taints))
        || cluster.pools.items().any(|pool| {
            let pool = &pool.value;
            bad(&pool.count) || bad(&pool.autoscale) || bad_list(&pool.workloads) || bad_list(&pool.taints)
        })
        || cluster.nodes.items().any(|node| {
            let node = &node.value;
            bad(&node.role) || bad_list(&node.workloads) || bad_list(&node.taints)
        })
}

/// The place for a finding about the machines as a whole: what says most about them, as far as it is written.
pub(in crate::rules) fn machines(config: &Config, report: &Report<'_>) -> Span {
    let cluster = config.cluster.spanned();
    let within = cluster.map(|cluster| &cluster.value).and_then(|cluster| {
        let key = cluster.nodes.spanned().map(|s| s.key);
        key.or(cluster.pools.spanned().map(|s| s.key))
            .or(cluster.size.spanned().map(|s| s.key))
    });
    within
        .or(cluster.map(|cluster| cluster.key))
        .unwrap_or(report.anchor())
}
