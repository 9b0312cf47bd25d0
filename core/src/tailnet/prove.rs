//! Proofs about all addresses and ports at once: a claim holds, or there is a witness against it.
//!
//! What is decided is the same as [`Engine::reaches`] for every single flow: traffic within one device is not the
//! tailnet's, both ends must use the routes they need, and the receiver's filter must admit the flow.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::addr::{IpSet, number_to_addr};
use super::claim::{Claim, ends};
use super::compile::{Rule, Service, SetId, Target};
use super::cover::{Cover, FlowBox, cover};
use super::expand::NodeId;
use super::explain::Explanation;
use super::ranges::Ranges;
use super::reach::{Engine, Flow};
use super::route::{Place, Via, share_a_node};
use super::selector::all_ports;
use crate::facts::tailscale as facts;

/// How many witnesses one proof lists.
pub const MAX_WITNESSES: usize = 200;

/// The decision on a claim.
#[derive(Clone, PartialEq, Debug, Default)]
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
    places_of: Vec<Vec<usize>>,
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
        Prover {
            engine,
            own: BySender::of(engine, Via::Own),
            subnets: BySender::of(engine, Via::Subnet),
            places_of,
        }
    }

    /// Decides a claim.
    pub fn decide(&self, claim: &Claim) -> Proof {
        let stand_for = |names: &[String]| ends(self.engine.world(), &self.engine.routes, names);
        match claim {
            Claim::OnlySources {
                dst,
                service,
                allowed,
            } => {
                let others = IpSet::all().subtract(&stand_for(allowed));
                self.none_reach(&others, &stand_for(dst), service)
            }
            Claim::Deny { from, to, service } => self.none_reach(&stand_for(from), &stand_for(to), service),
            Claim::Allow { from, to, service } => self.all_reach(&stand_for(from), &stand_for(to), service),
        }
    }

    /// The chain behind a witness.
    pub fn explain(&self, witness: &Witness) -> Explanation {
        self.engine.explain(witness.flow)
    }

    /// The places that hold an address of a set.
    fn places_within(&self, set: &IpSet) -> Vec<usize> {
        let world = self.engine.world();
        let first = world.nodes.len();
        let mut found = world.owners_within(set);
        let prefixes = self.engine.routes.prefixes().iter().enumerate();
        found.extend(
            prefixes
                .filter(|(_, p)| p.addrs.overlaps(set))
                .map(|(i, _)| first + i),
        );
        found
    }

    fn place(&self, at: usize) -> &'e Place {
        &self.engine.routes.places[at]
    }

    /// Proves that no flow of `service` gets from `from` to `to`.
    pub fn none_reach(&self, from: &IpSet, to: &IpSet, service: &Service) -> Proof {
        let mut proof = Proof {
            vacuous: from.is_empty() || to.is_empty(),
            ..Proof::default()
        };
        let mut sources = Sources {
            from,
            whole: None,
            cache: BTreeMap::new(),
        };
        for at in self.places_within(to) {
            let place = self.place(at);
            for receiver in &place.nodes {
                let dst = to
                    .intersect(&place.addrs)
                    .intersect(&self.engine.deliverable_at(*receiver));
                if !dst.is_empty() {
                    self.breaches(
                        *receiver,
                        place,
                        &dst,
                        service,
                        &mut sources,
                        &mut proof.witnesses,
                    );
                }
                if proof.witnesses.len() >= MAX_WITNESSES {
                    return proof;
                }
            }
        }
        proof.holds = proof.witnesses.is_empty();
        proof
    }

    fn breaches(
        &self,
        receiver: NodeId,
        place: &Place,
        dst: &IpSet,
        service: &Service,
        sources: &mut Sources<'_>,
        out: &mut Vec<Witness>,
    ) {
        if service.protos.contains(&facts::PROTO_TSMP) {
            let (excess, places) = sources.whole(self);
            let end = End {
                receiver,
                place,
                hit: dst.clone(),
                proto: facts::PROTO_TSMP,
                port: 0,
            };
            self.list(&end, excess, places, out);
        }
        for (rule, target) in self.engine.compiled.at(receiver) {
            let shared = shared_services(rule, target, service);
            if shared.is_empty() {
                continue;
            }
            let opened = self.engine.compiled.opened(receiver, rule, target);
            let hit = opened.dst.intersect(dst);
            for (ipv6, proto, port) in shared {
                let end = End {
                    receiver,
                    place,
                    hit: hit.family(ipv6),
                    proto,
                    port,
                };
                if end.hit.is_empty() {
                    continue;
                }
                for set in &rule.src {
                    let (excess, places) = sources.get(self, *set);
                    match &opened.only_from {
                        None => self.list(&end, excess, places, out),
                        Some(only) => self.list(&end, &excess.intersect(only), places, out),
                    }
                }
            }
        }
    }

    /// Lists a flow from each of the places that gets through.
    fn list(&self, end: &End<'_>, excess: &IpSet, places: &[usize], out: &mut Vec<Witness>) {
        for at in places {
            if out.len() >= MAX_WITNESSES {
                return;
            }
            let from = self.place(*at);
            if self.delivered(from, end.receiver, end.place)
                && let Some(flow) = some_flow(&excess.intersect(&from.addrs), &end.hit, end.proto, end.port)
            {
                self.witness(flow, from, end.place, out);
            }
        }
    }

    /// True where a packet from one place to another crosses the tailnet and both ends use the routes they need.
    fn delivered(&self, from: &Place, receiver: NodeId, to: &Place) -> bool {
        let nodes = &self.engine.world().tailnet.nodes;
        from.via != Via::Exit
            && !share_a_node(from, to)
            && (from.via != Via::Subnet || nodes[receiver].accept_routes)
            && (to.via != Via::Subnet || from.nodes.iter().any(|s| nodes[*s].accept_routes))
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

    /// Proves that every flow of `service` gets from every address of `from` to every address of `to`.
    pub fn all_reach(&self, from: &IpSet, to: &IpSet, service: &Service) -> Proof {
        let mut proof = Proof {
            vacuous: from.is_empty() || to.is_empty(),
            ..Proof::default()
        };
        let homeless = |set: &IpSet, other: &IpSet, swap: bool| {
            let exits = self
                .engine
                .routes
                .prefixes()
                .iter()
                .filter(|p| p.via == Via::Exit && !swap);
            let known = exits.fold(self.own.all.union(&self.subnets.all), |all, p| {
                all.union(&p.addrs)
            });
            let lost = set.subtract(&known);
            if swap {
                (lost, other.clone())
            } else {
                (other.clone(), lost)
            }
        };
        for (src, dst) in [homeless(from, to, true), homeless(to, from, false)] {
            self.missing_route(&src, &dst, service, &mut proof.witnesses);
        }
        for at in self.places_within(to) {
            for proto in &service.protos {
                self.gaps(self.place(at), from, to, *proto, service, &mut proof);
                if proof.witnesses.len() >= MAX_WITNESSES {
                    return proof;
                }
            }
        }
        proof.holds = proof.witnesses.is_empty() && !proof.undecided;
        proof
    }

    /// Addresses that no device has or forwards cannot be reached, nor reach anything.
    fn missing_route(&self, src: &IpSet, dst: &IpSet, service: &Service, out: &mut Vec<Witness>) {
        let port = service
            .ports
            .first()
            .and_then(|p| u16::try_from(p).ok())
            .unwrap_or(0);
        let proto = service.protos.first().copied().unwrap_or(facts::PROTO_TCP);
        if let Some(flow) = some_flow(src, dst, proto, port) {
            out.push(Witness {
                flow,
                from: flow.src.to_string(),
                to: flow.dst.to_string(),
            });
        }
    }

    fn gaps(&self, place: &Place, from: &IpSet, to: &IpSet, proto: u8, service: &Service, proof: &mut Proof) {
        let dst = to.intersect(&place.addrs);
        let local = place
            .nodes
            .iter()
            .flat_map(|id| &self.places_of[*id])
            .map(|at| &self.place(*at).addrs);
        let src = from
            .intersect(&self.own.all.union(&self.subnets.all))
            .subtract(&IpSet::union_of(local));
        for ipv6 in [false, true] {
            let (src, dst) = (src.family(ipv6), dst.family(ipv6));
            let whole = FlowBox {
                src: side(&src, ipv6).clone(),
                dst: side(&dst, ipv6).clone(),
                ports: wanted_ports(proto, service),
            };
            if whole.is_empty() {
                continue;
            }
            let parts = self.admitted(place, &src, proto, ipv6);
            match cover(whole, &parts) {
                Cover::Whole => {}
                Cover::TooMuchWork => proof.undecided = true,
                Cover::Missing(rest) => {
                    if let Some((s, d, p)) = rest.first() {
                        let flow = Flow {
                            src: number_to_addr(s, ipv6),
                            dst: number_to_addr(d, ipv6),
                            proto,
                            port: u16::try_from(p).unwrap_or(0),
                        };
                        let source = self.engine.source_place(flow.src);
                        source
                            .into_iter()
                            .for_each(|f| self.witness(flow, f, place, &mut proof.witnesses));
                    }
                }
            }
        }
    }

    /// The flows that get to a place, as boxes: what its devices' rules admit from whom they can hear.
    fn admitted(&self, place: &Place, src: &IpSet, proto: u8, ipv6: bool) -> Vec<FlowBox> {
        let nodes = &self.engine.world().tailnet.nodes;
        let mut parts = Vec::new();
        for receiver in &place.nodes {
            let mut heard = src.intersect(self.own.sending_to(place));
            if nodes[*receiver].accept_routes {
                heard = heard.union(&src.intersect(self.subnets.sending_to(place)));
            }
            let local = self.engine.deliverable_at(*receiver);
            if proto == facts::PROTO_TSMP {
                parts.push(FlowBox {
                    src: side(&heard, ipv6).clone(),
                    dst: side(&local, ipv6).clone(),
                    ports: all_ports(),
                });
            }
            for (rule, target) in self.engine.compiled.at(*receiver) {
                let ports = admitted_ports(rule, target, proto, ipv6);
                if ports.is_empty() {
                    continue;
                }
                let opened = self.engine.compiled.opened(*receiver, rule, target);
                let dst = opened.dst.intersect(&local);
                let sets = rule
                    .src
                    .iter()
                    .map(|id| self.engine.compiled.set(*id).intersect(&heard));
                let mut from = IpSet::union_of(&sets.collect::<Vec<_>>());
                if let Some(only) = &opened.only_from {
                    from = from.intersect(only);
                }
                let part = FlowBox {
                    src: side(&from, ipv6).clone(),
                    dst: side(&dst, ipv6).clone(),
                    ports,
                };
                if !part.is_empty() {
                    parts.push(part);
                }
            }
        }
        parts
    }
}

