//! Selectors to addresses: a tailnet and a policy's names, indexed once, and what each selector stands for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::LazyLock;

use super::addr::{IpSet, Prefix, number_to_addr};
use super::model::{Device, Tailnet};
use super::policy::Policy;
use super::selector::{Autogroup, Selector};
use super::validate::{IpSetMember, MAX_IPSET_RANGES, ipset_member};
use crate::facts::tailscale as facts;

/// A device's place in [`Tailnet::nodes`].
pub type DeviceId = usize;

/// A tailnet with the names of one policy, ready for look-ups.
pub struct World<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The tailnet.
    pub tailnet: &'a Tailnet,
    /// What each device owns and forwards, in the order of the tailnet.
    pub nodes: Vec<DeviceFacts>,
    by_addr: BTreeMap<IpAddr, DeviceId>,
    by_tag: BTreeMap<&'a str, Vec<DeviceId>>,
    by_owner: BTreeMap<&'a str, Vec<DeviceId>>,
    roles: BTreeMap<&'a str, &'a [String]>,
    groups: BTreeMap<&'a str, BTreeSet<&'a str>>,
    hosts: BTreeMap<&'a str, IpSet>,
    ipsets: BTreeMap<&'a str, IpSet>,
    any_source: IpSet,
}

/// What `autogroup:internet` covers.
static INTERNET: LazyLock<IpSet> = LazyLock::new(|| {
    let but = IpSet::from_facts(&facts::INTERNET_EXCEPT);
    IpSet::from_facts(&facts::INTERNET).subtract(&but)
});

/// Where an exit node forwards nothing to.
static NOT_THROUGH_EXIT_NODE: LazyLock<IpSet> =
    LazyLock::new(|| IpSet::from_facts(&facts::NOT_THROUGH_EXIT_NODE));

/// The addresses that matter at one device.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct DeviceFacts {
    /// Its own addresses.
    pub own: IpSet,
    /// Its approved routes without default routes.
    pub subnets: IpSet,
    /// Its own addresses and approved subnets together.
    pub served: IpSet,
    /// True where a default route is approved: an exit node.
    pub exit: bool,
    /// What its packet filter lets through to the rules: own addresses and all that it advertises.
    pub local: IpSet,
}

impl DeviceFacts {
    fn of(node: &Device) -> DeviceFacts {
        let own = IpSet::from_addrs(node.ips.iter().copied());
        let not_default = |p: &&Prefix| !p.is_default_route();
        let subnets = IpSet::from_prefixes(node.approved.iter().filter(not_default).copied());
        let offered = IpSet::from_prefixes(node.advertised.iter().filter(not_default).copied());
        let defaults = node.approved.iter().chain(&node.advertised);
        let defaults = IpSet::from_prefixes(defaults.filter(|p| p.is_default_route()).copied());
        let shrunk = match defaults.is_empty() {
            true => defaults,
            false => defaults.subtract(&NOT_THROUGH_EXIT_NODE),
        };
        DeviceFacts {
            served: own.union(&subnets),
            local: IpSet::union_of([&own, &subnets, &offered, &shrunk]),
            exit: node.approved.iter().any(|p| p.is_default_route()),
            own,
            subnets,
        }
    }
}

