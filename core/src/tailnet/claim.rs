//! What can be claimed about a policy over a tailnet, and the words that name its ends.

use super::addr::IpSet;
use super::compile::Service;
use super::expand::World;
use super::route::{Routes, Via};
use super::selector::{Autogroup, Selector};

/// A statement about all flows between sets of addresses.
///
/// Ends are written as policies write them (`tag:x`, a login, `group:x`, an address, a prefix, a name of `hosts`),
/// or as the name of a device, as `pods` for every address behind an approved subnet route, as `pod@device` for
/// those behind one device, or as `*` for every address.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum Claim {
    /// Nobody but `allowed` reaches `dst`.
    OnlySources {
        /// The destinations.
        dst: Vec<String>,
        /// Protocol and ports.
        service: Service,
        /// Who may.
        allowed: Vec<String>,
    },
    /// Every address of `from` reaches every address of `to`.
    Allow {
        /// The sources.
        from: Vec<String>,
        /// The destinations.
        to: Vec<String>,
        /// Protocol and ports; several protocols must all get through.
        service: Service,
    },
    /// No address of `from` reaches any address of `to`.
    Deny {
        /// The sources.
        from: Vec<String>,
        /// The destinations.
        to: Vec<String>,
        /// Protocol and ports; not one may get through.
        service: Service,
    },
}

impl Claim {
    /// Every pod reaches every pod, over TCP and UDP, on every port.
    pub fn pods_reach_pods() -> Claim {
        let pods = || vec!["pods".to_owned()];
        let service = Service {
            protos: vec![
                crate::facts::tailscale::PROTO_TCP,
                crate::facts::tailscale::PROTO_UDP,
            ],
            ports: super::selector::all_ports(),
        };
        Claim::Allow {
            from: pods(),
            to: pods(),
            service,
        }
    }
}

/// The addresses that the ends of a claim stand for.
pub(crate) fn ends(world: &World<'_>, routes: &Routes, names: &[String]) -> IpSet {
    let sets: Vec<IpSet> = names.iter().map(|name| end(world, routes, name.trim())).collect();
    IpSet::union_of(&sets)
}

fn end(world: &World<'_>, routes: &Routes, name: &str) -> IpSet {
    if name == "*" {
        return IpSet::all();
    }
    if name == "pods" {
        let subnets = routes.prefixes().iter().filter(|p| p.via == Via::Subnet);
        return IpSet::union_of(subnets.map(|p| &p.addrs));
    }
    if let Some(node) = name.strip_prefix("pod@") {
        let id = world.node_named(node);
        let subnets = routes.prefixes().iter().filter(|p| p.via == Via::Subnet);
        let behind = subnets.filter(|p| id.is_some_and(|id| p.nodes.contains(&id)));
        return IpSet::union_of(behind.map(|p| &p.addrs));
    }
    match Selector::parse(name) {
        Selector::Autogroup(Autogroup::Internet) => world.internet().clone(),
        selector @ Selector::Host(_) => {
            let alias = world.addresses(&selector);
            match world.node_named(name).and_then(|id| world.nodes.get(id)) {
                Some(node) if alias.is_empty() => node.own.clone(),
                _ => alias,
            }
        }
        selector => world.addresses(&selector),
    }
}
