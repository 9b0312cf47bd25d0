//! A connection that has to work, and the firewall that follows from all of them.

use super::network::{Address, Networks};
use crate::origin::Origin;
use serde::{Serialize, Serializer};

/// What a flow is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlowKind {
    /// The Kubernetes API.
    Api,
    /// etcd's clients and peers.
    Etcd,
    /// Kubelets of all machines, or of servers where those of agents have another port.
    Kubelet,
    /// Kubelets of agents, at a port of their own.
    AgentKubelet,
    /// Packets between pods in VXLAN.
    Vxlan,
    /// Packets between pods in WireGuard.
    Wireguard,
    /// What those packets carry.
    Pods,
    /// The registry that nodes have for each other, at the API's port.
    Images,
    /// How nodes find each other's images.
    ImagePeers,
    /// sshd.
    Ssh,
    /// SSH by Tailscale.
    TailscaleSsh,
    /// One of the platform's, by its name.
    Platform(&'static str),
}

impl FlowKind {
    /// Its name in firewalls and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            FlowKind::Api => "kubernetes-api",
            FlowKind::Etcd => "etcd",
            FlowKind::Kubelet => "kubelet",
            FlowKind::AgentKubelet => "kubelet-agents",
            FlowKind::Vxlan => "pods-vxlan",
            FlowKind::Wireguard => "pods-wireguard",
            FlowKind::Pods => "pods",
            FlowKind::Images => "images",
            FlowKind::ImagePeers => "images-peers",
            FlowKind::Ssh => "ssh",
            FlowKind::TailscaleSsh => "tailscale-ssh",
            FlowKind::Platform(name) => name,
        }
    }

    /// Whether it is the API of a kubelet.
    pub fn is_kubelet(self) -> bool {
        matches!(self, FlowKind::Kubelet | FlowKind::AgentKubelet)
    }

    /// Whether it carries packets between pods.
    pub fn is_overlay(self) -> bool {
        matches!(self, FlowKind::Vxlan | FlowKind::Wireguard)
    }
}

impl Serialize for FlowKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Who takes part in a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Party {
    /// Machines that run the control plane.
    Servers,
    /// Machines that only run workloads.
    Agents,
    /// All machines.
    Nodes,
    /// Pods.
    Pods,
    /// People who administrate, by the tailnet.
    Admins,
    /// People who administrate, from the ranges in `cluster.firewall`.
    Operators,
    /// Whoever uses the platform.
    Clients,
}

impl Party {
    /// The word for messages and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Party::Servers => "servers",
            Party::Agents => "agents",
            Party::Nodes => "machines",
            Party::Pods => "pods",
            Party::Admins => "admins",
            Party::Operators => "operators",
            Party::Clients => "clients",
        }
    }
}

/// A transport protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
    /// Any.
    Any,
}

impl Protocol {
    /// The word in lower case; empty for any.
    pub fn as_str(self) -> &'static str {
        match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
            Protocol::Any => "",
        }
    }
}

/// A connection that has to work. What pods send to anything but pods leaves with the address of their machine, so it is a flow of
/// the machine.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Flow {
    /// What it is for.
    #[serde(rename = "name")]
    pub kind: FlowKind,
    /// Who connects.
    pub from: Party,
    /// To whom.
    pub to: Party,
    /// To which address.
    pub at: Address,
    /// How.
    pub protocol: Protocol,
    /// First and last port; absent for any.
    pub ports: Option<(u16, u16)>,
    /// Which addresses it comes from, where a firewall may be on the way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Peer>,
    /// What for.
    pub why: &'static str,
    /// What decides the address.
    #[serde(skip)]
    pub origin: Origin,
}

/// Where a connection through the firewall may come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Peer {
    /// A range of addresses.
    Range(String),
    /// The machines' own network.
    NodeNetwork,
}

impl Peer {
    /// Its ranges of addresses, as they are written.
    pub fn ranges(&self, networks: &Networks) -> Vec<String> {
        match self {
            Peer::Range(range) => vec![range.clone()],
            Peer::NodeNetwork => networks.nodes.iter().map(ToString::to_string).collect(),
        }
    }
}

/// The first and last of a range of ports, as rules and tables write them.
pub fn port_words((first, last): (u16, u16)) -> String {
    match first == last {
        true => first.to_string(),
        false => format!("{first}-{last}"),
    }
}

/// What a firewall in front of the machines has to let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FirewallRule {
    /// What for.
    #[serde(rename = "name")]
    pub kind: FlowKind,
    /// TCP or UDP.
    pub protocol: Protocol,
    /// First and last port.
    pub ports: (u16, u16),
    /// Which machines.
    pub to: Party,
    /// From where.
    pub sources: Vec<Peer>,
}

/// Everything that the flows need to be let in; what is not named stays closed. A service has one rule.
pub(super) fn firewall(flows: &[Flow]) -> Vec<FirewallRule> {
    let mut rules: Vec<FirewallRule> = Vec::new();
    for flow in flows.iter().filter(|flow| !flow.sources.is_empty()) {
        let Some(ports) = flow.ports else { continue };
        let same = |rule: &&mut FirewallRule| {
            (rule.kind, rule.protocol, rule.ports, rule.to) == (flow.kind, flow.protocol, ports, flow.to)
        };
        match rules.iter_mut().find(same) {
            Some(rule) => {
                let new = flow
                    .sources
                    .iter()
                    .filter(|source| !rule.sources.contains(source));
                let new: Vec<Peer> = new.cloned().collect();
                rule.sources.extend(new);
            }
            None => rules.push(FirewallRule {
                kind: flow.kind,
                protocol: flow.protocol,
                ports,
                to: flow.to,
                sources: flow.sources.clone(),
            }),
        }
    }
    rules
}
