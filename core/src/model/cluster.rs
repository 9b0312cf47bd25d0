//! `cluster`: the machines and their networks.

use super::bindable::Bindable;
use super::field::Field;
use super::secrets::SecretSource;
use super::value::Entries;
use crate::facts::hosts::Os;
use crate::facts::providers::Provider;
use crate::facts::workloads::Workload;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The machines and their networks.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Cluster {
    /// The cluster's name. Default: the first label of the domain.
    pub name: Field<String>,
    /// The provider of the machines. Default: `generic`.
    pub provider: Field<Provider>,
    /// The provider's location or region.
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub location: Field<String>,
    /// A preset for counts, machine types, labels and taints. Default: `small`.
    pub size: Field<Size>,
    /// The machines' operating system. Default: `ubuntu-22.04`; `debian-12` on Raspberry Pis.
    pub os: Field<Os>,
    /// Address ranges.
    pub network: Field<Network>,
    /// The address of the Kubernetes API.
    pub api: Field<Api>,
    /// The k3s servers: machines that run the control plane.
    pub servers: Field<Servers>,
    /// Pools of k3s agents: machines that only run workloads. `[]` means no agents. At most 5000.
    pub pools: Field<Vec<Field<Pool>>>,
    /// The cluster autoscaler, which adds and removes the machines of autoscaled pools.
    pub autoscaler: Field<Autoscaler>,
    /// Named machines instead of `servers` and `pools`, for home labs and racks. At most 5000.
    pub nodes: Field<Vec<Field<Node>>>,
    /// The sources outside the node network that may connect to the machines.
    pub firewall: Field<Firewall>,
}

/// The size of the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Size {
    /// One server that runs all workloads and one pool of one node, for trials and single users.
    Small,
    /// Three dedicated servers and one pool of three nodes, for a team.
    Medium,
    /// Three dedicated servers, a pool for services and an autoscaled pool for workspaces, for many teams.
    Large,
}

impl Size {
    #[cfg(any(test, feature = "internals"))]
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
    /// The machines' address range. Default: the provider's, `10.2.0.0/16`.
    pub nodes: Field<String>,
    /// The pods' address range. Default: `10.42.0.0/16`.
    pub pods: Field<String>,
    /// The services' address range. Default: `10.43.0.0/16`.
    pub services: Field<String>,
    /// The address of the cluster's DNS service, in the range `services`. Default: the tenth address of that range.
    pub dns: Field<String>,
    /// The network interface that k3s uses. `auto` selects the interface with an address in `nodes`. Default: `auto`.
    pub interface: Field<String>,
    /// The router that leads machines without public IPv4 addresses to the internet, in the range `nodes`. On Hetzner it is the first
    /// address of that range, and the network needs a route to a NAT gateway. Default: the machines have public addresses.
    pub gateway: Field<String>,
    /// IPv6 ranges for a dual-stack cluster. They cannot be added to an existing cluster.
    pub ipv6: Field<Ipv6>,
}

/// The IPv6 ranges of a dual-stack cluster.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Ipv6 {
    /// The machines' IPv6 range, on the same interface as their IPv4 addresses.
    pub nodes: Field<String>,
    /// The pods' IPv6 range. Default: `fd00:42::/56`; on Scaleway `fd00:52::/56`, since its metadata service is at `fd00:42::42`.
    #[serde(default)]
    pub pods: Field<String>,
    /// The services' IPv6 range. Default: `fd00:43::/112`.
    #[serde(default)]
    pub services: Field<String>,
}

/// The address of the Kubernetes API.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Api {
    /// The fixed address that machines register at. Default: `k3s.<domain>`, or the first server's address. People who come another way,
    /// by `cluster.firewall.api` or a tailnet for access only, use `kubectl.<domain>`.
    pub host: Field<Bindable>,
    /// Additional names and addresses in the API's certificate.
    pub sans: Field<Vec<Field<Bindable>>>,
}

/// The servers.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Servers {
    /// The number of servers, an odd number for etcd. Default: set by `size`.
    pub count: Field<u32>,
    /// The provider's machine type. Default: set by `size`.
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub machine_type: Field<String>,
    /// Additional node labels.
    pub labels: Field<Entries<String>>,
    /// Node taints, `key=value:Effect`. Default: set by `size`.
    pub taints: Field<Vec<Field<String>>>,
}

