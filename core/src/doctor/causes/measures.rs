//! Which ways through the cluster work, on each node and altogether: the matrix in one word, against which causes are held.

use super::Case;
use crate::doctor::facts::{Class, Net, Outcome, Server};
use crate::doctor::matrix::{Pair, Tally};
use crate::doctor::ways::*;
use crate::source::Span;
use std::collections::BTreeMap;

/// How each way ended, on one node or on all of them.
#[derive(Clone, Default)]
pub struct Measured {
    /// Something got through.
    pub works: Ways,
    /// Something did not.
    pub fails: Ways,
    /// What did not get through was told that there is no way.
    pub rejected: Ways,
    /// What did not get through was refused by whom it was for.
    refused: Ways,
    bad: BTreeMap<Ways, (Span, Outcome)>,
    good: BTreeMap<Ways, Span>,
}

impl Measured {
    fn add(&mut self, way: Ways, at: Span, outcome: Outcome, through: bool) {
        if through {
            self.works |= way;
            self.good.entry(way).or_insert(at);
            return;
        }
        self.fails |= way;
        if outcome == Outcome::Unreachable {
            self.rejected |= way;
        }
        if outcome == Outcome::Refused {
            self.refused |= way;
        }
        self.bad.entry(way).or_insert((at, outcome));
    }

    fn tally(&mut self, way: Ways, tally: &Tally) {
        if let Some(at) = tally.good {
            self.add(way, at, Outcome::Answered, true);
        }
        if let Some((at, outcome)) = tally.bad {
            self.add(way, at, outcome, false);
        }
    }

    fn pair(&mut self, way: Ways, pair: &Pair) {
        self.tally(way, &pair.udp);
        self.tally(way, &pair.tcp);
    }

    /// Ways that were tried, and that nothing got through, not even a refusal.
    pub fn dead(&self) -> Ways {
        self.fails & !self.works & !self.refused
    }

    /// The first check of that way that did not get through.
    pub fn bad(&self, way: Ways) -> Option<(Span, Outcome)> {
        self.bad.get(&way).copied()
    }

    /// The first check of that way that got through.
    pub fn good(&self, way: Ways) -> Option<Span> {
        self.good.get(&way).copied()
    }

    fn join(&mut self, other: &Measured) {
        self.works |= other.works;
        self.fails |= other.fails;
        self.rejected |= other.rejected;
        self.refused |= other.refused;
        for (way, bad) in &other.bad {
            self.bad.entry(*way).or_insert(*bad);
        }
        for (way, good) in &other.good {
            self.good.entry(*way).or_insert(*good);
        }
    }
}

/// What was measured on each node.
pub fn by_node(case: &Case<'_>) -> BTreeMap<String, Measured> {
    let mut nodes: BTreeMap<String, Measured> = BTreeMap::new();
    let of = |nodes: &mut BTreeMap<String, Measured>, node: &String, way: Ways, pair: &Pair| {
        nodes.entry(node.clone()).or_default().pair(way, pair);
    };
    let matrix = &case.matrix;
    for ((from, to), pair) in &matrix.pods {
        // The probe's own pod is the only one of its kind on a machine, and reaches itself whatever is broken.
        if from != to {
            of(&mut nodes, from, ACROSS, pair);
            nodes.entry(from.clone()).or_default().tally(ECHO, &pair.icmp);
        }
    }
    for ((from, to), pair) in &matrix.to_pods {
        of(&mut nodes, from, if from == to { HOST } else { FAR }, pair);
    }
    for ((from, _), pair) in &matrix.hosts {
        of(&mut nodes, from, HOSTS, pair);
        nodes.entry(from.clone()).or_default().tally(HOSTS, &pair.icmp);
    }
    for ((node, net), dns) in &matrix.dns {
        let service = if *net == Net::Pod { SERVICE } else { HOST_SERVICE };
        of(&mut nodes, node, service, &dns.service);
        if *net == Net::Pod {
            of(&mut nodes, node, LOCAL, &dns.local);
        }
    }
    for check in &case.facts.apis {
        if check.net == Net::Pod {
            let node = nodes.entry(check.node.clone()).or_default();
            node.add(API, check.at, check.outcome, check.outcome.is_good());
        }
    }
    for check in &case.facts.large {
        let node = nodes.entry(check.node.clone()).or_default();
        node.add(LARGE, check.at, check.outcome, check.outcome.is_good());
    }
    for lookup in case.facts.lookups.iter().filter(|lookup| lookup.probed) {
        let Some(node) = &lookup.node else {
            continue;
        };
        // What a machine asks CoreDNS goes out where CoreDNS runs, whatever its own pods can do.
        let of_pods = lookup.net == Some(Net::Pod);
        let way = match (&lookup.server, lookup.class) {
            (Server::Service | Server::CoreDns(_), Class::External) if of_pods => OUTSIDE,
            (Server::Service | Server::CoreDns(_), Class::User) if of_pods => NAMES,
            (Server::Resolver, Class::External) => RESOLVER,
            _ => continue,
        };
        let good = lookup.outcome.is_good();
        nodes
            .entry(node.clone())
            .or_default()
            .add(way, lookup.at, lookup.outcome, good);
    }
    nodes
}

/// What was measured altogether.
pub fn altogether(nodes: &BTreeMap<String, Measured>) -> Measured {
    let mut all = Measured::default();
    for node in nodes.values() {
        all.join(node);
    }
    all
}
