//! What a platform needs of the cluster that it runs on: what machines, k3s, networks, the tailnet and Terraform, and the rules on
//! them, know of it.

use super::reached::Reached;
use crate::facts::releases::Product;
use crate::model::Workload;
use crate::source::Span;
use ipnet::IpNet;

/// What a platform needs of the cluster that it runs on. A cluster without one needs nothing: that is the default.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Needs {
    /// What people call the platform; empty where there is none.
    pub product: &'static str,
    /// The names that it answers at: each gets a DNS record, and its certificate holds all of them.
    pub names: Vec<ServedName>,
    /// Labels right below the domain that it answers at itself.
    pub reserved_labels: &'static [&'static str],
    /// The longest domain that leaves room for the names below it, in bytes.
    pub longest_domain: Option<usize>,
    /// The ports that it takes on every machine.
    pub ports: Vec<Port>,
    /// Its own registry, which machines pull the images of its workloads from, as `host:port`, where its pods tell the machines whom to
    /// trust: in the folder of that name below `/etc/containerd/certs.d`.
    pub trusted_registry: Option<String>,
    /// Its workloads, each with the labels of the nodes that it runs on.
    pub workloads: &'static [(Workload, &'static [&'static str])],
    /// The machines that its workloads need.
    pub machine: Option<MachineNeed>,
    /// Whether its images are for amd64 alone.
    pub only_amd64: bool,
    /// Keys of the taints that all of its pods tolerate.
    pub tolerated_taints: &'static [&'static str],
    /// Packaged components of k3s that it takes the place of.
    pub replaces: &'static [&'static str],
    /// What it keeps on the disks of nodes, see [`Workload::holds_state`], in words.
    pub state: Vec<&'static str>,
    /// Further address ranges that it uses inside the machines.
    pub ranges: Vec<InnerRange>,
    /// The name and version of each key that its data is encrypted with, which cannot be lost or changed later.
    pub encryption_keys: Vec<(String, u32)>,
    /// Who signs its certificate, in words.
    pub issuer: Option<&'static str>,
    /// What happens without a certificate that can be used, as a clause.
    pub without_certificate: &'static str,
    /// What it installs by its release, beside its own.
    pub products: Vec<&'static Product>,
    /// Releases of these that the configuration names, by the names of their products.
    pub chosen: Vec<(&'static str, String)>,
    /// What it reaches, and is reached at: what the network probe tries.
    pub reached: Reached,
    /// What of it a running installation cannot change without losing something, each with a word that stays: for the index of the tree.
    pub one_way: Vec<(&'static str, String)>,
}

/// A name that a platform answers at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServedName {
    /// The full name; its first label may be `*`.
    pub name: String,
    /// What for.
    pub why: &'static str,
}

/// A TCP port that a platform takes on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Port {
    /// The port.
    pub port: u16,
    /// What listens there, for messages.
    pub whose: &'static str,
    /// Who may reach it.
    pub reach: Reach,
}

/// Who may reach a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Whoever `ingress.allow` lets in, by a rule of the firewall with that name.
    Clients(&'static str),
    /// The machines and their pods.
    Cluster,
    /// Nobody: ServiceLB opens it on every node all the same.
    Nobody,
}

/// CPUs and GB of memory of a machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MachineNeed {
    /// Below this it does not work.
    pub least: (u32, u32),
    /// Below this it does not work well. The types with 15 GB are sold as those with 16.
    pub good: (u32, u32),
}

/// An address range inside the machines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InnerRange {
    /// Whose addresses they are: "workspaces".
    pub what: &'static str,
    /// The range.
    pub net: IpNet,
    /// Where it is written, if it is.
    pub span: Option<Span>,
    /// Where something that belongs to it is written.
    pub near: Option<Span>,
}

impl Needs {
    /// The ports that clients outside the cluster reach, each with the name of its rule in the firewall.
    pub fn client_ports(&self) -> impl Iterator<Item = (&Port, &'static str)> {
        self.ports.iter().filter_map(|port| match port.reach {
            Reach::Clients(rule) => Some((port, rule)),
            Reach::Cluster | Reach::Nobody => None,
        })
    }

    /// The ports that nobody may reach from outside.
    pub fn closed_ports(&self) -> impl Iterator<Item = u16> {
        let closed = self.ports.iter().filter(|port| port.reach == Reach::Nobody);
        closed.map(|port| port.port)
    }

    /// The labels of the nodes that a workload runs on; none where the platform does not have it.
    pub fn labels(&self, workload: Workload) -> Option<&'static [&'static str]> {
        let known = self.workloads.iter().find(|(known, _)| *known == workload);
        known.map(|(_, labels)| *labels)
    }
}