impl<'a> World<'a> {
    /// Indexes a tailnet under a policy.
    pub fn new(policy: &'a Policy, tailnet: &'a Tailnet) -> World<'a> {
        let nodes: Vec<DeviceFacts> = tailnet.nodes.iter().map(DeviceFacts::of).collect();
        let mut by_tag: BTreeMap<&str, Vec<DeviceId>> = BTreeMap::new();
        let mut by_owner: BTreeMap<&str, Vec<DeviceId>> = BTreeMap::new();
        let mut by_addr = BTreeMap::new();
        for (id, node) in tailnet.nodes.iter().enumerate() {
            let tags: BTreeSet<&str> = crate::sorted::set(node.tags.iter().map(String::as_str));
            tags.into_iter()
                .for_each(|tag| by_tag.entry(tag).or_default().push(id));
            if let Some(owner) = node.owner() {
                by_owner.entry(owner).or_default().push(id);
            }
            node.ips.iter().for_each(|ip| {
                by_addr.entry(*ip).or_insert(id);
            });
        }
        let mut world = World {
            policy,
            tailnet,
            any_source: any_source(&nodes),
            nodes,
            by_addr,
            by_tag,
            by_owner,
            roles: crate::sorted::map(
                tailnet
                    .users
                    .iter()
                    .map(|u| (u.login.as_str(), u.roles.as_slice())),
            ),
            groups: groups(policy),
            hosts: hosts(policy),
            ipsets: BTreeMap::new(),
        };
        world.resolve_ipsets();
        world
    }

    /// The device that has this address.
    pub fn node_at(&self, addr: IpAddr) -> Option<DeviceId> {
        self.by_addr.get(&addr).copied()
    }

    /// The devices that have an address in a set, each once, in the order of the tailnet.
    pub fn owners_within(&self, set: &IpSet) -> Vec<DeviceId> {
        let mut found = Vec::new();
        for (ranges, ipv6) in [(&set.v4, false), (&set.v6, true)] {
            for (low, high) in ranges.intervals() {
                let (low, high) = (number_to_addr(*low, ipv6), number_to_addr(*high, ipv6));
                found.extend(self.by_addr.range(low..=high).map(|(_, id)| *id));
            }
        }
        crate::sorted::sort(&mut found);
        found.dedup();
        found
    }

    /// The device of this name.
    pub fn node_named(&self, name: &str) -> Option<DeviceId> {
        self.tailnet.nodes.iter().position(|n| n.name == name)
    }

    /// The untagged devices of a person.
    pub fn devices_of(&self, login: &str) -> &[DeviceId] {
        self.by_owner.get(login).map_or(&[], Vec::as_slice)
    }

    /// The devices that a selector of people or tags stands for; none where it stands for addresses.
    pub fn devices(&self, selector: &Selector) -> Option<Vec<DeviceId>> {
        let owned_by = |fits: &dyn Fn(&str) -> bool| -> Vec<DeviceId> {
            let owners = self.by_owner.iter().filter(|(login, _)| fits(login));
            owners.flat_map(|(_, nodes)| nodes.iter().copied()).collect()
        };
        Some(match selector {
            Selector::User(login) => self.devices_of(login).to_vec(),
            Selector::Domain(domain) => owned_by(&|login| domain_of(login) == Some(domain)),
            Selector::Group(name) => {
                let members = self.groups.get(name.as_str());
                let members = members.into_iter().flatten();
                members.flat_map(|login| self.member_devices(login)).collect()
            }
            Selector::Tag(name) => self.by_tag.get(name.as_str()).cloned().unwrap_or_default(),
            Selector::Autogroup(Autogroup::Member) => owned_by(&|_| true),
            Selector::Autogroup(Autogroup::Role(role)) => {
                owned_by(&|login| self.roles.get(login).is_some_and(|roles| roles.contains(role)))
            }
            Selector::Autogroup(Autogroup::Tagged) => {
                let nodes = self.tailnet.nodes.iter().enumerate();
                nodes.filter(|(_, n)| n.is_tagged()).map(|(id, _)| id).collect()
            }
            _ => return None,
        })
    }

    /// True where a selector of people or tags stands for the device.
    pub fn stands_for(&self, selector: &Selector, id: DeviceId) -> bool {
        let Some(node) = self.tailnet.nodes.get(id) else {
            return false;
        };
        let owner = node.owner();
        match selector {
            Selector::User(login) => owner == Some(login),
            Selector::Domain(domain) => owner.is_some_and(|o| domain_of(o) == Some(domain)),
            Selector::Group(name) => owner.is_some_and(|o| {
                let members = self.groups.get(name.as_str());
                members.is_some_and(|m| {
                    m.contains(o) || domain_of(o).is_some_and(|d| m.contains(format!("user:*@{d}").as_str()))
                })
            }),
            Selector::Tag(name) => node.tags.contains(name),
            Selector::Autogroup(Autogroup::Member) => owner.is_some(),
            Selector::Autogroup(Autogroup::Role(role)) => {
                owner.is_some_and(|o| self.roles.get(o).is_some_and(|roles| roles.contains(role)))
            }
            Selector::Autogroup(Autogroup::Tagged) => node.is_tagged(),
            _ => false,
        }
    }

    /// A group's member is a login, or everybody of a domain.
    fn member_devices(&self, member: &str) -> Vec<DeviceId> {
        self.devices(&Selector::parse(member)).unwrap_or_default()
    }

    /// The addresses that a selector stands for as a source. Selectors that are only destinations stand for none.
    pub fn addresses(&self, selector: &Selector) -> IpSet {
        if let Some(devices) = self.devices(selector) {
            return IpSet::union_of(devices.iter().map(|id| &self.nodes[*id].own));
        }
        match selector {
            Selector::Any => self.any_source.clone(),
            Selector::Ip(addr) => IpSet::from_addrs([*addr]),
            Selector::Net(prefix) => IpSet::from_prefixes([*prefix]),
            Selector::Host(name) => self.hosts.get(name.as_str()).cloned().unwrap_or_default(),
            Selector::IpSet(name) => self.ipsets.get(name.as_str()).cloned().unwrap_or_default(),
            Selector::Autogroup(Autogroup::DangerAll) => IpSet::all(),
            _ => IpSet::new(),
        }
    }

    /// What `autogroup:internet` covers.
    pub fn internet(&self) -> &IpSet {
        &INTERNET
    }

    /// Resolves the address sets, each after the sets it names. Sets in a circle, which validation rejects, stay
    /// without the part that closes it.
    fn resolve_ipsets(&mut self) {
        let policy = self.policy;
        let entries: BTreeMap<&'a str, _> =
            crate::sorted::map(policy.ipsets.iter().map(|e| (e.name.value.as_str(), e)));
        let mut seen: BTreeSet<&str> = BTreeSet::new();
        let mut budget = MAX_IPSET_RANGES;
        for start in entries.keys() {
            let mut way: Vec<(&'a str, bool)> = vec![(start, false)];
            while let Some((name, ready)) = way.pop() {
                let Some(entry) = entries.get(name) else { continue };
                if ready {
                    // Validation rejects what exceeds the budget.
                    let set = if budget == 0 {
                        IpSet::new()
                    } else {
                        self.fold_ipset(&entry.list.items)
                    };
                    budget = budget.saturating_sub(set.v4.intervals().len() + set.v6.intervals().len());
                    self.ipsets.insert(name, set);
                } else if seen.insert(name) {
                    way.push((name, true));
                    for member in &entry.list.items {
                        if let Ok(IpSetMember::Selector(_, Selector::IpSet(inner))) =
                            ipset_member(&member.value)
                            && let Some((inner, _)) = entries.get_key_value(inner.as_str())
                        {
                            way.push((inner, false));
                        }
                    }
                }
            }
        }
    }

    /// Adds and removes in file order; runs of additions are joined at once.
    fn fold_ipset(&self, members: &[super::policy::Text]) -> IpSet {
        let mut set = IpSet::new();
        let mut run: Vec<IpSet> = Vec::new();
        let mut removing = false;
        for (remove, part) in members.iter().filter_map(|m| self.ipset_part(&m.value)) {
            if remove != removing {
                set = joined(set, std::mem::take(&mut run), removing);
                removing = remove;
            }
            run.push(part);
        }
        joined(set, run, removing)
    }

    fn ipset_part(&self, member: &str) -> Option<(bool, IpSet)> {
        Some(match ipset_member(member).ok()? {
            IpSetMember::Range(remove, low, high) => (remove, IpSet::from_range(low, high)),
            IpSetMember::Selector(remove, Selector::Autogroup(Autogroup::Internet)) => {
                (remove, INTERNET.clone())
            }
            IpSetMember::Selector(remove, selector) => (remove, self.addresses(&selector)),
        })
    }
}