/// A pool of agents.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Pool {
    /// The pool's name. It is part of the nodes' names.
    pub name: Field<String>,
    /// The number of nodes. Default: 1.
    #[serde(default)]
    pub count: Field<u32>,
    /// The limits within which the cluster autoscaler scales the pool.
    #[serde(default)]
    pub autoscale: Field<Autoscale>,
    /// The provider's machine type. Default: set by `size`.
    #[serde(default)]
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub machine_type: Field<String>,
    /// The platform's workloads that run here. Default: all.
    #[serde(default)]
    pub workloads: Field<Vec<Field<Workload>>>,
    /// Additional node labels.
    #[serde(default)]
    pub labels: Field<Entries<String>>,
    /// Node taints, `key=value:Effect`.
    #[serde(default)]
    pub taints: Field<Vec<Field<String>>>,
}

/// The limits within which the cluster autoscaler scales the pool.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Autoscale {
    /// The minimum number of nodes.
    pub min: Field<u32>,
    /// The maximum number of nodes.
    pub max: Field<u32>,
}

/// The Kubernetes cluster autoscaler for the machines' provider: exactly one.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Autoscaler {
    /// Hetzner Cloud. The autoscaler creates servers.
    pub hetzner: Field<HetznerAutoscaler>,
    /// Azure. The autoscaler resizes the scale sets `<cluster.name>-<pool>`, with the servers' managed identity.
    pub azure: Field<AzureAutoscaler>,
    /// Google Cloud. The autoscaler resizes the managed instance groups `<cluster.name>-<pool>`, one in each zone, with the servers'
    /// service account.
    pub gcp: Field<GcpAutoscaler>,
}

/// The cluster autoscaler on Hetzner Cloud.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HetznerAutoscaler {
    /// A read and write API token of the project.
    pub token: Field<SecretSource>,
    /// The name or ID of the network that machines are attached to.
    pub network: Field<Bindable>,
    /// The name or ID of the agents' firewall. Without one, every port of a machine is open to the Internet.
    pub firewall: Field<Bindable>,
    /// The name or ID of an SSH key in the project. Without one, Hetzner makes a root password for each machine and mails it to the
    /// project's owner.
    #[serde(default)]
    pub ssh_key: Field<Bindable>,
}

/// The cluster autoscaler on Azure.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AzureAutoscaler {
    /// The ID of the subscription.
    pub subscription: Field<Bindable>,
    /// The resource group of the scale sets. The servers' managed identities require the role Virtual Machine Contributor in it, and one that
    /// reads resource providers, such as Reader, on the subscription.
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub resource_group: Field<Bindable>,
}

/// The cluster autoscaler on Google Cloud.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GcpAutoscaler {
    /// The project of the instance groups. The servers' service account requires the role `roles/compute.instanceAdmin.v1` in it.
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub project: Field<Bindable>,
    /// The zones in which each pool has an instance group. The limits of a pool are split between them.
    pub zones: Field<Vec<Field<String>>>,
}

/// A named machine.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Node {
    /// The machine's host name.
    pub name: Field<String>,
    /// The machine's role: `server` or `agent`.
    pub role: Field<NodeRole>,
    /// The machine's address in the node network.
    #[serde(default)]
    pub address: Field<String>,
    /// The platform's workloads that run here. Default: all.
    #[serde(default)]
    pub workloads: Field<Vec<Field<Workload>>>,
    /// Additional node labels.
    #[serde(default)]
    pub labels: Field<Entries<String>>,
    /// Node taints, `key=value:Effect`.
    #[serde(default)]
    pub taints: Field<Vec<Field<String>>>,
}

/// The role of a named machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum NodeRole {
    /// Runs the control plane.
    Server,
    /// Only runs workloads.
    Agent,
}

/// The sources that may connect to the machines, as CIDRs. Internal ports are always open to the node network only.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Firewall {
    /// The sources that may connect to sshd. Default: none.
    pub ssh: Field<Vec<Field<String>>>,
    /// The sources that may connect to the Kubernetes API. Default: none.
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
