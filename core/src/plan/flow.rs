//! A connection that has to work, and the firewall that follows from all of them.

use super::network::{Address, Networks};
use crate::origin::Origin;
use serde::Serialize;

// The services that more than one place knows, by their names in the firewall.
pub(super) const API: &str = "kubernetes-api";
pub(super) const IMAGES: &str = "images";
pub(super) const KUBELET: &str = "kubelet";
pub(super) const VXLAN: &str = "pods-vxlan";
pub(super) const WIREGUARD: &str = "pods-wireguard";

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
    /// The service, as the firewall names it.
    pub name: &'static str,
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

impl Flow {
    /// Whether it goes to the Kubernetes API.
    pub fn is_to_api(&self) -> bool {
        self.name == API
    }

    /// Whether it goes to kubelets.
    pub fn is_to_kubelet(&self) -> bool {
        self.name.starts_with(KUBELET)
    }

    /// Whether it goes to the registry that nodes have for each other, at the API's port.
    pub fn is_for_images(&self) -> bool {
        self.name == IMAGES
    }

    /// Whether it carries packets between pods.
    pub fn is_overlay(&self) -> bool {
        self.name == VXLAN || self.name == WIREGUARD
    }
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
    pub name: &'static str,
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
            (rule.name, rule.protocol, rule.ports, rule.to) == (flow.name, flow.protocol, ports, flow.to)
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
                name: flow.name,
                protocol: flow.protocol,
                ports,
                to: flow.to,
                sources: flow.sources.clone(),
            }),
        }
    }
    rules
}
