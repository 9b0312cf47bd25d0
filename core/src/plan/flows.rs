//! Every connection that has to work, with the address that it is made to.
//!
//! With pods over the tailnet, k3s gets the tailnet's address as `node-ip` and `tailscale0` as `flannel-iface`: etcd, the API's
//! endpoints, kubelets and flannel's packets then all use it (k3s-io/k3s `pkg/etcd/etcd.go`, `pkg/cli/server/server.go`,
//! `pkg/agent/flannel/flannel.go`). Else they use the machine's address in the node network.

use super::flow::{Flow, FlowKind, Party, Peer, Protocol};
use super::k3s::{Datastore, K3s};
use super::machines::{NodeSet, Role};
use super::needs::Needs;
use super::network::{Address, Api, Networks, address_from};
use super::passed::Passed;
use super::tailnet::Tailnet;
use crate::facts::k3s as k3s_facts;
use crate::facts::tailscale::SSH_PORT;
use crate::model::{Cluster, Config, Field};
use crate::origin::Origin;

/// What decides the flows of a plan.
pub(super) struct Cause<'p> {
    pub config: &'p Config,
    pub cluster: &'p Cluster,
    pub nodes: &'p [NodeSet],
    pub networks: &'p Networks,
    pub api: &'p Api,
    pub k3s: &'p K3s,
    pub needs: &'p Needs,
    pub tailnet: Option<&'p Tailnet>,
    pub ssh_port: u16,
}

/// Everything that has to get through (k3s docs, "Requirements", inbound rules).
pub(super) fn flows(cause: &Cause<'_>) -> Vec<Flow> {
    let mut flows = Vec::new();
    clients(cause, &mut flows);
    machines(cause, &mut flows);
    operators(cause, &mut flows);
    pods(cause, &mut flows);
    tailnet(cause, &mut flows);
    flows
}

impl Cause<'_> {
    /// The address that machines know each other by.
    fn between_machines(&self) -> (Address, Origin) {
        match self.tailnet {
            Some(tailnet) if tailnet.carries_pods => (Address::Tailnet, tailnet.origin.clone()),
            _ => (Address::Node, Origin::Default("cluster.network")),
        }
    }

    /// Whether machines have external addresses: the configuration passes them, or a command writes them.
    fn has_external_addresses(&self) -> bool {
        const KEY: &str = "node-external-ip";
        let cloud_init = self.config.cloud_init.get();
        let mut hooks = cloud_init
            .into_iter()
            .flat_map(|cloud_init| cloud_init.before_k3s.items());
        self.k3s.passed_entry(Role::Server, KEY).is_some() || hooks.any(|hook| hook.value.0.contains(KEY))
    }

    /// The address that the API's endpoints have: without one of its own, the servers' external one if there is any
    /// (k3s `pkg/cli/server/server.go`).
    fn advertised(&self) -> (Address, Origin) {
        let passed = |key| {
            let passed = self.k3s.passed_entry(Role::Server, key)?;
            Some((
                self.networks.kind_of(passed.first_address()?),
                Origin::Config(passed.value_span),
            ))
        };
        passed("advertise-address")
            .or_else(|| passed("node-external-ip"))
            .unwrap_or_else(|| self.between_machines())
    }
}

const fn one(port: u16) -> Option<(u16, u16)> {
    Some((port, port))
}

fn ranges(field: &Field<Vec<Field<String>>>) -> Vec<Peer> {
    let ranges = field.items().map(|range| Peer::Range(range.value.clone()));
    ranges.collect()
}

fn everywhere() -> Vec<Peer> {
    ["0.0.0.0/0", "::/0"]
        .map(|range| Peer::Range(range.to_owned()))
        .to_vec()
}

/// Who uses the platform, at the machines' public addresses. Those without any are behind a load balancer, which connects from their own
/// network or hands packets on as they are.
fn clients(cause: &Cause<'_>, flows: &mut Vec<Flow>) {
    let ingress = cause.config.ingress.get();
    let written = ingress.map(|ingress| &ingress.allow);
    let mut clients = match written.filter(|allow| allow.is_written()) {
        Some(allow) => ranges(allow),
        None => everywhere(),
    };
    let balanced =
        cause.networks.gateway.is_some() && ingress.is_some_and(|ingress| ingress.address.is_written());
    let at = match balanced {
        true => Address::Given,
        false => Address::Public,
    };
    if balanced {
        clients.push(Peer::NodeNetwork);
    }
    flows.extend(cause.needs.client_ports().map(|(port, name)| Flow {
        kind: FlowKind::Platform(name),
        from: Party::Clients,
        to: Party::Nodes,
        at,
        protocol: Protocol::Tcp,
        ports: one(port.port),
        sources: clients.clone(),
        why: port.whose,
        origin: Origin::Default("ingress.allow"),
    }));
}

