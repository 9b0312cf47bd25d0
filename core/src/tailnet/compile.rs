//! A policy's rules with their selectors expanded, indexed by the device they apply at.
//!
//! Each distinct selector is expanded once and rules refer to the result by number, so memory grows with the policy
//! and the tailnet, not with their product.

use std::collections::BTreeMap;

use super::addr::IpSet;
use super::expand::{DeviceId, World};
use super::model::Device;
use super::policy::{Acl, Grant, List, Policy, Text};
use super::posture::{self, Verdict};
use super::ranges::Ranges;
use super::selector::{self, Autogroup, Selector};
use crate::facts::tailscale as facts;
use crate::source::{FileId, Span};

/// Number of an expanded selector.
pub type SetId = usize;

/// The section that a rule stands in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Section {
    /// `acls`.
    Acls,
    /// `grants`.
    Grants,
    /// No section: the policy has no rules, so everything is admitted.
    AllowAll,
}

/// A rule, ready to be asked.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// Where it comes from.
    pub section: Section,
    /// Its number in that section, from 0.
    pub index: usize,
    /// Where it stands.
    pub span: Span,
    /// Its sources.
    pub src: Vec<SetId>,
    /// Its destinations.
    pub targets: Vec<Target>,
    /// Protocols and ports; targets refer to a range of them.
    pub services: Vec<Service>,
    /// Tags of the routers to go through; empty where any will do.
    pub via: Vec<String>,
}

/// A destination of a rule.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Target {
    /// Where it stands.
    pub span: Span,
    /// What it stands for.
    pub to: To,
    /// Its part of [`Rule::services`].
    pub services: std::ops::Range<usize>,
}

/// What a destination stands for.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub enum To {
    /// Everything.
    Any,
    /// The own addresses of devices.
    Devices(SetId),
    /// Addresses, wherever they are; `exit` is the part that exit nodes forward.
    Addresses {
        /// All of them.
        set: SetId,
        /// The part on the internet that an exit node receives the rule for.
        exit: SetId,
    },
    /// The internet through exit nodes.
    Internet,
    /// The devices of the person who connects.
    SelfDevices,
    /// Nothing that is modelled, as services.
    Nothing,
}

/// Protocols with their ports.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct Service {
    /// IANA numbers, sorted.
    pub protos: Vec<u8>,
    /// Ports.
    pub(crate) ports: Ranges,
}

impl Service {
    /// The ports from the first to the last of some protocols, by their IANA numbers.
    pub fn new(mut protos: Vec<u8>, (first, last): (u16, u16)) -> Service {
        crate::sorted::sort(&mut protos);
        let ports = Ranges::from_range(first.into(), last.into());
        Service { protos, ports }
    }

    /// True where a packet of this protocol to this port is meant. ICMP echo is not asked about here.
    pub fn admits(&self, proto: u8, port: u16) -> bool {
        let ported = facts::PROTOS_WITH_PORTS.contains(&proto);
        self.protos.binary_search(&proto).is_ok()
            && if ported {
                self.ports.contains(u128::from(port))
            } else {
                self.ports == selector::all_ports()
            }
    }

    /// What a question about this service means between addresses of one family: each family has an ICMP of its own.
    pub fn in_family(&self, ipv6: bool) -> Service {
        let (own, other) = if ipv6 {
            (facts::PROTO_ICMP6, facts::PROTO_ICMP)
        } else {
            (facts::PROTO_ICMP, facts::PROTO_ICMP6)
        };
        let mut protos = self.protos.clone();
        if protos.contains(&facts::PROTO_ICMP) {
            protos.retain(|proto| *proto != other);
            protos.push(own);
            crate::sorted::sort(&mut protos);
            protos.dedup();
        }
        Service {
            protos,
            ports: self.ports.clone(),
        }
    }
}

/// All rules of a policy over one tailnet.
pub struct Compiled<'a> {
    /// What selectors were expanded with.
    pub(crate) world: World<'a>,
    /// The rules in file order, `acls` first.
    pub rules: Vec<Rule>,
    pub(super) sets: Vec<IpSet>,
    by_selector: BTreeMap<Selector, SetId>,
    /// Per device: the targets that may apply, as rule and target number, sorted.
    at_node: Vec<Vec<(u32, u32)>>,
    /// Targets that may apply at every device.
    everywhere: Vec<(u32, u32)>,
}

impl Rule {
    /// The postures that the rule names itself.
    pub fn own_posture<'p>(&self, policy: &'p Policy) -> Option<&'p List> {
        match self.section {
            Section::Acls => Some(&policy.acls.as_ref()?.get(self.index)?.src_posture),
            Section::Grants => Some(&policy.grants.as_ref()?.get(self.index)?.src_posture),
            Section::AllowAll => None,
        }
    }
}