fn joined(set: IpSet, run: Vec<IpSet>, removing: bool) -> IpSet {
    let run = IpSet::union_of(&run);
    if removing {
        set.subtract(&run)
    } else {
        set.union(&run)
    }
}

fn domain_of(login: &str) -> Option<&str> {
    login.split_once('@').map(|(_, domain)| domain)
}

/// What `*` stands for as a source: the tailnet's ranges and every approved subnet route.
fn any_source(nodes: &[DeviceFacts]) -> IpSet {
    let tailnet = IpSet::from_facts(&facts::TAILNET_RANGES);
    let tailnet = tailnet.subtract(&IpSet::from_facts(&facts::TAILNET_RANGES_EXCEPT));
    IpSet::union_of(std::iter::once(&tailnet).chain(nodes.iter().map(|n| &n.subnets)))
}

fn groups(policy: &Policy) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut out: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for group in &policy.groups {
        let members = group.list.items.iter().map(|m| m.trimmed());
        out.entry(group.name.value.as_str()).or_default().extend(members);
    }
    out
}

fn hosts(policy: &Policy) -> BTreeMap<&str, IpSet> {
    let address = |text: &str| match Selector::parse(text) {
        Selector::Ip(addr) => IpSet::from_addrs([addr]),
        Selector::Net(prefix) => IpSet::from_prefixes([prefix]),
        _ => IpSet::new(),
    };
    let hosts = policy.hosts.iter();
    crate::sorted::map(hosts.map(|(name, text)| (name.value.as_str(), address(&text.value))))
}
