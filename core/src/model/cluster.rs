//! `cluster`: the machines and their networks.

use super::bindable::Bindable;
use super::field::Field;
use super::secrets::SecretSource;
use super::value::Entries;
use crate::facts::hosts::Os;
use crate::facts::providers::Provider;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machines and their networks.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Cluster {
    /// The cluster's name. Default: the first label of the domain.
    pub name: Field<String>,
    /// Who provides the machines. Default: `generic`.
    pub provider: Field<Provider>,
    /// The provider's location.
    pub location: Field<String>,
    /// Counts, machine types, labels and taints in one word. Default: `small`.
    pub size: Field<Size>,
    /// The machines' operating system. Default: `ubuntu-22.04`; `debian-12` on Raspberry Pis.
    pub os: Field<Os>,
    /// Address ranges.
    pub network: Field<Network>,
    /// Where the Kubernetes API answers.
    pub api: Field<Api>,
    /// The servers: k3s machines that run the control plane.
    pub servers: Field<Servers>,
    /// Pools of agents: k3s machines that only run workloads. `[]` is one machine alone.
    pub pools: Field<Vec<Field<Pool>>>,
    /// What makes the machines of autoscaled pools and takes them away.
    pub autoscaler: Field<Autoscaler>,
    /// Named machines, instead of `servers` and `pools`: home labs, racks.
    pub nodes: Field<Vec<Field<Node>>>,
    /// Who may connect to the machines besides the node network.
    pub firewall: Field<Firewall>,
}

/// How large the cluster is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// One server that runs all workloads, one pool of one node: a trial, one person.
    Small,
    /// Three dedicated servers, one pool of three nodes: a team.
    Medium,
    /// Three dedicated servers, a pool for services and an autoscaled one for workspaces: many teams.
    Large,
}

impl Size {
    /// Every size.
    pub const ALL: [Size; 3] = [Size::Small, Size::Medium, Size::Large];

    /// The word in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Size::Small => "small",
            Size::Medium => "medium",
            Size::Large => "large",
        }
    }
}

/// Address ranges.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Network {
    /// The range that the machines' own addresses are in. Default: the provider's, `10.2.0.0/16`.
    pub nodes: Field<String>,
    /// The range of pods. Default: `10.42.0.0/16`.
    pub pods: Field<String>,
    /// The range of services. Default: `10.43.0.0/16`.
    pub services: Field<String>,
    /// The address of the cluster's DNS, inside `services`. Default: the tenth of it.
    pub dns: Field<String>,
    /// The network interface that k3s uses. `auto`: the one with an address inside `nodes`. Default: `auto`.
    pub interface: Field<String>,
    /// Ranges of IPv6 beside those of IPv4: machines, pods and services have addresses of both. Only from the cluster's start.
    pub ipv6: Field<Ipv6>,
}

/// Ranges of IPv6, in a cluster with both families.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ipv6 {
    /// The range that the machines' own addresses are in, on the same interface as those of IPv4.
    pub nodes: Field<String>,
    /// The range of pods. Default: `fd00:42::/56`.
    #[serde(default)]
    pub pods: Field<String>,
    /// The range of services. Default: `fd00:43::/112`.
    #[serde(default)]
    pub services: Field<String>,
}

/// Where the Kubernetes API answers.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Api {
    /// The fixed address that machines register at. Default: `k3s.` before the domain, or the first server's address.
    pub host: Field<Bindable>,
    /// Further names and addresses in the API's certificate.
    pub sans: Field<Vec<Field<Bindable>>>,
}

/// The servers.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Servers {
    /// How many; odd, for etcd. Default: the size's.
    pub count: Field<u32>,
    /// The provider's machine type. Default: the size's.
    pub machine_type: Field<String>,
    /// Further node labels.
    pub labels: Field<Entries<String>>,
    /// Taints, `key=value:Effect`. Default: the size's.
    pub taints: Field<Vec<Field<String>>>,
}

