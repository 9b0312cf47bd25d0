//! The client's own packet filter (wgengine/filter), on filter rules as the control plane sends them.

use std::net::IpAddr;

use super::addr::{IpSet, Prefix};
use crate::facts::tailscale as facts;

/// A filter rule, expanded.
#[derive(Clone, PartialEq, Debug)]
pub struct FilterRule {
    /// Sources.
    pub srcs: IpSet,
    /// Destinations.
    pub dsts: IpSet,
    /// First and last port.
    pub ports: (u16, u16),
    /// Protocols.
    pub protos: Vec<u8>,
}

/// What a packet is to the filter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PacketKind {
    /// The first of a flow.
    NewFlow,
    /// TCP without SYN, so of a connection that exists somewhere.
    TcpNonSyn,
    /// The answer to a flow that the device opened.
    ReplyToOutbound,
    /// The answer to a ping.
    IcmpEchoReply,
    /// An ICMP error.
    IcmpError,
}

/// An incoming packet.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Packet {
    /// Source.
    pub src: IpAddr,
    /// Destination.
    pub dst: IpAddr,
    /// Destination port.
    pub port: u16,
    /// IANA number of the protocol.
    pub proto: u8,
    /// What it is.
    pub kind: PacketKind,
}

/// True where the filter lets a packet in. `local` is what the device has and advertises.
pub fn accepts(rules: &[FilterRule], local: &IpSet, packet: Packet) -> bool {
    let never = IpSet::from_facts(&facts::NEVER_DELIVERED);
    if never.contains(packet.dst)
        || !local.contains(packet.dst)
        || packet.src.is_ipv6() != packet.dst.is_ipv6()
    {
        return false;
    }
    let icmp = if packet.dst.is_ipv6() {
        facts::PROTO_ICMP6
    } else {
        facts::PROTO_ICMP
    };
    let of_pair = || {
        rules
            .iter()
            .filter(|r| r.srcs.contains(packet.src) && r.dsts.contains(packet.dst))
    };
    match packet.proto {
        facts::PROTO_TSMP => true,
        proto if proto == icmp => packet.kind != PacketKind::NewFlow || of_pair().next().is_some(),
        facts::PROTO_TCP if packet.kind != PacketKind::NewFlow => true,
        facts::PROTO_UDP | facts::PROTO_SCTP if packet.kind == PacketKind::ReplyToOutbound => true,
        proto if facts::PROTOS_WITH_PORTS.contains(&proto) => {
            of_pair().any(|r| r.protos.contains(&proto) && (r.ports.0..=r.ports.1).contains(&packet.port))
        }
        proto => of_pair().any(|r| r.protos.contains(&proto) && r.ports == (0, facts::PORT_MAX)),
    }
}

/// Reads `*`, an address, a range or a prefix without host bits, as filter rules hold them.
pub fn parse_net(text: &str) -> Option<IpSet> {
    if text == "*" {
        return Some(IpSet::all());
    }
    if let Ok(addr) = text.parse::<IpAddr>() {
        return Some(IpSet::from_addrs([addr]));
    }
    if let Some((low, high)) = text.split_once('-') {
        return Some(IpSet::from_range(low.parse().ok()?, high.parse().ok()?));
    }
    let prefix: Prefix = text.parse().ok()?;
    (!prefix.has_host_bits()).then(|| IpSet::from_prefixes([prefix]))
}
