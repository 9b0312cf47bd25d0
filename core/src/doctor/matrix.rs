//! Who reaches whom: the probe's checks, by pairs of nodes and by what carries the packets.

use super::facts::{Class, Facts, Lookup, Net, Outcome, Proto, Server};
use crate::source::Span;
use std::collections::BTreeMap;

/// How the checks of one kind ended.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tally {
    /// How many got there and back.
    pub through: usize,
    /// How many were lost.
    pub lost: usize,
    /// How many were refused.
    pub refused: usize,
    /// The first that did not get there, and how it ended.
    pub bad: Option<(Span, Outcome)>,
    /// The first that got there and back.
    pub good: Option<Span>,
}

impl Tally {
    fn add(&mut self, at: Span, outcome: Outcome) {
        if outcome.got_through() {
            self.through += 1;
            self.good.get_or_insert(at);
            return;
        }
        match outcome {
            Outcome::Refused => self.refused += 1,
            _ => self.lost += 1,
        }
        self.bad.get_or_insert((at, outcome));
    }

    /// Whether something was tried, and all of it was lost.
    pub fn is_lost(&self) -> bool {
        self.lost > 0 && self.through == 0 && self.refused == 0
    }

    /// Whether something was tried, and all of it was refused.
    pub fn is_refused(&self) -> bool {
        self.refused > 0 && self.through == 0
    }

    /// Whether something got there.
    pub fn works(&self) -> bool {
        self.through > 0
    }

    /// Whether anything was tried.
    pub fn tried(&self) -> bool {
        self.through + self.lost + self.refused > 0
    }
}

/// How one node reaches the pods of another, or its own.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Pair {
    /// ICMP echo.
    pub icmp: Tally,
    /// UDP.
    pub udp: Tally,
    /// TCP.
    pub tcp: Tally,
}

impl Pair {
    fn of(&mut self, proto: Option<Proto>) -> &mut Tally {
        match proto {
            Some(Proto::Icmp) => &mut self.icmp,
            Some(Proto::Tcp) => &mut self.tcp,
            // Resolvers ask over UDP unless they are told otherwise.
            _ => &mut self.udp,
        }
    }

    /// Whether neither UDP nor TCP gets there.
    pub fn is_dead(&self) -> bool {
        (self.udp.is_lost() || self.tcp.is_lost()) && !self.udp.works() && !self.tcp.works()
    }

    /// Whether echoes get there and nothing else does.
    pub fn only_echo(&self) -> bool {
        self.is_dead() && self.icmp.works()
    }

    /// Whether all that was tried was refused: somebody answers, with a no.
    pub fn is_refused(&self) -> bool {
        (self.udp.is_refused() || self.tcp.is_refused()) && !self.udp.works() && !self.tcp.works()
    }

    /// Whether anything gets there.
    pub fn works(&self) -> bool {
        self.udp.works() || self.tcp.works()
    }

    /// The first check that did not get there.
    pub fn bad(&self) -> Option<(Span, Outcome)> {
        self.udp.bad.or(self.tcp.bad).or(self.icmp.bad)
    }
}

/// How a node asks the cluster's DNS.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Dns {
    /// Through the service's address.
    pub service: Pair,
    /// CoreDNS itself, on the same node or another.
    pub direct: Pair,
    /// CoreDNS itself, on the same node.
    pub local: Pair,
}

/// Who reaches whom.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Matrix {
    /// From pods of the first node to pods of the second.
    pub pods: BTreeMap<(String, String), Pair>,
    /// From the first machine itself to pods of the second.
    pub to_pods: BTreeMap<(String, String), Pair>,
    /// From the first machine itself to the second.
    pub hosts: BTreeMap<(String, String), Pair>,
    /// How each node, from each network, asks the cluster's DNS.
    pub dns: BTreeMap<(String, Net), Dns>,
}

impl Matrix {
    /// Whether one of two machines tried to reach pods of the other.
    pub fn tried_tunnel(&self, one: &str, other: &str) -> bool {
        let tried = |from: &str, to: &str| self.to_pods.contains_key(&(from.to_owned(), to.to_owned()));
        tried(one, other) || tried(other, one)
    }

    /// A packet of one of two machines that got to a pod of the other, and its answer back: what carries packets between them works.
    pub fn through_tunnel(&self, one: &str, other: &str) -> Option<Span> {
        let way = |from: &str, to: &str| {
            let pair = self.to_pods.get(&(from.to_owned(), to.to_owned()))?;
            pair.udp.good.or(pair.tcp.good)
        };
        way(one, other).or_else(|| way(other, one))
    }

    /// Sorts a report's checks.
    pub fn of(facts: &Facts) -> Matrix {
        let mut matrix = Matrix::default();
        for peer in &facts.peers {
            let key = (peer.node.clone(), peer.to_node.clone());
            let pairs = match (peer.net, peer.to_net) {
                (Net::Pod, Net::Pod) => &mut matrix.pods,
                (Net::Host, Net::Pod) => &mut matrix.to_pods,
                (_, Net::Host) => &mut matrix.hosts,
            };
            // A machine that refuses a connection was reached.
            let outcome = match (peer.to_net, peer.outcome) {
                (Net::Host, Outcome::Refused) => Outcome::Answered,
                (_, outcome) => outcome,
            };
            pairs
                .entry(key)
                .or_default()
                .of(Some(peer.proto))
                .add(peer.at, outcome);
        }
        for lookup in facts.lookups.iter().filter(|lookup| lookup.probed) {
            matrix.lookup(lookup);
        }
        matrix
    }

    fn lookup(&mut self, lookup: &Lookup) {
        let (Some(node), Some(net)) = (&lookup.node, lookup.net) else {
            return;
        };
        // Whether other names are found is CoreDNS's business; here it is whether CoreDNS is found.
        if lookup.class != Class::Cluster {
            return;
        }
        let dns = self.dns.entry((node.clone(), net)).or_default();
        match &lookup.server {
            Server::Service => dns.service.of(lookup.proto).add(lookup.at, lookup.outcome),
            Server::CoreDns(to) => {
                dns.direct.of(lookup.proto).add(lookup.at, lookup.outcome);
                if let Some(to) = to {
                    if to == node {
                        dns.local.of(lookup.proto).add(lookup.at, lookup.outcome);
                    }
                    let pairs = match net {
                        Net::Pod => &mut self.pods,
                        Net::Host => &mut self.to_pods,
                    };
                    let pair = pairs.entry((node.clone(), to.clone())).or_default();
                    pair.of(lookup.proto).add(lookup.at, lookup.outcome);
                }
            }
            Server::Resolver | Server::Unknown => {}
        }
    }

    /// Pairs of different nodes.
    pub fn across(&self) -> impl Iterator<Item = (&(String, String), &Pair)> {
        self.pods.iter().filter(|((from, to), _)| from != to)
    }
}