impl<'a> Compiled<'a> {
    /// Expands a policy's rules.
    pub(crate) fn new(world: World<'a>) -> Compiled<'a> {
        let policy = world.policy;
        let mut compiled = Compiled {
            world,
            rules: Vec::new(),
            sets: vec![IpSet::new()],
            by_selector: BTreeMap::new(),
            at_node: Vec::new(),
            everywhere: Vec::new(),
        };
        for (index, rule) in policy.acls.iter().flatten().enumerate() {
            let rule = compiled.acl(index, rule);
            compiled.rules.push(rule);
        }
        for (index, rule) in policy.grants.iter().flatten().enumerate() {
            let rule = compiled.grant(index, rule);
            compiled.rules.push(rule);
        }
        if policy.allows_all() {
            let rule = compiled.allow_all();
            compiled.rules.push(rule);
        }
        compiled.index();
        compiled
    }

    /// An expanded selector.
    pub fn set(&self, id: SetId) -> &IpSet {
        &self.sets[id]
    }

    fn intern(&mut self, selector: Selector) -> SetId {
        if let Some(id) = self.by_selector.get(&selector) {
            return *id;
        }
        let id = self.sets.len();
        self.sets.push(self.world.addresses(&selector));
        self.by_selector.insert(selector, id);
        id
    }

    /// The devices that are known not to meet a rule's postures.
    fn failing(&self, posture: &List) -> IpSet {
        let wanted = posture::wanted(self.world.policy, posture);
        if wanted.is_empty() {
            return IpSet::default();
        }
        let known = self
            .world
            .tailnet
            .nodes
            .iter()
            .filter(|node| !node.posture.is_empty());
        let fails = |node: &&Device| {
            let (verdict, _) = posture::decide(self.world.policy, wanted, &node.posture, Verdict::Unknown);
            verdict == Verdict::Fails
        };
        IpSet::from_addrs(known.filter(fails).flat_map(|node| node.ips.iter().copied()))
    }

    /// The sources of a rule, without devices that are known not to meet its postures.
    fn sources(&mut self, texts: &[Text], posture: &List) -> Vec<SetId> {
        let mut ids: Vec<SetId> = texts
            .iter()
            .map(|t| self.intern(Selector::parse(&t.value)))
            .collect();
        let failing = self.failing(posture);
        if !failing.is_empty() {
            for id in &mut ids {
                self.sets.push(self.sets[*id].subtract(&failing));
                *id = self.sets.len() - 1;
            }
        }
        crate::sorted::sort(&mut ids);
        ids.dedup();
        ids
    }

    fn target(&mut self, selector: Selector) -> To {
        match &selector {
            Selector::Any => To::Any,
            Selector::Autogroup(Autogroup::Internet) => To::Internet,
            Selector::Autogroup(Autogroup::SelfDevices) => To::SelfDevices,
            Selector::Ip(_) | Selector::Net(_) | Selector::Host(_) | Selector::IpSet(_) => {
                let in_parts = matches!(selector, Selector::IpSet(_));
                let set = self.intern(selector);
                let exit = self.exit_part(set, in_parts);
                To::Addresses { set, exit }
            }
            _ if selector.is_people() || matches!(selector, Selector::Tag(_) | Selector::Autogroup(_)) => {
                To::Devices(self.intern(selector))
            }
            _ => To::Nothing,
        }
    }

    /// What exit nodes hear of a destination: a prefix that lies on the internet as a whole, or those parts of a set.
    fn exit_part(&mut self, set: SetId, in_parts: bool) -> SetId {
        let inside = self.sets[set].intersect(self.world.internet());
        if inside == self.sets[set] {
            return set;
        }
        if !in_parts || inside.is_empty() {
            return 0;
        }
        self.sets.push(inside);
        self.sets.len() - 1
    }

    fn acl(&mut self, index: usize, rule: &Acl) -> Rule {
        let proto = rule.proto.as_ref().filter(|p| !p.trimmed().is_empty());
        let protos = match proto {
            None => facts::DEFAULT_PROTOS.to_vec(),
            Some(name) => selector::parse_proto(&name.value).into_iter().collect(),
        };
        let mut out = Rule {
            section: Section::Acls,
            index,
            span: rule.span,
            src: self.sources(&rule.src.items, &rule.src_posture),
            targets: Vec::new(),
            services: Vec::new(),
            via: Vec::new(),
        };
        for dst in &rule.dst.items {
            let parsed = selector::split_host_port(&dst.value)
                .and_then(|(host, ports)| Some((host, selector::parse_ports(ports).ok()?)));
            let Some((host, ports)) = parsed else { continue };
            let to = self.target(Selector::parse(host));
            let first = out.services.len();
            out.services.push(Service {
                protos: protos.clone(),
                ports,
            });
            out.targets.push(Target {
                span: dst.span,
                to,
                services: first..first + 1,
            });
        }
        out
    }

    fn grant(&mut self, index: usize, rule: &Grant) -> Rule {
        let services: Vec<Service> = rule.ip.items.iter().filter_map(|ip| service(&ip.value)).collect();
        let mut out = Rule {
            section: Section::Grants,
            index,
            span: rule.span,
            src: self.sources(&rule.src.items, &rule.src_posture),
            targets: Vec::new(),
            services,
            via: rule.via.items.iter().map(|v| v.trimmed().to_owned()).collect(),
        };
        for dst in rule.dst.items.iter().filter(|_| !rule.ip.items.is_empty()) {
            let to = self.target(Selector::parse(&dst.value));
            out.targets.push(Target {
                span: dst.span,
                to,
                services: 0..out.services.len(),
            });
        }
        out
    }

    fn allow_all(&mut self) -> Rule {
        let span = self.world.policy.span.unwrap_or(Span::new(FileId::CONFIG, 0, 0));
        Rule {
            section: Section::AllowAll,
            index: 0,
            span,
            src: vec![self.intern(Selector::Any)],
            targets: vec![Target {
                span,
                to: To::Any,
                services: 0..1,
            }],
            services: service("*").into_iter().collect(),
            via: Vec::new(),
        }
    }

    /// Finds for every target the devices it may apply at.
    fn index(&mut self) {
        let mut devices: BTreeMap<SetId, Vec<(u32, u32)>> = BTreeMap::new();
        let mut addresses: BTreeMap<SetId, Vec<(u32, u32)>> = BTreeMap::new();
        for (r, rule) in self.rules.iter().enumerate() {
            for (t, target) in rule.targets.iter().enumerate() {
                let at = (number(r), number(t));
                match &target.to {
                    To::Devices(set) if rule.via.is_empty() => devices.entry(*set).or_default().push(at),
                    To::Addresses { set, .. } => addresses.entry(*set).or_default().push(at),
                    To::Any | To::Internet | To::SelfDevices => self.everywhere.push(at),
                    To::Devices(_) | To::Nothing => {}
                }
            }
        }
        let mut at_node: Vec<Vec<(u32, u32)>> = vec![Vec::new(); self.world.nodes.len()];
        for (set, targets) in devices {
            let owners = self.world.owners_within(&self.sets[set]);
            owners.into_iter().for_each(|id| at_node[id].extend(&targets));
        }
        let routers: Vec<DeviceId> = (0..self.world.nodes.len())
            .filter(|id| self.world.nodes[*id].exit || !self.world.nodes[*id].subnets.is_empty())
            .collect();
        for (set, targets) in addresses {
            let set = &self.sets[set];
            let forwards = |id: &&DeviceId| {
                let node = &self.world.nodes[**id];
                node.exit || node.subnets.overlaps(set)
            };
            let owners = self.world.owners_within(set);
            let all = owners.iter().chain(routers.iter().filter(forwards));
            all.for_each(|id| at_node[*id].extend(&targets));
        }
        for targets in &mut at_node {
            crate::sorted::sort(targets);
            targets.dedup();
            targets.shrink_to_fit();
        }
        self.at_node = at_node;
    }

    /// The targets that may apply at a device, in file order.
    pub fn at(&self, node: DeviceId) -> impl Iterator<Item = (&Rule, &Target)> {
        let mut own = self.at_node.get(node).map_or(&[][..], Vec::as_slice);
        let mut all: Vec<(u32, u32)> = Vec::with_capacity(own.len() + self.everywhere.len());
        for target in &self.everywhere {
            let before = own.partition_point(|t| t < target);
            let (earlier, later) = own.split_at(before);
            all.extend_from_slice(earlier);
            all.push(*target);
            own = later;
        }
        all.extend_from_slice(own);
        all.into_iter().filter_map(|(r, t)| {
            let rule = self.rules.get(r as usize)?;
            Some((rule, rule.targets.get(t as usize)?))
        })
    }
}

/// Reads an `ip` entry of a grant; none where it is malformed.
pub fn service(text: &str) -> Option<Service> {
    if text.trim() == "*" {
        return Some(Service {
            protos: facts::DEFAULT_PROTOS.to_vec(),
            ports: selector::all_ports(),
        });
    }
    let (protos, ports) = match text.split_once(':') {
        Some((proto, ports)) => (vec![selector::parse_proto(proto)?], ports),
        None => (facts::DEFAULT_PROTOS.to_vec(), text),
    };
    let ports = selector::parse_ports(ports).ok()?;
    Some(Service { protos, ports })
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
