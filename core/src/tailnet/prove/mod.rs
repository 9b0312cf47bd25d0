//! Proofs about all addresses and ports at once: a claim holds, or there is a witness against it.
//!
//! What is decided is the same as [`Engine::reaches`] for every single flow: traffic within one device is not the
//! tailnet's, both ends must use the routes they need, and the receiver's filter must admit the flow.

mod all;
mod none;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;

use super::addr::IpSet;
use super::claim::{Claim, ends};
use super::compile::{Rule, Service, Target};
use super::explain::Explanation;
use super::ranges::Ranges;
use super::reach::{Engine, Flow};
use super::route::{Place, Via};
use crate::facts::tailscale as facts;

/// How many witnesses one proof lists.
pub const MAX_WITNESSES: usize = 200;

/// The decision on a claim.
#[derive(Clone, PartialEq, Debug, Default)]
#[non_exhaustive]
pub struct Proof {
    /// Whether it holds.
    pub holds: bool,
    /// Flows that show that it does not; at most [`MAX_WITNESSES`], one for each pair of ends.
    pub witnesses: Vec<Witness>,
    /// True where an end stands for no address, so that nothing was claimed.
    pub vacuous: bool,
    /// True where the question was too large to be decided; `holds` is false then.
    pub undecided: bool,
}

/// A flow that contradicts a claim.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Witness {
    /// The flow.
    pub flow: Flow,
    /// Where it comes from: a device's name, `pod@device`, or the bare address.
    pub from: String,
    /// Where it goes.
    pub to: String,
}

/// Decides claims over one engine.
pub struct Prover<'e, 'a> {
    engine: &'e Engine<'a>,
    own: BySender,
    subnets: BySender,
    senders: IpSet,
    places_of: Vec<Vec<usize>>,
    ends: BTreeMap<Vec<String>, Rc<End>>,
}

/// The addresses that the names of a claim's end stand for, and all others.
struct End {
    addrs: IpSet,
    others: IpSet,
}

/// Addresses by whether the device that sends from them uses the routes of others.
#[derive(Default)]
struct BySender {
    all: IpSet,
    accepting: IpSet,
}

impl BySender {
    fn of(engine: &Engine<'_>, via: Via) -> BySender {
        let nodes = &engine.world().tailnet.nodes;
        let places = || engine.routes.places.iter().filter(|p| p.via == via);
        let accepting = |p: &&Place| p.nodes.iter().any(|id| nodes[*id].accept_routes);
        BySender {
            all: IpSet::union_of(places().map(|p| &p.addrs)),
            accepting: IpSet::union_of(places().filter(accepting).map(|p| &p.addrs)),
        }
    }

    fn sending_to(&self, to: &Place) -> &IpSet {
        if to.via == Via::Subnet {
            &self.accepting
        } else {
            &self.all
        }
    }
}

impl<'e, 'a> Prover<'e, 'a> {
    /// Prepares proofs over an engine.
    pub fn new(engine: &'e Engine<'a>) -> Prover<'e, 'a> {
        let mut places_of = vec![Vec::new(); engine.world().nodes.len()];
        for (at, place) in engine.routes.places.iter().enumerate() {
            place.nodes.iter().for_each(|id| places_of[*id].push(at));
        }
        let (own, subnets) = (BySender::of(engine, Via::Own), BySender::of(engine, Via::Subnet));
        Prover {
            engine,
            senders: own.all.union(&subnets.all),
            own,
            subnets,
            places_of,
            ends: BTreeMap::new(),
        }
    }

    /// Decides a claim.
    pub fn decide(&mut self, claim: &Claim) -> Proof {
        match claim {
            Claim::OnlySources {
                dst,
                service,
                allowed,
            } => {
                let (allowed, to) = (self.end(allowed), self.end(dst));
                self.none_reach(&allowed.others, &to.addrs, service)
            }
            Claim::Deny { from, to, service } => {
                let (from, to) = (self.end(from), self.end(to));
                self.none_reach(&from.addrs, &to.addrs, service)
            }
            Claim::Allow { from, to, service } => {
                let (from, to) = (self.end(from), self.end(to));
                self.all_reach(&from.addrs, &to.addrs, service)
            }
        }
    }

