//! Whether a flow gets through: the packet filter of the receiving device, and the route to it.

use std::net::IpAddr;

use super::addr::IpSet;
use super::compile::{Compiled, Rule, Target};
use super::expand::{DeviceId, World};
use super::explain::{Explanation, Step};
use super::model::Tailnet;
use super::policy::Policy;
use super::route::{Place, Routes, Via, share_a_node, unapproved};
use super::selector::proto_name;
use crate::facts::tailscale as facts;

/// A new flow: its first packet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Flow {
    /// Source address as the receiver sees it.
    pub src: IpAddr,
    /// Destination address.
    pub dst: IpAddr,
    /// IANA number of the protocol.
    pub proto: u8,
    /// Destination port; no matter for protocols without ports.
    pub port: u16,
}

impl Flow {
    /// True for the first packet of `ping` in the flow's family, which any rule between the two addresses admits.
    pub fn is_echo(&self) -> bool {
        let echo = if self.dst.is_ipv6() {
            facts::PROTO_ICMP6
        } else {
            facts::PROTO_ICMP
        };
        self.proto == echo
    }
}

/// What a device's packet filter does with a flow.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Filtered<'c> {
    /// The device neither has nor forwards the destination.
    NotLocal,
    /// A rule admits it, through one of its destinations.
    Admitted(&'c Rule, &'c Target),
    /// Every filter admits it, whatever the rules say.
    Always,
    /// No rule admits it.
    Dropped,
}

impl Filtered<'_> {
    /// True where the flow is admitted.
    pub fn accepts(self) -> bool {
        matches!(self, Filtered::Admitted(..) | Filtered::Always)
    }
}

/// A policy over a tailnet, ready to be asked.
pub struct Engine<'a> {
    /// The rules.
    pub compiled: Compiled<'a>,
    /// The routes.
    pub(crate) routes: Routes,
    never: IpSet,
}