/// Where a flow that a claim forbids arrives.
struct End<'p> {
    receiver: NodeId,
    place: &'p Place,
    hit: IpSet,
    proto: u8,
    port: u16,
}

/// The sources of rules that a claim is about, worked out once for each expanded selector.
struct Sources<'f> {
    from: &'f IpSet,
    whole: Option<(IpSet, Vec<usize>)>,
    cache: BTreeMap<SetId, (IpSet, Vec<usize>)>,
}

impl Sources<'_> {
    /// All that the claim is about.
    fn whole(&mut self, prover: &Prover<'_, '_>) -> &(IpSet, Vec<usize>) {
        let from = self.from;
        self.whole
            .get_or_insert_with(|| (from.clone(), prover.places_within(from)))
    }

    fn get(&mut self, prover: &Prover<'_, '_>, set: SetId) -> &(IpSet, Vec<usize>) {
        self.cache.entry(set).or_insert_with(|| {
            let excess = prover.engine.compiled.set(set).intersect(self.from);
            let places = if excess.is_empty() {
                Vec::new()
            } else {
                prover.places_within(&excess)
            };
            (excess, places)
        })
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

/// What a rule's destination admits and a claim is about: family, protocol and some port.
fn shared_services(rule: &Rule, target: &Target, service: &Service) -> Vec<(bool, u8, u16)> {
    let mut shared = Vec::new();
    for proto in &service.protos {
        for ipv6 in [false, true] {
            let ports = admitted_ports(rule, target, *proto, ipv6).intersect(&wanted_ports(*proto, service));
            if let Some(port) = ports.first() {
                shared.push((ipv6, *proto, u16::try_from(port).unwrap_or(0)));
            }
        }
    }
    shared
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