/// A pool of agents.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// The pool's name, part of its nodes' names.
    pub name: Field<String>,
    /// How many nodes. Default: 1.
    #[serde(default)]
    pub count: Field<u32>,
    /// Bounds between which an autoscaler chooses.
    #[serde(default)]
    pub autoscale: Field<Autoscale>,
    /// The provider's machine type. Default: the size's.
    #[serde(default)]
    pub machine_type: Field<String>,
    /// Which of Gitpod's workloads run here. Default: all of them.
    #[serde(default)]
    pub workloads: Field<Vec<Field<Workload>>>,
    /// Further node labels.
    #[serde(default)]
    pub labels: Field<Entries<String>>,
    /// Taints, `key=value:Effect`.
    #[serde(default)]
    pub taints: Field<Vec<Field<String>>>,
}

/// Bounds between which an autoscaler chooses.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscale {
    /// The least number of nodes.
    pub min: Field<u32>,
    /// The greatest number of nodes.
    pub max: Field<u32>,
}

/// The Kubernetes cluster autoscaler, at the provider of the machines: one of them.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Autoscaler {
    /// Hetzner Cloud: it makes servers.
    pub hetzner: Field<HetznerAutoscaler>,
    /// Azure: it sizes scale sets, as the servers' own identity. That of a pool is named `<cluster.name>-<pool>`.
    pub azure: Field<AzureAutoscaler>,
    /// Google Cloud: it sizes managed instance groups, as the servers' own service account. Those of a pool, one in each zone, are
    /// named `<cluster.name>-<pool>`.
    pub gcp: Field<GcpAutoscaler>,
}

/// The cluster autoscaler on Hetzner Cloud.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HetznerAutoscaler {
    /// An API token of the project, for reading and writing.
    pub token: Field<SecretSource>,
    /// The name or the ID of the network that machines are attached to.
    pub network: Field<Bindable>,
    /// The name or the ID of the firewall of agents. Without one every port of a machine is open to the Internet.
    pub firewall: Field<Bindable>,
}

/// The cluster autoscaler on Azure.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureAutoscaler {
    /// The ID of the subscription.
    pub subscription: Field<Bindable>,
    /// The resource group of the scale sets. The servers' identities need the role Virtual Machine Contributor in it.
    pub resource_group: Field<Bindable>,
}

/// The cluster autoscaler on Google Cloud.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GcpAutoscaler {
    /// The project of the instance groups. The servers' service account needs the role `roles/compute.instanceAdmin.v1` in it.
    pub project: Field<Bindable>,
    /// The zones that each pool has a group in. A pool's bounds are shared out between them.
    pub zones: Field<Vec<Field<String>>>,
}

/// Gitpod's kinds of workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Workload {
    /// Server, dashboard, database and the like.
    Meta,
    /// Editors and their extensions.
    Ide,
    /// What manages workspaces.
    Services,
    /// Workspaces of people.
    Regular,
    /// Workspaces without a person: prebuilds, image builds.
    Headless,
}

impl Workload {
    /// Every workload.
    pub const ALL: [Workload; 5] = [
        Workload::Meta,
        Workload::Ide,
        Workload::Services,
        Workload::Regular,
        Workload::Headless,
    ];
}

/// A named machine.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Node {
    /// The machine's host name.
    pub name: Field<String>,
    /// Whether it runs the control plane.
    pub role: Field<NodeRole>,
    /// Its address in the node network.
    #[serde(default)]
    pub address: Field<String>,
    /// Which of Gitpod's workloads run here. Default: all of them.
    #[serde(default)]
    pub workloads: Field<Vec<Field<Workload>>>,
    /// Further node labels.
    #[serde(default)]
    pub labels: Field<Entries<String>>,
    /// Taints, `key=value:Effect`.
    #[serde(default)]
    pub taints: Field<Vec<Field<String>>>,
}

/// What a named machine does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NodeRole {
    /// Runs the control plane.
    Server,
    /// Only runs workloads.
    Agent,
}

/// Who may connect to the machines, as CIDRs. Internal ports are open to the node network only, always.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Firewall {
    /// Who may reach sshd. Default: nobody.
    pub ssh: Field<Vec<Field<String>>>,
    /// Who may reach the Kubernetes API. Default: nobody.
    pub api: Field<Vec<Field<String>>>,
}

/// In a plan these words stand as the configuration has them.
macro_rules! serialize_as_word {
    ($($type:ty),+) => { $(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
    )+ };
}
serialize_as_word!(Provider, Size, Os);
