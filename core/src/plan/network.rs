//! Networks: address ranges, the API's addresses, DNS records.

use super::machines::{NodeSet, Role};
use super::needs::Needs;
use super::tailnet::Tailnet;
use super::values::Names;
use crate::facts::networks::is_private;
use crate::facts::providers;
use crate::facts::tailscale::{MAGIC_DNS, TAILNET_RANGES};
use crate::model::{Cluster, Config, Field, Provider};
use crate::origin::Origin;
use crate::source::Span;
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
    /// The way out of machines that have no public IPv4 address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Gateway>,
}

/// The router that leads machines without public IPv4 addresses to the internet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Gateway {
    /// Its address in the node network.
    pub address: IpAddr,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
}

/// The network interface that k3s uses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Interface {
    /// The one with an address inside the node network.
    Auto,
    /// The one of that name.
    Named(String),
}

/// Which address of its destination a connection is made to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Address {
    /// The machine's public one.
    Public,
    /// The machine's own in the node network.
    Node,
    /// The machine's in the tailnet.
    Tailnet,
    /// The pod's, which only the overlay carries.
    Pod,
    /// One that the configuration names, such as a load balancer's: what is behind it is not known here.
    Given,
}

impl Address {
    /// The word for messages and tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Address::Public => "public",
            Address::Node => "node network",
            Address::Tailnet => "tailnet",
            Address::Pod => "pod network",
            Address::Given => "configured",
        }
    }
}

/// Where the Kubernetes API answers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Api {
    /// The fixed address that machines register at.
    pub host: Text,
    /// Which of the servers' addresses that is.
    pub at: Address,
    /// Where people find it: the same, or a name of its own where they come another way than machines.
    pub people: Text,
    /// Which of the servers' addresses they come to.
    pub people_at: Address,
    /// Further names and addresses in its certificate.
    pub sans: Vec<Text>,
    /// Whether the address has to be a DNS record of ours.
    pub needs_record: bool,
    /// What decides the address.
    #[serde(skip)]
    pub origin: Origin,
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
    let facts = providers::facts(provider);
    let services = range(&network.services, "10.43.0.0/16");
    let interface = match network.interface.text() {
        None | Some("auto") => Interface::Auto,
        Some(name) => Interface::Named(name.to_owned()),
    };
    let dns = network.dns.text().and_then(|dns| dns.parse().ok());
    let mut networks = Networks {
        nodes: vec![range(&network.nodes, facts.node_network)],
        pods: vec![range(&network.pods, "10.42.0.0/16")],
        services: vec![services],
        dns: vec![dns.unwrap_or_else(|| tenth(services))],
        interface,
        gateway: network.gateway.spanned().and_then(|written| {
            let address = written.value.parse().ok()?;
            Some(Gateway {
                address,
                span: written.span,
            })
        }),
    };
    if let Some(ipv6) = network.ipv6.get() {
        let services = range(&ipv6.services, "fd00:43::/112");
        networks.nodes.push(range(&ipv6.nodes, "fd00:2::/64"));
        networks.pods.push(range(&ipv6.pods, facts.pods_ipv6));
        networks.services.push(services);
        networks.dns.push(tenth(services));
    }
    networks
}