    /// [`Prover::all_reach`] or [`Prover::none_reach`], by family of addresses, so that ICMP means that of each.
    pub fn in_families(&self, allow: bool, from: &IpSet, to: &IpSet, service: &Service) -> Proof {
        let decide = |ipv6| {
            let (from, to, service) = (from.family(ipv6), to.family(ipv6), service.in_family(ipv6));
            if allow {
                self.all_reach(&from, &to, &service)
            } else {
                self.none_reach(&from, &to, &service)
            }
        };
        let (mut four, six) = (decide(false), decide(true));
        four.holds &= six.holds;
        four.vacuous &= six.vacuous;
        four.undecided |= six.undecided;
        four.witnesses.extend(six.witnesses);
        four
    }

    /// Claims come in families with the same ends, so these are worked out once.
    fn end(&mut self, names: &[String]) -> Rc<End> {
        if let Some(end) = self.ends.get(names) {
            return Rc::clone(end);
        }
        let addrs = ends(self.engine.world(), &self.engine.routes, names);
        let others = IpSet::all().subtract(&addrs);
        let end = Rc::new(End { addrs, others });
        self.ends.insert(names.to_vec(), Rc::clone(&end));
        end
    }

    /// The chain behind a witness.
    pub fn explain(&self, witness: &Witness) -> Explanation {
        self.engine.explain(witness.flow)
    }

    fn places_within(&self, set: &IpSet) -> Vec<usize> {
        self.engine.routes.places_within(self.engine.world(), set)
    }

    fn place(&self, at: usize) -> &'e Place {
        &self.engine.routes.places[at]
    }

    fn witness(&self, flow: Flow, from: &Place, to: &Place, out: &mut Vec<Witness>) {
        let witness = Witness {
            flow,
            from: self.place_name(from),
            to: self.place_name(to),
        };
        if !out.iter().any(|w| w.from == witness.from && w.to == witness.to) {
            out.push(witness);
        }
    }

    fn place_name(&self, place: &Place) -> String {
        let node = place
            .nodes
            .first()
            .and_then(|id| self.engine.world().tailnet.nodes.get(*id));
        let name = node.map_or("?", |n| n.name.as_str());
        match place.via {
            Via::Own => name.to_owned(),
            Via::Subnet => format!("pod@{name}"),
            Via::Exit => format!("internet@{name}"),
        }
    }
}

fn side(set: &IpSet, ipv6: bool) -> &Ranges {
    if ipv6 { &set.v6 } else { &set.v4 }
}

/// The ports that a claim asks about; protocols without ports are asked about once, at 0.
fn wanted_ports(proto: u8, service: &Service) -> Ranges {
    if facts::PROTOS_WITH_PORTS.contains(&proto) {
        service.ports.clone()
    } else {
        Ranges::from_range(0, 0)
    }
}

/// The ports that a rule's destination admits for a protocol.
fn admitted_ports(rule: &Rule, target: &Target, proto: u8, ipv6: bool) -> Ranges {
    let services = rule.services.get(target.services.clone()).unwrap_or_default();
    let echo = if ipv6 {
        facts::PROTO_ICMP6
    } else {
        facts::PROTO_ICMP
    };
    if proto == echo {
        return if services.is_empty() {
            Ranges::new()
        } else {
            Ranges::from_range(0, 0)
        };
    }
    if !facts::PROTOS_WITH_PORTS.contains(&proto) {
        let open = services.iter().any(|s| s.admits(proto, 0));
        return if open {
            Ranges::from_range(0, 0)
        } else {
            Ranges::new()
        };
    }
    let of_proto = services.iter().filter(|s| s.protos.contains(&proto));
    of_proto.fold(Ranges::new(), |all, s| all.union(&s.ports))
}

fn some_flow(src: &IpSet, dst: &IpSet, proto: u8, port: u16) -> Option<Flow> {
    let pair = |ipv6: bool| -> Option<(IpAddr, IpAddr)> {
        Some((src.family(ipv6).first()?, dst.family(ipv6).first()?))
    };
    let (src, dst) = pair(false).or_else(|| pair(true))?;
    Some(Flow {
        src,
        dst,
        proto,
        port,
    })
}
