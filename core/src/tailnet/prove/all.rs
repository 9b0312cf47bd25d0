//! Proofs that everything gets through: for each destination the rules must cover all sources and ports.

use std::collections::BTreeMap;

use super::{MAX_WITNESSES, Proof, Prover, admitted_ports, side, some_flow, wanted_ports};
use crate::facts::tailscale as facts;
use crate::tailnet::addr::{IpSet, number_to_addr};
use crate::tailnet::compile::{Rule, Section, Service};
use crate::tailnet::cover::{Cover, FlowBox, cover};
use crate::tailnet::expand::DeviceId;
use crate::tailnet::prove::Witness;
use crate::tailnet::reach::Flow;
use crate::tailnet::route::{Place, Via};
use crate::tailnet::selector::all_ports;

/// One question, with what was found out while it is answered.
struct Question<'q> {
    /// The sources that a device has or forwards.
    from: IpSet,
    to: &'q IpSet,
    service: &'q Service,
    /// The sources that a destination cannot hear, by the kind of route to it and whether it uses those of others.
    unheard: BTreeMap<(Via, bool), IpSet>,
    /// Whether a rule's sources hold all of `from`.
    covering: BTreeMap<(bool, usize), bool>,
}

impl Prover<'_, '_> {
    /// Proves that every flow of `service` gets from every address of `from` to every address of `to`.
    pub fn all_reach(&self, from: &IpSet, to: &IpSet, service: &Service) -> Proof {
        let mut proof = Proof {
            vacuous: from.is_empty() || to.is_empty(),
            ..Proof::default()
        };
        let exits = self
            .engine
            .routes
            .prefixes()
            .iter()
            .filter(|p| p.via == Via::Exit);
        let receivers = exits.fold(self.senders.clone(), |all, p| all.union(&p.addrs));
        self.missing_route(&from.subtract(&self.senders), to, service, &mut proof.witnesses);
        self.missing_route(from, &to.subtract(&receivers), service, &mut proof.witnesses);
        let mut question = Question {
            from: from.intersect(&self.senders),
            to,
            service,
            unheard: BTreeMap::new(),
            covering: BTreeMap::new(),
        };
        for at in self.places_within(to) {
            for proto in &service.protos {
                self.gaps(self.place(at), *proto, &mut question, &mut proof);
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

    fn local_to(&self, place: &Place) -> IpSet {
        let places = place.nodes.iter().flat_map(|id| &self.places_of[*id]);
        IpSet::union_of(places.map(|at| &self.place(*at).addrs))
    }

    fn gaps(&self, place: &Place, proto: u8, question: &mut Question<'_>, proof: &mut Proof) {
        let dst = question.to.intersect(&place.addrs);
        if self.one_rule_covers(place, &dst, proto, question) {
            return;
        }
        let src = question.from.subtract(&self.local_to(place));
        for ipv6 in [false, true] {
            let whole = FlowBox {
                src: side(&src, ipv6).clone(),
                dst: side(&dst, ipv6).clone(),
                ports: wanted_ports(proto, question.service),
            };
            if whole.is_empty() {
                continue;
            }
            match cover(whole, &self.admitted(place, &src, proto, ipv6)) {
                Cover::Whole => {}
                Cover::TooMuchWork => proof.undecided = true,
                Cover::Missing(rest) => self.missing(&rest, proto, ipv6, place, proof),
            }
        }
    }

    fn missing(&self, rest: &FlowBox, proto: u8, ipv6: bool, place: &Place, proof: &mut Proof) {
        let Some((src, dst, port)) = rest.first() else {
            return;
        };
        let flow = Flow {
            src: number_to_addr(src, ipv6),
            dst: number_to_addr(dst, ipv6),
            proto,
            port: u16::try_from(port).unwrap_or(0),
        };
        if let Some(from) = self.engine.source_place(flow.src) {
            self.witness(flow, from, place, &mut proof.witnesses);
        }
    }

    /// The common case, decided without looking at every source again: one rule admits all that is asked for, and
    /// its device hears all sources.
    fn one_rule_covers(&self, place: &Place, dst: &IpSet, proto: u8, question: &mut Question<'_>) -> bool {
        let [receiver] = place.nodes[..] else { return false };
        if !self.hears_all(receiver, place, question)
            || !self.engine.deliverable_at(receiver).contains_all(dst)
        {
            return false;
        }
        let wanted = wanted_ports(proto, question.service);
        self.engine.compiled.at(receiver).any(|(rule, target)| {
            let admits = |ipv6| admitted_ports(rule, target, proto, ipv6).contains_all(&wanted);
            if !admits(false) || !admits(true) || !self.holds_all_sources(rule, question) {
                return false;
            }
            let opened = self.engine.compiled.opened(receiver, rule, target);
            opened.only_from.is_none() && opened.dst.contains_all(dst)
        })
    }

    fn hears_all(&self, receiver: DeviceId, place: &Place, question: &mut Question<'_>) -> bool {
        let accepts = self.engine.world().tailnet.nodes[receiver].accept_routes;
        let from = &question.from;
        let unheard = question.unheard.entry((place.via, accepts)).or_insert_with(|| {
            let own = from.subtract(self.own.sending_to(place));
            if accepts {
                own.subtract(self.subnets.sending_to(place))
            } else {
                own
            }
        });
        unheard.is_empty() || self.local_to(place).contains_all(unheard)
    }

    fn holds_all_sources(&self, rule: &Rule, question: &mut Question<'_>) -> bool {
        let from = &question.from;
        let key = (rule.section == Section::Acls, rule.index);
        *question.covering.entry(key).or_insert_with(|| {
            let sets: Vec<&IpSet> = rule.src.iter().map(|id| self.engine.compiled.set(*id)).collect();
            sets.iter().any(|set| set.contains_all(from)) || IpSet::union_of(sets).contains_all(from)
        })
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
