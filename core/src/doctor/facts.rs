//! What a report says, as plain data: nothing is concluded here.

mod events;
mod reach;

pub use super::context::Day;
pub use events::{Event, Seen};
pub use reach::{Answer, Endpoints, Fetch};

use crate::source::{FileId, Span};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// How a question ended.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Outcome {
    /// With what was asked for.
    Answered,
    /// A name server knows that the name does not exist.
    NxDomain,
    /// A name server knows the name, and has no address for it.
    NoData,
    /// A name server could not find out.
    ServFail,
    /// Somebody refused: nothing listens, or a packet filter rejects.
    Refused,
    /// Nobody answered in time.
    Timeout,
    /// The network said that there is no way.
    Unreachable,
    /// The name was not found, and nobody said why.
    Unresolved,
}

impl Outcome {
    /// Whether it came back as it should.
    pub fn is_good(self) -> bool {
        self == Outcome::Answered
    }

    /// Whether packets got there and back, whatever the answer says.
    pub fn got_through(self) -> bool {
        matches!(
            self,
            Outcome::Answered | Outcome::NxDomain | Outcome::NoData | Outcome::ServFail
        )
    }

    /// Whether packets were lost on the way.
    pub fn is_lost(self) -> bool {
        matches!(self, Outcome::Timeout | Outcome::Unreachable)
    }

    /// The word for it, as the probe writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Answered => "answered",
            Outcome::NxDomain => "nxdomain",
            Outcome::NoData => "nodata",
            Outcome::ServFail => "servfail",
            Outcome::Refused => "refused",
            Outcome::Timeout => "timeout",
            Outcome::Unreachable => "unreachable",
            Outcome::Unresolved => "unresolved",
        }
    }

    /// The outcome of that word.
    pub fn of(word: &str) -> Option<Outcome> {
        use Outcome::*;
        [
            Answered,
            NxDomain,
            NoData,
            ServFail,
            Refused,
            Timeout,
            Unreachable,
        ]
        .into_iter()
        .find(|outcome| outcome.as_str() == word)
    }
}

/// The network that a question is asked from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Net {
    /// A pod's own.
    Pod,
    /// The machine's.
    Host,
}

/// How packets are carried.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Proto {
    /// UDP.
    Udp,
    /// TCP.
    Tcp,
    /// ICMP echo.
    Icmp,
}

/// Which name server is asked.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Server {
    /// The cluster's DNS through its service address.
    Service,
    /// A pod of CoreDNS, with its node where that is known.
    CoreDns(Option<String>),
    /// What the machine's resolv.conf names.
    Resolver,
    /// Nobody said.
    Unknown,
}

/// What kind of name is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// One that every cluster has.
    Cluster,
    /// One that somebody wants to be tried.
    User,
    /// One of the Internet.
    External,
    /// One that nobody has, under a search domain.
    Search,
}

/// A name that was looked up.
#[derive(Clone, PartialEq, Debug)]
pub struct Lookup {
    /// Where the report says so.
    pub at: Span,
    /// The node that asked.
    pub node: Option<String>,
    /// The network that it asked from.
    pub net: Option<Net>,
    /// The pod that asked, where a log says so.
    pub pod: Option<String>,
    /// The address that it asked from.
    pub source: Option<IpAddr>,
    /// Whom it asked.
    pub server: Server,
    /// The server's address.
    pub address: Option<IpAddr>,
    /// How.
    pub proto: Option<Proto>,
    /// For what.
    pub name: String,
    /// What kind of name that is.
    pub class: Class,
    /// How it ended.
    pub outcome: Outcome,
    /// Whether the probe asked, and not some program that wrote a log.
    pub probed: bool,
}

/// A packet sent to another machine or pod.
#[derive(Clone, PartialEq, Debug)]
pub struct Peer {
    /// Where the report says so.
    pub at: Span,
    /// The node that sent it.
    pub node: String,
    /// The network that it was sent from.
    pub net: Net,
    /// The node that it was sent to.
    pub to_node: String,
    /// The network that it was sent to.
    pub to_net: Net,
    /// How.
    pub proto: Proto,
    /// How it ended.
    pub outcome: Outcome,
}

/// A check of which only the end matters.
#[derive(Clone, PartialEq, Debug)]
pub struct Check {
    /// Where the report says so.
    pub at: Span,
    /// The node.
    pub node: String,
    /// The network that it was made from.
    pub net: Net,
    /// How it ended.
    pub outcome: Outcome,
}