/// People from the ranges in `cluster.firewall`. No firewall is on the way of those in the tailnet.
fn operators(cause: &Cause<'_>, flows: &mut Vec<Flow>) {
    let Some(firewall) = cause.cluster.firewall.get() else {
        return;
    };
    let services = [
        (
            &firewall.ssh,
            FlowKind::Ssh,
            Party::Nodes,
            cause.ssh_port,
            "SSH to sshd",
        ),
        (
            &firewall.api,
            FlowKind::Api,
            Party::Servers,
            k3s_facts::API_PORT,
            "kubectl",
        ),
    ];
    for (written, kind, to, port, why) in services {
        for from in [Address::Public, Address::Node] {
            let at = match (from, cause.networks.gateway, cause.api.at) {
                (Address::Public, Some(_), Address::Given) if kind == FlowKind::Api => Address::Given,
                _ => from,
            };
            let ranges = written.items().filter(|range| address_from(&range.value) == from);
            let sources: Vec<Peer> = ranges.map(|range| Peer::Range(range.value.clone())).collect();
            if !sources.is_empty() {
                flows.push(Flow {
                    kind,
                    from: Party::Operators,
                    to,
                    at,
                    protocol: Protocol::Tcp,
                    ports: one(port),
                    sources,
                    why,
                    origin: written
                        .span()
                        .map_or(Origin::Default("cluster.firewall"), Origin::Config),
                });
            }
        }
    }
}

fn machines(cause: &Cause<'_>, flows: &mut Vec<Flow>) {
    use Party::{Agents, Nodes, Servers};
    let between = cause.between_machines();
    let mut add = |kind, from, to, (at, origin): (Address, Origin), protocol, ports, why| {
        let sources = match at {
            // A balancer is in the machines' own network, or hands their packets on as they are.
            Address::Node | Address::Given => vec![Peer::NodeNetwork],
            // Machines come and go, and only WireGuard's own keys keep others out.
            Address::Public if kind == FlowKind::Wireguard => everywhere(),
            // A firewall cannot name the public addresses of machines that come and go.
            Address::Public | Address::Tailnet | Address::Pod => Vec::new(),
        };
        flows.push(Flow {
            kind,
            from,
            to,
            at,
            protocol,
            ports,
            sources,
            why,
            origin,
        });
    };
    let servers: u32 = cause
        .nodes
        .iter()
        .filter(|set| set.role == Role::Server)
        .map(|set| set.count.least())
        .sum();
    let agents = cause.nodes.iter().any(|set| set.role == Role::Agent);
    let joins = [
        (
            agents,
            Agents,
            "agents join and watch the API",
            "agents and their pods use the API",
        ),
        (
            servers > 1,
            Servers,
            "servers join each other",
            "servers and their pods use the API",
        ),
    ];
    let (registers, advertised) = ((cause.api.at, cause.api.origin.clone()), cause.advertised());
    for (_, from, joins, uses) in joins.into_iter().filter(|(some, ..)| *some) {
        let port = one(k3s_facts::API_PORT);
        add(
            FlowKind::Api,
            from,
            Servers,
            registers.clone(),
            Protocol::Tcp,
            port,
            joins,
        );
        // Whoever has joined goes to the endpoints that the servers advertise.
        if advertised.0 != registers.0 {
            add(
                FlowKind::Api,
                from,
                Servers,
                advertised.clone(),
                Protocol::Tcp,
                port,
                uses,
            );
        }
    }
    let (of_servers, of_agents) = (
        cause.k3s.kubelet_port(Role::Server),
        cause.k3s.kubelet_port(Role::Agent),
    );
    let kubelets = match of_servers == of_agents || !agents {
        true => vec![(FlowKind::Kubelet, Nodes, of_servers)],
        false => vec![
            (FlowKind::Kubelet, Servers, of_servers),
            (FlowKind::AgentKubelet, Agents, of_agents),
        ],
    };
    for (kind, to, port) in kubelets {
        let why = "kubelet: logs, exec and metrics";
        add(kind, Nodes, to, between.clone(), Protocol::Tcp, one(port), why);
    }
    if let Some((kind, ports)) = overlay(cause.k3s, cause.networks) {
        let why = "pods of different machines, cluster DNS and webhooks";
        let outside = cause.k3s.passed_entry(Role::Server, "flannel-external-ip");
        let at = match outside
            .filter(|passed| passed.value == Passed::Bool(true) && cause.has_external_addresses())
        {
            Some(passed) => (Address::Public, Origin::Config(passed.value_span)),
            None => between.clone(),
        };
        add(kind, Nodes, Nodes, at, Protocol::Udp, Some(ports), why);
    }
    if cause.k3s.passed(Role::Server, "embedded-registry") == Some(&Passed::Bool(true)) {
        // Nodes find each other at the first and hand images over at the second.
        for (kind, port) in [
            (FlowKind::ImagePeers, k3s_facts::EMBEDDED_REGISTRY_PORT),
            (FlowKind::Images, k3s_facts::API_PORT),
        ] {
            let why = "nodes hand images to each other";
            add(kind, Nodes, Nodes, between.clone(), Protocol::Tcp, one(port), why);
        }
    }
    if servers > 1 && cause.k3s.datastore == Datastore::Etcd {
        let ports = Some(k3s_facts::ETCD_PORTS);
        add(
            FlowKind::Etcd,
            Servers,
            Servers,
            between,
            Protocol::Tcp,
            ports,
            "etcd clients and peers",
        );
    }
}

