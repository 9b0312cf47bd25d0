//! Proofs that nothing gets through: every rule that admits a flow in question is followed to its sources.

use std::collections::BTreeMap;

use super::{MAX_WITNESSES, Proof, Prover, admitted_ports, some_flow, wanted_ports};
use crate::facts::tailscale as facts;
use crate::tailnet::addr::IpSet;
use crate::tailnet::compile::{Rule, Service, SetId, Target};
use crate::tailnet::expand::DeviceId;
use crate::tailnet::prove::Witness;
use crate::tailnet::route::{Place, Via, share_a_node};

impl Prover<'_, '_> {
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
        receiver: DeviceId,
        place: &Place,
        dst: &IpSet,
        service: &Service,
        sources: &mut Sources<'_>,
        out: &mut Vec<Witness>,
    ) {
        if service.protos.contains(&facts::PROTO_TSMP) {
            let (excess, places) = sources.whole(self);
            let end = Arrival {
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
                let end = Arrival {
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
    fn list(&self, end: &Arrival<'_>, excess: &IpSet, places: &[usize], out: &mut Vec<Witness>) {
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
    fn delivered(&self, from: &Place, receiver: DeviceId, to: &Place) -> bool {
        let nodes = &self.engine.world().tailnet.nodes;
        from.via != Via::Exit
            && !share_a_node(from, to)
            && (from.via != Via::Subnet || nodes[receiver].accept_routes)
            && (to.via != Via::Subnet || from.nodes.iter().any(|s| nodes[*s].accept_routes))
    }
}

/// Where a flow that a claim forbids arrives.
struct Arrival<'p> {
    receiver: DeviceId,
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
