//! Networks: address ranges, the API's address, flows between machines, firewall rules, DNS records.

use super::k3s::K3s;
use super::machines::{NodeSet, Role};
use super::needs::Needs;
use super::tailnet::Tailnet;
use super::values::Names;
use crate::facts::{k3s as k3s_facts, providers};
use crate::model::{Cluster, Config, Field, Provider};
use crate::text::Text;
use ipnet::IpNet;
use serde::Serialize;
use std::net::IpAddr;

/// Address ranges: one, or one of IPv4 and one of IPv6 after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Networks {
    /// The machines' own addresses.
    pub nodes: Vec<IpNet>,
    /// Pods.
    pub pods: Vec<IpNet>,
    /// Services.
    pub services: Vec<IpNet>,
    /// The cluster's DNS.
    pub dns: Vec<IpAddr>,
    /// The network interface that k3s uses.
    pub interface: Interface,
}

/// The network interface that k3s uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Interface {
    /// The one with an address inside the node network.
    Auto,
    /// The one of that name.
    Named(String),
}

/// Where the Kubernetes API answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Api {
    /// The fixed address that machines register at.
    pub host: Text,
    /// Further names and addresses in its certificate.
    pub sans: Vec<Text>,
    /// Whether the address has to be a DNS record of ours.
    pub needs_record: bool,
}

/// Parses a range; host bits are cut off, since a rule reports them.
pub fn parse_cidr(text: &str) -> Option<IpNet> {
    let (address, prefix) = text.split_once('/')?;
    // `ipnet` takes octets with leading zeros as decimal, other readers as octal.
    let zeros = address
        .split('.')
        .any(|octet| octet.len() > 1 && octet.starts_with('0'));
    let plain = prefix.bytes().all(|b| b.is_ascii_digit()) && !(prefix.len() > 1 && prefix.starts_with('0'));
    if zeros && address.contains('.') || !plain {
        return None;
    }
    text.parse::<IpNet>().ok().map(|net| net.trunc())
}

pub(super) fn range(field: &Field<String>, default: &str) -> IpNet {
    let net = field.text().and_then(parse_cidr).or_else(|| parse_cidr(default));
    net.unwrap_or_else(|| IpNet::from(IpAddr::from([0, 0, 0, 0])))
}

/// The tenth address of a range, which is what k3s takes for DNS (pkg/cli/server/server.go).
fn tenth(net: IpNet) -> IpAddr {
    match net.network() {
        IpAddr::V4(base) => IpAddr::from((u32::from(base).saturating_add(10)).to_be_bytes()),
        IpAddr::V6(base) => IpAddr::from((u128::from(base).saturating_add(10)).to_be_bytes()),
    }
}

pub(super) fn networks(cluster: &Cluster, provider: Provider) -> Networks {
    let missing = Default::default();
    let network = cluster.network.get().unwrap_or(&missing);
    let services = range(&network.services, "10.43.0.0/16");
    let interface = match network.interface.text() {
        None | Some("auto") => Interface::Auto,
        Some(name) => Interface::Named(name.to_owned()),
    };
    let dns = network.dns.text().and_then(|dns| dns.parse().ok());
    let mut networks = Networks {
        nodes: vec![range(&network.nodes, providers::facts(provider).node_network)],
        pods: vec![range(&network.pods, "10.42.0.0/16")],
        services: vec![services],
        dns: vec![dns.unwrap_or_else(|| tenth(services))],
        interface,
    };
    if let Some(ipv6) = network.ipv6.get() {
        let services = range(&ipv6.services, "fd00:43::/112");
        networks.nodes.push(range(&ipv6.nodes, "fd00:2::/64"));
        networks.pods.push(range(&ipv6.pods, "fd00:42::/56"));
        networks.services.push(services);
        networks.dns.push(tenth(services));
    }
    networks
}

impl Networks {
    /// Whether machines, pods and services have addresses of both families.
    pub fn dual_stack(&self) -> bool {
        self.pods.len() > 1
    }
}

/// Ranges or addresses as k3s and `NO_PROXY` list them.
pub fn list<T: ToString>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    items.join(",")
}

