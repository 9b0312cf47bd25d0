//! Machines: the size's presets with what the configuration says on top.

use super::needs::Needs;
use super::previous::Previous;
use crate::facts;
use crate::model::{self, Cluster, Entries, Field, NodeRole, Provider, Size, Workload};
use crate::origin::Origin;
use serde::Serialize;

/// What a machine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Role {
    /// Runs the control plane.
    Server,
    /// Only runs workloads.
    Agent,
}

impl Role {
    /// The unit that k3s's installer makes for it.
    pub fn unit(self) -> &'static str {
        match self {
            Role::Server => "k3s",
            Role::Agent => "k3s-agent",
        }
    }

    /// k3s's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::Server => "server",
            Role::Agent => "agent",
        }
    }
}

/// How many machines a set has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Count {
    /// Always that many.
    Fixed(u32),
    /// As many as an autoscaler wants, within bounds.
    Autoscaled {
        /// The least.
        min: u32,
        /// The most.
        max: u32,
    },
}

impl Count {
    /// The least number of machines.
    pub fn least(self) -> u32 {
        match self {
            Count::Fixed(count) => count,
            Count::Autoscaled { min, .. } => min,
        }
    }
}

/// Machines that are alike: the servers, a pool, or one named machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NodeSet {
    /// `servers`, the pool's name, or the machine's.
    pub name: String,
    /// What the machines do.
    pub role: Role,
    /// How many there are.
    pub count: Count,
    /// Whether the set is one machine that the configuration names.
    pub named: bool,
    /// Its address, where it is named.
    pub address: Option<String>,
    /// The provider's machine type.
    pub machine_type: Option<String>,
    /// Which of the platform's workloads run there.
    pub workloads: Vec<Workload>,
    /// Node labels, those of the workloads included.
    pub labels: Vec<(String, String)>,
    /// Taints, `key=value:Effect`.
    pub taints: Vec<String>,
    /// Where the set comes from.
    #[serde(skip)]
    pub origin: Origin,
}

impl NodeSet {
    /// Whether something other than Terraform decides how many machines there are.
    pub fn is_autoscaled(&self) -> bool {
        matches!(self.count, Count::Autoscaled { .. })
    }

    /// Whether workspaces run on its machines.
    pub fn runs_workspaces(&self) -> bool {
        self.workloads.iter().any(|workload| workload.is_of_workspaces())
    }
}

/// Keeps everything but the control plane's own away from dedicated servers. k3s's packaged components tolerate it
/// (k3s docs, "High Availability Embedded etcd").
const DEDICATED: &str = "CriticalAddonsOnly=true:NoExecute";

struct Preset {
    servers: u32,
    dedicated: bool,
    pools: &'static [PoolPreset],
}

struct PoolPreset {
    name: &'static str,
    count: Count,
    workloads: &'static [Workload],
}

const fn preset(size: Size) -> Preset {
    const ALL: &[Workload] = &Workload::ALL;
    const WORKSPACES: &[Workload] = &[Workload::Regular, Workload::Headless, Workload::Workspaces];
    const SERVICES: &[Workload] = &[
        Workload::Meta,
        Workload::Ide,
        Workload::Services,
        Workload::Control,
    ];
    const SMALL: &[PoolPreset] = &[PoolPreset {
        name: "main",
        count: Count::Fixed(1),
        workloads: ALL,
    }];
    const MEDIUM: &[PoolPreset] = &[PoolPreset {
        name: "main",
        count: Count::Fixed(3),
        workloads: ALL,
    }];
    const LARGE: &[PoolPreset] = &[
        PoolPreset {
            name: "services",
            count: Count::Fixed(2),
            workloads: SERVICES,
        },
        PoolPreset {
            name: "workspaces",
            count: Count::Autoscaled { min: 3, max: 30 },
            workloads: WORKSPACES,
        },
    ];
    match size {
        Size::Small => Preset {
            servers: 1,
            dedicated: false,
            pools: SMALL,
        },
        Size::Medium => Preset {
            servers: 3,
            dedicated: true,
            pools: MEDIUM,
        },
        Size::Large => Preset {
            servers: 3,
            dedicated: true,
            pools: LARGE,
        },
    }
}

/// The name of the set of servers.
const SERVERS: &str = "servers";

/// The machines of a configuration, servers first.
pub(super) fn machines(
    cluster: &Cluster,
    needs: &Needs,
    provider: Provider,
    size: Size,
    previous: Previous<'_>,
) -> Vec<NodeSet> {
    if let Some(nodes) = cluster.nodes.spanned() {
        let sets = cluster
            .nodes
            .items()
            .map(|node| named(&node.value, needs, Origin::Config(node.span)));
        let mut sets: Vec<NodeSet> = sets.collect();
        crate::sorted::sort_by_key(&mut sets, |set| set.role == Role::Agent);
        if !sets.is_empty() || nodes.value.is_empty() {
            return sets;
        }
    }
    let preset = preset(size);
    let location = location(cluster, provider);
    let kept = |set: &str| previous.machine_type(provider, location, size, set);
    let pools = pools(cluster, &preset, needs, provider, kept);
    let mut sets = vec![servers(cluster, &preset, needs, provider, pools.is_empty(), kept)];
    sets.extend(pools);
    sets
}

/// The provider's location that machines are in.
pub(super) fn location(cluster: &Cluster, provider: Provider) -> Option<&str> {
    let default = facts::providers::facts(provider).location;
    cluster.location.get().map(String::as_str).or(default)
}