/// A resolv.conf.
#[derive(Clone, PartialEq, Debug)]
pub struct Resolv {
    /// Where the report says so.
    pub at: Span,
    /// The node that it is of.
    pub node: Option<String>,
    /// A pod's, or the machine's; nobody knows of one that stands in a log.
    pub net: Option<Net>,
    /// The file.
    pub path: String,
    /// The servers that it names.
    pub nameservers: Vec<IpAddr>,
    /// The domains that it appends.
    pub search: Vec<String>,
}

/// A machine of the cluster.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Machine {
    /// Where the report says so.
    pub at: Option<Span>,
    /// Its name.
    pub name: String,
    /// The addresses that Kubernetes calls internal.
    pub internal: Vec<IpAddr>,
    /// The addresses that Kubernetes calls external.
    pub external: Vec<IpAddr>,
    /// The addresses that flannel tells the others to send packets to.
    pub flannel: Vec<(IpAddr, Span)>,
    /// Flannel's backend.
    pub backend: Option<String>,
    /// The ranges of its pods.
    pub pods: Vec<(IpNet, Span)>,
    /// Ranges that k3s was started with.
    pub cluster_cidrs: Vec<(IpNet, Span)>,
    /// See [`Machine::cluster_cidrs`].
    pub service_cidrs: Vec<(IpNet, Span)>,
}

/// An address or route of a machine.
#[derive(Clone, PartialEq, Debug)]
pub struct Route {
    /// Where the report says so.
    pub at: Span,
    /// The machine.
    pub node: String,
    /// The range that is reached.
    pub net: IpNet,
    /// The machine's own address in it, where it is an interface's.
    pub own: Option<IpAddr>,
    /// Through which gateway.
    pub via: Option<IpAddr>,
    /// Through which interface.
    pub device: String,
}

/// A container that does not run as it should.
#[derive(Clone, PartialEq, Debug)]
pub struct Trouble {
    /// Where the report says so.
    pub at: Span,
    /// Why it waits or stopped: `CrashLoopBackOff`, `Error`, `OOMKilled`.
    pub reason: String,
    /// Why it stopped the last time.
    pub last: Option<String>,
    /// What it said itself when it stopped, and where.
    pub said: Option<(String, Span)>,
}

/// A pod.
#[derive(Clone, PartialEq, Debug)]
pub struct Pod {
    /// Where its name stands.
    pub at: Span,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its labels.
    pub labels: Vec<(String, String)>,
    /// The node that it runs on.
    pub node: Option<String>,
    /// Its own address.
    pub ip: Option<IpAddr>,
    /// Its machine's address.
    pub host_ip: Option<(IpAddr, Span)>,
    /// Whether it uses the machine's network.
    pub host_network: bool,
    /// Which resolv.conf it gets.
    pub dns_policy: Option<String>,
    /// `Pending`, `Running` and so on.
    pub phase: String,
    /// Whether it says that it is ready.
    pub ready: bool,
    /// What is wrong with its containers.
    pub troubles: Vec<Trouble>,
    /// Why no node takes it.
    pub unscheduled: Option<(String, Span)>,
    /// Addresses in its environment that it connects to.
    pub wants: Vec<(String, Span)>,
    /// Since when it is there.
    pub created: Option<String>,
}

impl Pod {
    /// Whether it has that label.
    pub fn is(&self, key: &str, value: &str) -> bool {
        self.labels.iter().any(|(k, v)| k == key && v == value)
    }

    /// Whether it is one of the cluster's DNS.
    pub fn is_dns(&self) -> bool {
        self.namespace == "kube-system"
            && (self.is("k8s-app", "kube-dns") || self.name.starts_with("coredns-"))
            && !self.name.starts_with("coredns-autoscaler")
    }

    /// Whether a container of it starts again and again.
    pub fn crashes(&self) -> bool {
        self.troubles
            .iter()
            .any(|trouble| trouble.reason == "CrashLoopBackOff")
    }

    /// The name without what Deployments and the like append.
    pub fn workload(&self) -> &str {
        let random = |part: &str| {
            part.len() >= 5
                && part.bytes().all(|b| b.is_ascii_alphanumeric())
                && part.bytes().any(|b| b.is_ascii_digit())
        };
        let mut name = self.name.as_str();
        if let Some((head, tail)) = name
            .rsplit_once('-')
            .filter(|(_, tail)| tail.len() == 5 || tail.bytes().all(|b| b.is_ascii_digit()))
        {
            name = head;
            if let Some((head, _)) = head
                .rsplit_once('-')
                .filter(|(_, hash)| tail.len() == 5 && random(hash))
            {
                name = head;
            }
        }
        name
    }
}