pub(super) fn api(config: &Config, cluster: &Cluster, nodes: &[NodeSet], names: &mut Names) -> Api {
    let missing = Default::default();
    let api = cluster.api.get().unwrap_or(&missing);
    let first_address = nodes
        .iter()
        .find(|n| n.role == Role::Server)
        .and_then(|n| n.address.clone());
    let written = names.bindable_opt(&api.host);
    let needs_record = api
        .host
        .get()
        .is_none_or(|host| host.as_known().is_some_and(|h| h.parse::<IpAddr>().is_err()));
    let derived = config.domain.text().map(|domain| format!("k3s.{domain}"));
    let (host, needs_record) = match (written, first_address, derived) {
        (Some(host), _, _) => (host, needs_record),
        (None, Some(address), _) => (Text::bindable(address), false),
        (None, None, Some(name)) => (Text::bindable(name), true),
        (None, None, None) => (Text::bindable(""), false),
    };
    let mut sans: Vec<Text> = api
        .sans
        .items()
        .map(|san| names.bindable(&san.value, san.span))
        .collect();
    let addresses = nodes
        .iter()
        .filter(|n| n.role == Role::Server)
        .filter_map(|n| n.address.as_ref());
    for address in addresses.map(|a| Text::bindable(a.clone())) {
        if address != host && !sans.contains(&address) {
            sans.push(address);
        }
    }
    Api {
        host,
        sans,
        needs_record,
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
    /// People who administrate.
    Admins,
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

/// A connection that has to work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Who connects.
    pub from: Party,
    /// To whom.
    pub to: Party,
    /// How.
    pub protocol: Protocol,
    /// First and last port; absent for any.
    pub ports: Option<(u16, u16)>,
    /// What for.
    pub why: &'static str,
}

const fn flow(from: Party, to: Party, ports: Option<(u16, u16)>, why: &'static str) -> Flow {
    let protocol = if ports.is_some() {
        Protocol::Tcp
    } else {
        Protocol::Any
    };
    Flow {
        from,
        to,
        protocol,
        ports,
        why,
    }
}

const fn one(port: u16) -> Option<(u16, u16)> {
    Some((port, port))
}

/// What the cluster needs between its machines (k3s docs, docs/installation/requirements.md).
pub(super) fn flows(
    servers: u32,
    has_agents: bool,
    embedded_etcd: bool,
    tailnet: Option<&Tailnet>,
    ssh_port: u16,
) -> Vec<Flow> {
    use Party::{Admins, Agents, Nodes, Pods, Servers};
    let mut flows = Vec::new();
    if has_agents {
        flows.push(flow(
            Agents,
            Servers,
            one(k3s_facts::API_PORT),
            "agents join and watch the API",
        ));
    }
    if servers > 1 {
        flows.push(flow(
            Servers,
            Servers,
            one(k3s_facts::API_PORT),
            "servers join each other",
        ));
        if embedded_etcd {
            flows.push(flow(
                Servers,
                Servers,
                Some(k3s_facts::ETCD_PORTS),
                "etcd clients and peers",
            ));
        }
    }
    flows.push(flow(
        Nodes,
        Nodes,
        one(k3s_facts::KUBELET_PORT),
        "kubelet: logs, exec and metrics",
    ));
    flows.push(flow(Nodes, Pods, None, "webhooks, probes and host-network pods"));
    flows.push(flow(Pods, Pods, None, "pods, cluster DNS and services"));
    if let Some(tailnet) = tailnet {
        flows.push(flow(Admins, Servers, one(k3s_facts::API_PORT), "kubectl"));
        flows.push(flow(Admins, Nodes, one(ssh_port), "SSH to sshd"));
        if tailnet.ssh.is_some() {
            flows.push(flow(Admins, Nodes, one(22), "Tailscale SSH"));
        }
    }
    flows
}

/// Where a connection through the firewall may come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Peer {
    /// A range of addresses.
    Range(String),
    /// The machines' own network.
    NodeNetwork,
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

/// What of the cluster makes machines reachable.
pub(super) struct Reachable {
    /// Whether servers run etcd for each other.
    pub etcd: bool,
    /// What wraps packets between pods.
    pub overlay: Option<Overlay>,
    /// Whether nodes hand images to each other.
    pub embedded_registry: bool,
    /// sshd's port.
    pub ssh_port: u16,
}

/// The name of a firewall rule, and its first and last UDP port.
pub(super) type Overlay = (&'static str, (u16, u16));

/// What wraps packets between pods in the node network (k3s docs, docs/installation/requirements.md).
pub(super) fn overlay(k3s: &K3s, networks: &Networks) -> Option<Overlay> {
    let (vxlan, [wireguard, wireguard_v6]) = (k3s_facts::VXLAN_PORT, k3s_facts::WIREGUARD_PORTS);
    let last = if networks.dual_stack() {
        wireguard_v6
    } else {
        wireguard
    };
    match k3s.flannel_backend() {
        "vxlan" => Some(("pods-vxlan", (vxlan, vxlan))),
        "wireguard-native" => Some(("pods-wireguard", (wireguard, last))),
        // host-gw wraps nothing, and another network has ports of its own.
        _ => None,
    }
}

/// Everything that is let in; what is not named stays closed.
pub(super) fn firewall(
    config: &Config,
    cluster: &Cluster,
    needs: &Needs,
    reachable: &Reachable,
) -> Vec<FirewallRule> {
    use Protocol::{Tcp, Udp};
    let ranges = |field: &Field<Vec<Field<String>>>| -> Vec<Peer> {
        field
            .items()
            .map(|range| Peer::Range(range.value.clone()))
            .collect()
    };
    let rule = |name, protocol, ports, to, sources| FirewallRule {
        name,
        protocol,
        ports,
        to,
        sources,
    };
    let internal = || vec![Peer::NodeNetwork];
    let missing = Default::default();
    let written = cluster.firewall.get().unwrap_or(&missing);
    let allow = config
        .ingress
        .get()
        .map(|i| &i.allow)
        .filter(|allow| allow.is_written());
    let world = || {
        allow.map_or_else(
            || vec![Peer::Range("0.0.0.0/0".into()), Peer::Range("::/0".into())],
            ranges,
        )
    };
    let mut rules = Vec::new();
    for (port, name) in needs.client_ports() {
        rules.push(rule(name, Tcp, (port.port, port.port), Party::Nodes, world()));
    }
    let ssh = ranges(&written.ssh);
    if !ssh.is_empty() {
        let port = reachable.ssh_port;
        rules.push(rule("ssh", Tcp, (port, port), Party::Nodes, ssh));
    }
    let mut api = internal();
    api.extend(ranges(&written.api));
    rules.push(rule(
        "kubernetes-api",
        Tcp,
        (k3s_facts::API_PORT, k3s_facts::API_PORT),
        Party::Servers,
        api,
    ));
    rules.push(rule(
        "kubelet",
        Tcp,
        (k3s_facts::KUBELET_PORT, k3s_facts::KUBELET_PORT),
        Party::Nodes,
        internal(),
    ));
    if let Some((name, ports)) = reachable.overlay {
        rules.push(rule(name, Udp, ports, Party::Nodes, internal()));
    }
    if reachable.embedded_registry {
        // Nodes find each other at the first and hand images over at the second.
        for (name, port) in [
            ("images-peers", k3s_facts::EMBEDDED_REGISTRY_PORT),
            ("images", k3s_facts::API_PORT),
        ] {
            rules.push(rule(name, Tcp, (port, port), Party::Nodes, internal()));
        }
    }
    if reachable.etcd {
        rules.push(rule(
            "etcd",
            Tcp,
            k3s_facts::ETCD_PORTS,
            Party::Servers,
            internal(),
        ));
    }
    rules
}

/// A DNS record to make.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DnsRecord {
    /// The full name.
    pub name: Text,
    /// Where it points.
    pub target: RecordTarget,
    /// What for.
    pub why: &'static str,
}

/// Where a record points.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum RecordTarget {
    /// That address or name.
    Address(Text),
    /// The public addresses of the machines that take web traffic.
    Nodes,
    /// The addresses of the servers.
    Servers,
}

pub(super) fn dns(config: &Config, needs: &Needs, api: &Api, names: &mut Names) -> Vec<DnsRecord> {
    let mut records = Vec::new();
    if !needs.names.is_empty() {
        let address = config.ingress.get().and_then(|i| names.bindable_opt(&i.address));
        let target = address.map_or(RecordTarget::Nodes, RecordTarget::Address);
        records.extend(needs.names.iter().map(|served| DnsRecord {
            name: Text::lit(served.name.clone()),
            target: target.clone(),
            why: served.why,
        }));
    }
    if api.needs_record {
        records.push(DnsRecord {
            name: api.host.clone(),
            target: RecordTarget::Servers,
            why: "the Kubernetes API",
        });
    }
    records
}