/// The servers; `kept` is the machine type that a set was built with.
fn servers<'b>(
    cluster: &Cluster,
    preset: &Preset,
    needs: &Needs,
    provider: Provider,
    alone: bool,
    kept: impl Fn(&str) -> Option<&'b str>,
) -> NodeSet {
    let written = cluster.servers.get();
    let dedicated = preset.dedicated && !alone;
    let taints = written.map(|s| &s.taints).filter(|t| t.is_written());
    let taints = match taints {
        Some(taints) => taints.items().map(|t| t.value.clone()).collect(),
        None if dedicated => vec![DEDICATED.to_owned()],
        None => Vec::new(),
    };
    let workloads = if dedicated {
        Vec::new()
    } else {
        workloads(needs, &Workload::ALL)
    };
    let defaults = facts::machine_types::defaults(provider, cluster.location.text());
    let machine = if dedicated {
        defaults.server
    } else {
        defaults.worker
    };
    let machine_type = written
        .and_then(|s| s.machine_type.get().map(String::as_str))
        .or_else(|| kept(SERVERS))
        .or(machine)
        .map(str::to_owned);
    NodeSet {
        name: SERVERS.into(),
        role: Role::Server,
        count: Count::Fixed(written.map_or(preset.servers, |s| s.count.copied_or(preset.servers))),
        named: false,
        address: None,
        machine_type,
        labels: labels(needs, &workloads, written.map(|s| &s.labels)),
        workloads,
        taints,
        origin: match cluster.servers.spanned() {
            Some(servers) => Origin::Config(servers.span),
            None => Origin::Default("cluster.servers"),
        },
    }
}

fn pools<'b>(
    cluster: &Cluster,
    preset: &Preset,
    needs: &Needs,
    provider: Provider,
    kept: impl Fn(&str) -> Option<&'b str>,
) -> Vec<NodeSet> {
    let default = facts::machine_types::defaults(provider, cluster.location.text()).worker;
    let unwritten = |set: &str| kept(set).or(default).map(str::to_owned);
    if cluster.pools.is_missing() {
        let pool = |pool: &PoolPreset| {
            let workloads = workloads(needs, pool.workloads);
            NodeSet {
                name: pool.name.into(),
                role: Role::Agent,
                count: pool.count,
                named: false,
                address: None,
                machine_type: unwritten(pool.name),
                labels: labels(needs, &workloads, None),
                workloads,
                taints: Vec::new(),
                origin: Origin::Default("cluster.size"),
            }
        };
        return preset.pools.iter().map(pool).collect();
    }
    let pool = |pool: &model::Spanned<model::Pool>| {
        let (span, pool) = (pool.span, &pool.value);
        let workloads = chosen_workloads(needs, &pool.workloads);
        let count = match pool.autoscale.get() {
            Some(bounds) => {
                let min = bounds.min.copied_or(1);
                Count::Autoscaled {
                    min,
                    max: bounds.max.copied_or(min),
                }
            }
            None => Count::Fixed(pool.count.copied_or(1)),
        };
        let name = pool.name.get().cloned().unwrap_or_default();
        let machine_type = pool.machine_type.get().cloned();
        NodeSet {
            machine_type: machine_type.or_else(|| unwritten(&name)),
            name,
            role: Role::Agent,
            count,
            named: false,
            address: None,
            labels: labels(needs, &workloads, Some(&pool.labels)),
            workloads,
            taints: pool.taints.items().map(|t| t.value.clone()).collect(),
            origin: Origin::Config(span),
        }
    };
    cluster.pools.items().map(pool).collect()
}

fn named(node: &model::Node, needs: &Needs, origin: Origin) -> NodeSet {
    let workloads = chosen_workloads(needs, &node.workloads);
    NodeSet {
        name: node.name.get().cloned().unwrap_or_default(),
        role: match node.role.copied_or(NodeRole::Agent) {
            NodeRole::Server => Role::Server,
            NodeRole::Agent => Role::Agent,
        },
        count: Count::Fixed(1),
        named: true,
        address: node.address.get().cloned(),
        machine_type: None,
        labels: labels(needs, &workloads, Some(&node.labels)),
        workloads,
        taints: node.taints.items().map(|t| t.value.clone()).collect(),
        origin,
    }
}

fn chosen_workloads(needs: &Needs, written: &Field<Vec<Field<Workload>>>) -> Vec<Workload> {
    if written.is_missing() {
        return workloads(needs, &Workload::ALL);
    }
    let mut chosen: Vec<Workload> = written.items().map(|w| w.value).collect();
    crate::sorted::sort(&mut chosen);
    chosen.dedup();
    workloads(needs, &chosen)
}

/// Those of the workloads that the platform has.
fn workloads(needs: &Needs, of: &[Workload]) -> Vec<Workload> {
    let known = of
        .iter()
        .copied()
        .filter(|workload| needs.labels(*workload).is_some());
    known.collect()
}

/// The labels of the workloads, then those of the configuration; the latter win.
fn labels(
    needs: &Needs,
    workloads: &[Workload],
    written: Option<&Field<Entries<String>>>,
) -> Vec<(String, String)> {
    let own = |workload: &Workload| {
        let labels = needs.labels(*workload).unwrap_or_default();
        labels
            .iter()
            .map(|label| ((*label).to_owned(), "true".to_owned()))
    };
    let mut labels: Vec<(String, String)> = workloads.iter().flat_map(own).collect();
    // A mapping has a key once, so only those of the workloads can be there already.
    let known = labels.len();
    for (key, value) in written.into_iter().flat_map(Field::entries) {
        let mut of_workloads = labels.iter_mut().take(known);
        match of_workloads.find(|(label, _)| *label == key.value) {
            Some((_, old)) => value.value.clone_into(old),
            None => labels.push((key.value.clone(), value.value.clone())),
        }
    }
    labels
}
