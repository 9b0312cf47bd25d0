//! Who receives a packet: the device that owns an address, or those that forward its longest approved prefix.
//!
//! A route counts only where it is advertised and approved (which is what `approved` lists). Devices with exactly
//! the same prefix stand in for each other. Routing is a condition of its own next to the packet filter.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use super::addr::{IpSet, Prefix};
use super::expand::{DeviceId, World};

/// Why an address leads to a device.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Via {
    /// The device owns it.
    Own,
    /// The device forwards a subnet that holds it; both ends must use the routes of others.
    Subnet,
    /// The device is an exit node.
    Exit,
}

/// Addresses that lead to the same devices.
#[derive(Clone, PartialEq, Debug)]
pub struct Place {
    /// Why they lead there.
    pub via: Via,
    /// The prefix, where it is a route.
    pub prefix: Option<Prefix>,
    /// The devices, one unless several forward the same prefix.
    pub nodes: Vec<DeviceId>,
    /// The addresses, those of more specific routes left out.
    pub addrs: IpSet,
}

/// The routing of a tailnet.
pub struct Routes {
    /// Every place: devices in order, then prefixes.
    pub places: Vec<Place>,
    by_prefix: BTreeMap<Prefix, usize>,
    lengths: Vec<(bool, u8)>,
    own: usize,
    /// The intervals of all routes' addresses, which do not overlap, sorted: IPv4, then IPv6.
    regions: [Vec<(u128, u128, usize)>; 2],
}

impl Routes {
    /// The routes in force.
    pub fn new(world: &World<'_>) -> Routes {
        let mut places: Vec<Place> = world
            .nodes
            .iter()
            .enumerate()
            .map(|(id, node)| Place {
                via: Via::Own,
                prefix: None,
                nodes: vec![id],
                addrs: node.own.clone(),
            })
            .collect();
        let own = places.len();
        let all_own = IpSet::union_of(world.nodes.iter().map(|n| &n.own));
        let mut by_prefix: BTreeMap<Prefix, usize> = BTreeMap::new();
        let mut routers: BTreeMap<Prefix, Vec<DeviceId>> = BTreeMap::new();
        for (id, node) in world.tailnet.nodes.iter().enumerate() {
            let distinct: BTreeSet<Prefix> = crate::sorted::set(node.approved.iter().map(|p| p.network()));
            distinct
                .into_iter()
                .for_each(|p| routers.entry(p).or_default().push(id));
        }
        let specific = more_specific(routers.keys().copied());
        for (prefix, nodes) in routers {
            let whole = IpSet::from_prefixes([prefix]);
            let inner = specific.get(&prefix).cloned().unwrap_or_default();
            let addrs = whole.subtract(&IpSet::from_prefixes(inner)).subtract(&all_own);
            let via = if prefix.is_default_route() {
                Via::Exit
            } else {
                Via::Subnet
            };
            by_prefix.insert(prefix, places.len());
            places.push(Place {
                via,
                prefix: Some(prefix),
                nodes,
                addrs,
            });
        }
        let lengths: BTreeSet<(bool, u8)> =
            crate::sorted::set(by_prefix.keys().map(|p| (p.addr.is_ipv6(), p.bits)));
        Routes {
            regions: [regions(&places, own, false), regions(&places, own, true)],
            places,
            by_prefix,
            lengths: lengths.into_iter().rev().collect(),
            own,
        }
    }

    /// The places that hold an address of a set: devices in order, then routes.
    pub fn places_within(&self, world: &World<'_>, set: &IpSet) -> Vec<usize> {
        let mut routes = Vec::new();
        for (regions, ranges) in self.regions.iter().zip([&set.v4, &set.v6]) {
            for (low, high) in ranges.intervals() {
                let from = regions.partition_point(|r| r.1 < *low);
                let inside = regions.iter().skip(from).take_while(|r| r.0 <= *high);
                routes.extend(inside.map(|r| r.2));
            }
        }
        crate::sorted::sort(&mut routes);
        routes.dedup();
        let mut found = world.owners_within(set);
        found.extend(routes);
        found
    }

    /// The places that are routes.
    pub fn prefixes(&self) -> &[Place] {
        self.places.get(self.own..).unwrap_or(&[])
    }

    /// Where an address leads; none where nothing leads there.
    pub fn place_of(&self, world: &World<'_>, addr: IpAddr) -> Option<&Place> {
        if let Some(id) = world.node_at(addr) {
            return self.places.get(id);
        }
        let lengths = self.lengths.iter().filter(|(v6, _)| *v6 == addr.is_ipv6());
        lengths
            .filter_map(|(_, bits)| self.by_prefix.get(&Prefix { addr, bits: *bits }.network()))
            .find_map(|at| self.places.get(*at))
    }
}

fn regions(places: &[Place], own: usize, ipv6: bool) -> Vec<(u128, u128, usize)> {
    let mut out = Vec::new();
    for (at, place) in places.iter().enumerate().skip(own) {
        let ranges = if ipv6 { &place.addrs.v6 } else { &place.addrs.v4 };
        out.extend(ranges.intervals().iter().map(|(low, high)| (*low, *high, at)));
    }
    crate::sorted::sort(&mut out);
    out
}

/// For each prefix the outermost ones inside it.
fn more_specific(prefixes: impl Iterator<Item = Prefix>) -> BTreeMap<Prefix, Vec<Prefix>> {
    let mut sorted: Vec<Prefix> = prefixes.collect();
    crate::sorted::sort_by_key(&mut sorted, |p| (p.addr.is_ipv6(), p.low(), p.bits));
    let mut inner: BTreeMap<Prefix, Vec<Prefix>> = BTreeMap::new();
    let mut open: Vec<Prefix> = Vec::new();
    for prefix in sorted {
        while open.last().is_some_and(|outer| !outer.covers(prefix)) {
            open.pop();
        }
        if let Some(outer) = open.last() {
            inner.entry(*outer).or_default().push(prefix);
        }
        open.push(prefix);
    }
    inner
}

/// True where two places share a device, so that traffic between them need not cross the tailnet.
pub fn share_a_node(a: &Place, b: &Place) -> bool {
    a.nodes.iter().any(|n| b.nodes.contains(n))
}

/// What a router offers without approval: the prefixes that cover `addr`, with the device.
pub fn unapproved(world: &World<'_>, addr: IpAddr) -> Option<(DeviceId, Prefix)> {
    let nodes = world.tailnet.nodes.iter().enumerate();
    nodes
        .flat_map(|(id, n)| n.advertised.iter().map(move |p| (id, *p)))
        .filter(|(_, p)| !p.is_default_route() && p.contains(addr))
        .max_by_key(|(id, p)| (p.bits, std::cmp::Reverse(*id)))
}