impl<'a> Engine<'a> {
    /// Expands a policy over a tailnet. The policy should be valid; what is not readable in it admits nothing.
    pub fn new(policy: &'a Policy, tailnet: &'a Tailnet) -> Engine<'a> {
        let world = World::new(policy, tailnet);
        let routes = Routes::new(&world);
        Engine {
            compiled: Compiled::new(world),
            routes,
            never: IpSet::from_facts(&facts::NEVER_DELIVERED),
        }
    }

    /// The tailnet with its look-ups.
    pub(crate) fn world(&self) -> &World<'a> {
        &self.compiled.world
    }

    /// The addresses that a device's filter hands to its rules.
    pub fn deliverable_at(&self, at: DeviceId) -> IpSet {
        self.world().nodes[at].local.subtract(&self.never)
    }

    /// What the packet filter of the device `at` does with a new flow, routing aside.
    pub fn filter(&self, at: DeviceId, flow: Flow) -> Filtered<'_> {
        let Some(node) = self.world().nodes.get(at) else {
            return Filtered::NotLocal;
        };
        if flow.src.is_ipv6() != flow.dst.is_ipv6()
            || self.never.contains(flow.dst)
            || !node.local.contains(flow.dst)
        {
            return Filtered::NotLocal;
        }
        if flow.proto == facts::PROTO_TSMP {
            return Filtered::Always;
        }
        let mut targets = self.compiled.at(at);
        let found = targets.find(|(rule, target)| self.matches(at, rule, target, flow));
        found.map_or(Filtered::Dropped, |(rule, target)| {
            Filtered::Admitted(rule, target)
        })
    }

    fn matches(&self, at: DeviceId, rule: &Rule, target: &Target, flow: Flow) -> bool {
        let services = rule.services.get(target.services.clone()).unwrap_or_default();
        let service = flow.is_echo() && !services.is_empty()
            || services.iter().any(|s| s.admits(flow.proto, flow.port));
        if !service
            || !rule
                .src
                .iter()
                .any(|id| self.compiled.set(*id).contains(flow.src))
        {
            return false;
        }
        let opened = self.compiled.opened(at, rule, target);
        opened.dst.contains(flow.dst) && opened.only_from.is_none_or(|from| from.contains(flow.src))
    }

    /// True where a flow gets from end to end.
    pub fn reaches(&self, flow: Flow) -> bool {
        let world = self.world();
        let Some(to) = self.routes.place_of(world, flow.dst) else {
            return false;
        };
        let Some(from) = self.source_place(flow.src) else {
            return false;
        };
        share_a_node(from, to)
            || self
                .ends(from, to)
                .any(|(sender, receiver)| self.open_between(sender, from, receiver, to, flow))
    }

    /// Where a packet comes from; nothing on the internet opens flows into a tailnet.
    pub(super) fn source_place(&self, src: IpAddr) -> Option<&Place> {
        self.routes
            .place_of(self.world(), src)
            .filter(|p| p.via != Via::Exit)
    }

    /// Pairs of a sending and a receiving device.
    fn ends<'p>(&self, from: &'p Place, to: &'p Place) -> impl Iterator<Item = (DeviceId, DeviceId)> + 'p {
        from.nodes
            .iter()
            .flat_map(move |sender| to.nodes.iter().map(move |receiver| (*sender, *receiver)))
    }

    fn open_between(
        &self,
        sender: DeviceId,
        from: &Place,
        receiver: DeviceId,
        to: &Place,
        flow: Flow,
    ) -> bool {
        self.routed(sender, from, receiver, to) && self.filter(receiver, flow).accepts()
    }

    /// True where both ends use the routes they need: the sender for a subnet it sends to, the receiver for a
    /// subnet it hears from.
    fn routed(&self, sender: DeviceId, from: &Place, receiver: DeviceId, to: &Place) -> bool {
        let nodes = &self.world().tailnet.nodes;
        (to.via != Via::Subnet || nodes[sender].accept_routes)
            && (from.via != Via::Subnet || nodes[receiver].accept_routes)
    }

    /// The verdict with the chain that decides it: route, ends, rule; or the first link that is missing.
    pub fn explain(&self, flow: Flow) -> Explanation {
        let mut chain = Explanation::default();
        let Some(to) =
            self.explained_place(flow.dst, self.routes.place_of(self.world(), flow.dst), &mut chain)
        else {
            return chain;
        };
        let Some(from) = self.explained_place(flow.src, self.source_place(flow.src), &mut chain) else {
            return chain;
        };
        if share_a_node(from, to) {
            chain.local = true;
            chain.push(Step::holds(
                "source and destination are on the same device, so the tailnet is not involved",
            ));
            return chain.concluded(true);
        }
        let pairs: Vec<(DeviceId, DeviceId)> = self.ends(from, to).collect();
        let open = |(s, r): &&(DeviceId, DeviceId)| self.open_between(*s, from, *r, to, flow);
        let Some((sender, receiver)) = pairs.iter().find(open).or(pairs.first()) else {
            return chain;
        };
        self.explain_ends(*sender, from, *receiver, to, &mut chain);
        if chain.is_broken() {
            return chain;
        }
        self.explain_filter(*receiver, flow, &mut chain);
        let allowed = !chain.is_broken();
        chain.concluded(allowed)
    }

    fn name(&self, id: DeviceId) -> &str {
        self.world()
            .tailnet
            .nodes
            .get(id)
            .map_or("?", |n| n.name.as_str())
    }

    fn explained_place<'p>(
        &'p self,
        addr: IpAddr,
        place: Option<&'p Place>,
        chain: &mut Explanation,
    ) -> Option<&'p Place> {
        let Some(place) = place else {
            chain.push(match unapproved(self.world(), addr) {
                Some((id, prefix)) => Step::fails(format!(
                    "`{}` advertises `{prefix}`, which contains {addr}, but the route is not approved",
                    self.name(id)
                )),
                None => Step::fails(format!("no device has {addr} or advertises a route to it")),
            });
            return None;
        };
        let names: Vec<String> = place
            .nodes
            .iter()
            .map(|id| format!("`{}`", self.name(*id)))
            .collect();
        let names = names.join(", ");
        chain.push(Step::holds(match (place.via, place.prefix) {
            (Via::Own, _) | (_, None) => format!("{addr} is {names}"),
            (Via::Subnet, Some(prefix)) => {
                format!("{addr} is behind {names}, whose route `{prefix}` is approved")
            }
            (Via::Exit, Some(_)) => format!("{addr} is on the internet, behind the exit node {names}"),
        }));
        Some(place)
    }

    fn explain_ends(
        &self,
        sender: DeviceId,
        from: &Place,
        receiver: DeviceId,
        to: &Place,
        chain: &mut Explanation,
    ) {
        let nodes = &self.world().tailnet.nodes;
        for (needed, id, other) in [
            (to.via == Via::Subnet, sender, receiver),
            (from.via == Via::Subnet, receiver, sender),
        ] {
            if !needed {
                continue;
            }
            let (name, other) = (self.name(id), self.name(other));
            chain.push(if nodes[id].accept_routes {
                Step::holds(format!(
                    "`{name}` accepts routes, so it uses the route of `{other}`"
                ))
            } else {
                Step::fails(format!(
                    "`{name}` does not accept routes (`--accept-routes`), so it does not use the route of `{other}`"
                ))
            });
        }
    }

    fn explain_filter(&self, receiver: DeviceId, flow: Flow, chain: &mut Explanation) {
        let name = self.name(receiver);
        let what = if facts::PROTOS_WITH_PORTS.contains(&flow.proto) {
            format!("{} {}", proto_name(flow.proto), flow.port)
        } else {
            proto_name(flow.proto)
        };
        chain.push(match self.filter(receiver, flow) {
            Filtered::Admitted(rule, _) => {
                Step::holds(format!("{} allows {what} at `{name}`", rule.title())).at(rule.span)
            }
            Filtered::Always => Step::holds(format!("every device allows {what}")),
            Filtered::NotLocal => {
                Step::fails(format!("`{name}` drops packets to {} before its rules", flow.dst))
            }
            Filtered::Dropped => self.dropped(receiver, flow, &what),
        });
    }

    /// What no rule admits, with the rule that comes closest: it connects the two, or admits the port from others.
    fn dropped(&self, receiver: DeviceId, flow: Flow, what: &str) -> Step {
        let missing = format!(
            "no rule allows {what} from {} to {} at `{}`",
            flow.src,
            flow.dst,
            self.name(receiver)
        );
        let mut same_port = None;
        for (rule, target) in self.compiled.at(receiver) {
            let opened = self.compiled.opened(receiver, rule, target);
            if !opened.dst.contains(flow.dst) {
                continue;
            }
            let services = rule.services.get(target.services.clone()).unwrap_or_default();
            let from = rule
                .src
                .iter()
                .any(|id| self.compiled.set(*id).contains(flow.src));
            if from && opened.only_from.is_none_or(|only| only.contains(flow.src)) {
                let text = format!(
                    "{missing}; {} connects them on other ports or protocols",
                    rule.title()
                );
                return Step::fails(text).at(rule.span);
            }
            if services.iter().any(|s| s.admits(flow.proto, flow.port)) {
                same_port = same_port.or(Some(rule));
            }
        }
        match same_port {
            Some(rule) => Step::fails(format!(
                "{missing}; {} allows it from other sources",
                rule.title()
            ))
            .at(rule.span),
            None => Step::fails(missing),
        }
    }
}
