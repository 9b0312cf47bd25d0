//! What reports say besides look-ups and packets.

use super::{Outcome, Proto};
use crate::doctor::signs::Sign;
use crate::source::Span;
use ipnet::IpNet;
use std::net::IpAddr;

/// What a line of a log says besides look-ups.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// CoreDNS met its own question again.
    Loop {
        /// The zone.
        zone: String,
    },
    /// CoreDNS refuses its configuration.
    Corefile {
        /// In CoreDNS's words.
        words: String,
    },
    /// CoreDNS got no answer from whom it forwards to.
    Upstream {
        /// Whom.
        server: IpAddr,
        /// For which name.
        name: String,
        /// How it ended.
        outcome: Outcome,
        /// The pod that asked, where the report says so.
        pod: Option<String>,
    },
    /// The API does not answer at its service address.
    Api {
        /// The address.
        server: IpAddr,
        /// How it ended.
        outcome: Outcome,
    },
    /// A packet filter dropped a packet.
    Dropped {
        /// `ufw` or `firewalld`.
        tool: &'static str,
        /// The interface that it came in by.
        input: String,
        /// Whom it was for.
        port: Option<u16>,
        /// How.
        proto: Option<Proto>,
    },
    /// k3s found no name server that pods could ask, and took a public one.
    PublicResolver,
    /// iptables met rules of the other kind, or is a release that writes them twice.
    Iptables {
        /// In its own words.
        words: String,
    },
    /// SELinux denied something that networking needs.
    Selinux {
        /// Which program.
        program: String,
    },
    /// The address of the cluster's DNS was already given away.
    AddressTaken {
        /// The address.
        address: IpAddr,
    },
    /// Words that are a sign of a cause.
    Sign {
        /// Which.
        sign: &'static Sign,
        /// What the line is about.
        about: Option<String>,
        /// The machine that wrote it.
        machine: Option<String>,
    },
    /// A rule of a FORWARD chain accepts what pods send.
    Forwarded,
    /// Entries that the kernel's connection tracking could not insert, on one processor.
    InsertFailed {
        /// How many.
        count: u64,
    },
    /// A certificate is valid for some names, and was asked for another.
    OtherCertificate {
        /// The names that it is for.
        names: Vec<String>,
        /// The name that was meant.
        asked: String,
    },
    /// A variable of the environment that names a proxy.
    Proxy,
    /// A variable that exempts addresses from the proxy, and whether the cluster's own are among them.
    NoProxy {
        /// Whether they are.
        inside: bool,
    },
    /// A network that the machine reaches through the tailnet.
    TailnetRoute {
        /// Which.
        net: IpNet,
    },
    /// An address of the machine, with the length of its network's prefix.
    OwnAddress {
        /// Which.
        net: IpNet,
    },
    /// A capture shows a packet with a wrong checksum.
    BadChecksum,
    /// A line of a hosts file.
    Hosts {
        /// The address.
        address: IpAddr,
        /// Its names.
        names: Vec<String>,
        /// The machine.
        node: Option<String>,
    },
    /// A packet filter is switched on.
    Firewall {
        /// `ufw` or `firewalld`.
        tool: String,
        /// The machine.
        node: String,
    },
    /// How much of a machine's disk is used.
    Disk {
        /// The folder that was asked for.
        path: String,
        /// In percent.
        used: u64,
        /// The machine.
        node: Option<String>,
    },
    /// The scheduler gave a pod to a machine.
    Assigned {
        /// The machine.
        node: String,
    },
    /// The kubelet has or pulls an image.
    Image {
        /// Which.
        image: String,
    },
    /// A Service opens ports on all machines.
    Balancer {
        /// The Service, with its namespace.
        name: String,
        /// The ports, each with its protocol.
        ports: Vec<String>,
    },
    /// A program could not write, because there is no room.
    NoSpace {
        /// What it wrote to.
        path: Option<String>,
        /// The machine.
        machine: Option<String>,
    },
    /// A machine's clock is not set by a server.
    NoTimeServer {
        /// The machine.
        node: String,
    },
    /// A program listens at a port.
    Listener {
        /// The port.
        port: u16,
        /// The program; empty where it is the kernel.
        program: String,
        /// The machine.
        node: String,
    },
    /// What checksums an interface leaves to hardware.
    Offload {
        /// The interface.
        device: String,
        /// Whether it does.
        on: bool,
    },
    /// A machine's iptables.
    IptablesVersion {
        /// Its version.
        version: String,
        /// Whether it speaks to nf_tables.
        nft: bool,
        /// Rules of the other kind.
        legacy_rules: u64,
        /// Rules of its own kind.
        nft_rules: u64,
    },
}

/// Something that a report says, and where.
#[derive(Clone, PartialEq, Debug)]
pub struct Seen {
    /// Where.
    pub at: Span,
    /// What.
    pub event: Event,
}