/// What wraps packets between pods, and its first and last UDP port (k3s docs, "Requirements").
fn overlay(k3s: &K3s, networks: &Networks) -> Option<(FlowKind, (u16, u16))> {
    let (vxlan, [wireguard, wireguard_v6]) = (k3s_facts::VXLAN_PORT, k3s_facts::WIREGUARD_PORTS);
    let last = if networks.dual_stack() {
        wireguard_v6
    } else {
        wireguard
    };
    match k3s.flannel_backend() {
        "vxlan" => Some((FlowKind::Vxlan, (vxlan, vxlan))),
        "wireguard-native" => Some((FlowKind::Wireguard, (wireguard, last))),
        // host-gw wraps nothing, and another network has ports of its own.
        _ => None,
    }
}

/// What the overlay carries: nothing between the machines looks into it.
fn pods(cause: &Cause<'_>, flows: &mut Vec<Flow>) {
    let whys = [
        (Party::Nodes, "webhooks, probes and host-network pods"),
        (Party::Pods, "pods, cluster DNS and services"),
    ];
    let passed = cause.k3s.passed_entry(Role::Server, "flannel-backend");
    flows.extend(whys.map(|(from, why)| Flow {
        kind: FlowKind::Pods,
        from,
        to: Party::Pods,
        at: Address::Pod,
        protocol: Protocol::Any,
        ports: None,
        sources: Vec::new(),
        why,
        origin: passed.map_or(Origin::Default("cluster.network"), |passed| {
            Origin::Config(passed.value_span)
        }),
    }));
}

/// Who comes over the tailnet.
fn tailnet(cause: &Cause<'_>, flows: &mut Vec<Flow>) {
    let Some(tailnet) = cause.tailnet.filter(|tailnet| !tailnet.admins.is_empty()) else {
        return;
    };
    let mut add = |kind, to, port, why| {
        flows.push(Flow {
            kind,
            from: Party::Admins,
            to,
            at: Address::Tailnet,
            protocol: Protocol::Tcp,
            ports: one(port),
            sources: Vec::new(),
            why,
            origin: tailnet.origin.clone(),
        });
    };
    add(FlowKind::Api, Party::Servers, k3s_facts::API_PORT, "kubectl");
    add(FlowKind::Ssh, Party::Nodes, cause.ssh_port, "SSH to sshd");
    if tailnet.ssh.is_some() {
        add(FlowKind::TailscaleSsh, Party::Nodes, SSH_PORT, "Tailscale SSH");
    }
}