impl Networks {
    /// Whose address one is that the configuration names.
    pub fn kind_of(&self, address: IpAddr) -> Address {
        if self.nodes.iter().any(|range| range.contains(&address)) {
            Address::Node
        } else if is_tailnet(IpNet::from(address)) {
            Address::Tailnet
        } else {
            Address::Public
        }
    }

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

/// Whether a range is one of the tailnet's.
fn is_tailnet(range: IpNet) -> bool {
    let mut tailnet = TAILNET_RANGES.iter().filter_map(|range| parse_cidr(range));
    tailnet.any(|tailnet| tailnet.contains(&range))
}

/// Which address of a machine connections from a range are made to: nobody routes from private ones to a public address.
pub(super) fn address_from(range: &str) -> Address {
    let Some(range) = parse_cidr(range) else {
        return Address::Public;
    };
    if is_tailnet(range) {
        Address::Tailnet
    } else if is_private(range) {
        Address::Node
    } else {
        Address::Public
    }
}

pub(super) fn api(
    config: &Config,
    cluster: &Cluster,
    nodes: &[NodeSet],
    networks: &Networks,
    tailnet: Option<&Tailnet>,
    names: &mut Names,
) -> Api {
    let missing = Default::default();
    let api = cluster.api.get().unwrap_or(&missing);
    let first_address = nodes
        .iter()
        .find(|n| n.role == Role::Server)
        .and_then(|n| n.address.clone());
    let written = api.host.spanned();
    let known = written.map_or(first_address.as_deref(), |host| host.value.as_known());
    let address = known.and_then(|host| host.parse::<IpAddr>().ok());
    let named = written.is_none_or(|host| host.value.as_known().is_some());
    let magic = known.is_some_and(|host| host.trim_end_matches('.').ends_with(MAGIC_DNS));
    let at = match address.map(|address| networks.kind_of(address)) {
        // A balancer or a virtual address has one too.
        Some(Address::Public) => Address::Given,
        Some(at) => at,
        None if !named => Address::Given,
        None if magic && tailnet.is_some() => Address::Tailnet,
        None if magic => Address::Given,
        None if tailnet.is_some_and(|tailnet| tailnet.carries_pods) => Address::Tailnet,
        None => Address::Node,
    };
    let domain = config.domain.text();
    let host = match (names.bindable_opt(&api.host), first_address, domain) {
        (Some(host), _, _) => host,
        (None, Some(address), _) => Text::bindable(address),
        (None, None, Some(domain)) => Text::bindable(format!("k3s.{domain}")),
        (None, None, None) => Text::bindable(""),
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
    let addresses = addresses.map(|address| Text::bindable(address.clone()));
    let people_at = people_at(cluster, networks, tailnet).unwrap_or(at);
    let people = match domain {
        Some(domain) if people_at != at && at != Address::Given => {
            let names = ["kubectl", "k3s"].map(|label| Text::bindable(format!("{label}.{domain}")));
            names
                .into_iter()
                .find(|name| *name != host)
                .unwrap_or_else(|| host.clone())
        }
        _ => host.clone(),
    };
    for name in addresses.chain([people.clone()]) {
        if name != host && !sans.contains(&name) {
            sans.push(name);
        }
    }
    Api {
        needs_record: named && address.is_none() && !magic && (written.is_some() || domain.is_some()),
        origin: written.map_or(Origin::Default("cluster.api"), |host| Origin::Config(host.span)),
        host,
        at,
        people,
        people_at,
        sans,
    }
}

/// Which of the servers' addresses people come to, where anything says so.
fn people_at(cluster: &Cluster, networks: &Networks, tailnet: Option<&Tailnet>) -> Option<Address> {
    let firewall = cluster.firewall.get();
    let api = firewall.into_iter().flat_map(|firewall| firewall.api.items());
    let from: Vec<Address> = api.map(|range| address_from(&range.value)).collect();
    let over_tailnet = tailnet.is_some_and(|tailnet| !tailnet.admins.is_empty());
    let ways = [
        (
            Address::Public,
            from.contains(&Address::Public) && networks.gateway.is_none(),
        ),
        (Address::Node, from.contains(&Address::Node)),
        (Address::Tailnet, over_tailnet),
    ];
    ways.into_iter().find_map(|(at, open)| open.then_some(at))
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
    /// Those addresses of the servers.
    Servers(Address),
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
            target: RecordTarget::Servers(api.at),
            why: "the Kubernetes API",
        });
    }
    if api.people != api.host {
        records.push(DnsRecord {
            name: api.people.clone(),
            target: RecordTarget::Servers(api.people_at),
            why: "the Kubernetes API, for people",
        });
    }
    records
}