/// A Service.
#[derive(Clone, PartialEq, Debug)]
pub struct Service {
    /// Where its name stands.
    pub at: Span,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Its addresses, with their places.
    pub addresses: Vec<(IpAddr, Span)>,
    /// Since when it is there.
    pub created: Option<String>,
    /// Whether it has no address of its own, so that it has a name only while a pod is ready.
    pub headless: bool,
}

/// A key of a ConfigMap of CoreDNS.
#[derive(Clone, PartialEq, Debug)]
pub struct Snippet {
    /// Where its text stands.
    pub at: Span,
    /// The ConfigMap.
    pub map: String,
    /// The key.
    pub key: String,
    /// The text.
    pub text: String,
}

/// A NetworkPolicy, as far as it matters to DNS.
#[derive(Clone, PartialEq, Debug)]
pub struct Policy {
    /// Where its name stands.
    pub at: Span,
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The labels of the pods that it is for; empty for all.
    pub selects: Vec<(String, String)>,
    /// Whether it restricts what comes in, and then lets port 53 in.
    pub ingress: Option<bool>,
    /// Whether it restricts what goes out, and then lets port 53 out.
    pub egress: Option<bool>,
}

/// All that a report says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Facts {
    /// Names that were looked up.
    pub lookups: Vec<Lookup>,
    /// Packets sent to others.
    pub peers: Vec<Peer>,
    /// Files that name servers are named in.
    pub resolvs: Vec<Resolv>,
    /// Machines.
    pub machines: BTreeMap<String, Machine>,
    /// Their addresses and routes.
    pub routes: Vec<Route>,
    /// Routes of other tables than the main one, each with its table.
    pub tables: Vec<(Route, String)>,
    /// URLs that were tried.
    pub fetches: Vec<Fetch>,
    /// What is behind Services, by namespace and name.
    pub endpoints: BTreeMap<(String, String), Endpoints>,
    /// Pods.
    pub pods: Vec<Pod>,
    /// Services, by namespace and name.
    pub services: BTreeMap<(String, String), Service>,
    /// What CoreDNS is configured with.
    pub snippets: Vec<Snippet>,
    /// Network policies.
    pub policies: Vec<Policy>,
    /// What else logs say.
    pub seen: Vec<Seen>,
    /// Whether the API was reached at its service address.
    pub apis: Vec<Check>,
    /// Whether large packets reached pods of another machine.
    pub large: Vec<Check>,
    /// Settings of the kernel, by node and name.
    pub settings: BTreeMap<(String, String), (String, Span)>,
    /// Kernels and systems of the machines, as they call themselves.
    pub systems: BTreeSet<String>,
    /// Search domains in lines of a resolv.conf.
    pub searched: BTreeSet<String>,
    /// Such lines that have the root, `.`.
    pub roots: Vec<Span>,
    /// The days of lines that say something, by file and place.
    pub days: BTreeMap<(FileId, u32), Day>,
    /// The newest day that a probe or a line of a log is of.
    pub newest: Option<Day>,
    /// Kinds of Kubernetes' objects that lists in the report are of: their absence means something.
    pub listed: BTreeSet<String>,
    /// Probes that began, by node and network: whether they ended, and where they began.
    pub probes: BTreeMap<(String, Net), (bool, Span)>,
    /// The host that a script fetched something from last.
    pub fetched: Option<String>,
    /// The smallest size of packets that were lost.
    pub lost_size: Option<u64>,
    /// Documents that break off.
    pub cut: Vec<Span>,
    /// All lines.
    pub lines: usize,
    /// Lines that look like a program's log.
    pub log_lines: usize,
    /// Records of the probe.
    pub records: usize,
}

impl Facts {
    /// The machine of that name, made where it is not there.
    pub fn machine(&mut self, name: &str) -> &mut Machine {
        self.machines.entry(name.to_owned()).or_insert_with(|| Machine {
            name: name.to_owned(),
            ..Machine::default()
        })
    }

    /// Notes that the report reaches up to that day.
    pub fn reaches(&mut self, day: Day) {
        self.newest = Some(Day::newer(self.newest, day));
    }

    /// Whether a list of such objects is in the report.
    pub fn lists(&self, kind: &str) -> bool {
        self.listed.contains(kind)
    }

    /// Whether nothing at all was recognised.
    pub fn is_empty(&self) -> bool {
        self.log_lines == 0
            && self.records == 0
            && self.listed.is_empty()
            && self.pods.is_empty()
            && self.services.is_empty()
            && self.machines.is_empty()
            && self.snippets.is_empty()
            && self.policies.is_empty()
    }
}
