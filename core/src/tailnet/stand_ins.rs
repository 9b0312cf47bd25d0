//! Made-up devices for tests that name a tag or a person without one. Such a test is decided for the made-up device,
//! with a warning: what the control plane does then is not known.

use crate::tailnet::findings::claims::TEST_WITHOUT_DEVICE;
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::expand::World;
use super::model::{Attributes, Device, Tailnet};
use super::policy::Policy;
use super::selector::{self, Selector};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The tailnet with a device for each tag and person that a test names and that has none.
pub(super) fn with_stand_ins(policy: &Policy, tailnet: &Tailnet) -> (Tailnet, Vec<Diagnostic>) {
    let world = World::new(policy, tailnet);
    let mut seen: BTreeSet<Selector> = BTreeSet::new();
    let mut without = named(policy);
    without
        .retain(|(selector, _)| seen.insert(selector.clone()) && world.devices(selector) == Some(Vec::new()));
    let taken: BTreeSet<IpAddr> =
        crate::sorted::set(tailnet.nodes.iter().flat_map(|n| n.ips.iter().copied()));
    let mut free = free_addresses(&taken);
    let mut extended = tailnet.clone();
    // A test brings its own attributes.
    extended.nodes.iter_mut().for_each(|node| node.posture.clear());
    let mut found = Vec::new();
    for (selector, span) in without {
        let (written, user, tags) = match selector {
            Selector::Tag(tag) => (tag.clone(), None, vec![tag]),
            Selector::User(login) => (login.clone(), Some(login), Vec::new()),
            _ => continue,
        };
        extended.nodes.push(Device {
            name: format!("(a device of {written})"),
            user,
            tags,
            ips: free.next().map_or_else(Vec::new, Vec::from),
            advertised: Vec::new(),
            approved: Vec::new(),
            accept_routes: true,
            posture: Attributes::new(),
        });
        found.push(
            TEST_WITHOUT_DEVICE
                .at(span, format!("`{written}` has no device yet"))
                .help("add a device first; otherwise the control plane may fail the test")
                .note("gkc runs the test with a placeholder device"),
        );
    }
    (extended, found)
}

/// The people and tags that tests name, with the place.
fn named(policy: &Policy) -> Vec<(Selector, Span)> {
    let mut out = Vec::new();
    let mut add = |text: &str, span: Span| match Selector::parse(text) {
        selector @ (Selector::Tag(_) | Selector::User(_)) => out.push((selector, span)),
        Selector::Group(name) => {
            let group = policy.groups.iter().filter(|g| g.name.value == name);
            let logins: Vec<_> = group.flat_map(|g| &g.list.items).collect();
            // A group of people without any device is stood in for by its first member.
            out.extend(
                logins
                    .first()
                    .map(|login| (Selector::parse(&login.value), span))
                    .filter(|_| logins.len() == 1),
            );
        }
        _ => {}
    };
    for test in &policy.tests {
        test.src.iter().for_each(|s| add(&s.value, s.span));
        for dst in test.accept.items.iter().chain(&test.deny.items) {
            if let Some((host, _)) = selector::split_host_port(&dst.value) {
                add(host, dst.span);
            }
        }
    }
    for test in &policy.ssh_tests {
        test.src
            .iter()
            .chain(&test.dst.items)
            .for_each(|t| add(&t.value, t.span));
    }
    out
}

/// How many addresses of each family are looked at for a free one: the rest of Tailscale's own range.
const CANDIDATES: u32 = 4_000_000;

/// Addresses that no device has, one of each family at a time.
fn free_addresses(taken: &BTreeSet<IpAddr>) -> impl Iterator<Item = [IpAddr; 2]> {
    let v4 = u32::from(Ipv4Addr::new(100, 127, 255, 250));
    let v6 = u128::from(Ipv6Addr::new(0xfd7a, 0x115c, 0xa1e0, 0xff00, 0, 0, 0, 1));
    (0..CANDIDATES)
        .map(move |i| {
            [
                IpAddr::V4(Ipv4Addr::from(v4 - i)),
                IpAddr::V6(Ipv6Addr::from(v6 + u128::from(i))),
            ]
        })
        .filter(|pair| pair.iter().all(|a| !taken.contains(a)))
}
