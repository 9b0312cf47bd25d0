//! A tailnet to prove claims on, made from the plan: its machines, a device for
//! everybody and everything that the policy or the configuration names, and a member in no group.

use crate::facts::releases::TAILSCALE;
use crate::plan::{NodeSet, Plan, Role, Tailnet as Planned};
use crate::tailnet::addr::{IpSet, Prefix};
use crate::tailnet::approve::approve;
use crate::tailnet::expand::World;
use crate::tailnet::model::{Attribute, Attributes, Device, Tailnet, User};
use crate::tailnet::policy::{List, Policy};
use crate::tailnet::selector::{Autogroup, Selector, split_host_port};
use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Machines of one set are alike, so two of them show all that can happen between and within sets.
const PER_SET: u32 = 2;

/// The tailnet, and which of its addresses are the cluster's.
pub(super) struct Scene {
    /// People and devices.
    pub tailnet: Tailnet,
    /// The servers' addresses.
    pub servers: IpSet,
    /// The agents' addresses.
    pub agents: IpSet,
    /// The addresses of pods that machines advertise, approved or not, because the configuration says so.
    pub pods: IpSet,
    /// The addresses of all devices.
    pub devices: IpSet,
}

impl Scene {
    /// The addresses of all machines.
    pub fn nodes(&self) -> IpSet {
        self.servers.union(&self.agents)
    }
}

/// Makes the scene that `policy` is looked at in.
pub(super) fn scene(plan: &Plan, planned: &Planned, policy: &Policy) -> Scene {
    let mut named = mentioned(policy);
    let ends = planned.expect.iter().flat_map(|e| e.from.iter().chain([&e.to]));
    let members = planned.groups.iter().flat_map(|(_, members)| members);
    let own = planned.admins.iter().chain(ends).chain(members);
    // A tag that the policy does not know stays without a device, so that a claim on it is seen to say nothing.
    let own = own.map(|name| resolved(policy, Selector::parse(name)));
    let own: BTreeSet<Selector> =
        crate::sorted::set(own.filter(|selector| !matches!(selector, Selector::Tag(_))));
    let mut maker = Maker::new(planned, &own);
    let (servers, agents) = maker.machines(plan, planned);
    named.extend(own.iter().cloned());
    maker.others(&named, planned);
    let addresses =
        |nodes: &[Device]| IpSet::from_addrs(nodes.iter().flat_map(|node| node.ips.iter().copied()));
    let advertised = maker
        .tailnet
        .nodes
        .iter()
        .flat_map(|node| node.advertised.iter().copied());
    let advertised = IpSet::from_prefixes(advertised.collect::<Vec<_>>());
    let mut scene = Scene {
        servers: addresses(&servers),
        agents: addresses(&agents),
        devices: addresses(&maker.tailnet.nodes),
        pods: pod_ranges(plan).intersect(&advertised),
        tailnet: maker.tailnet,
    };
    let world = World::new(policy, &scene.tailnet);
    let approved: Vec<Vec<Prefix>> = (0..scene.tailnet.nodes.len())
        .map(|id| {
            let decided = approve(&world, id, &scene.tailnet.nodes[id].advertised);
            let approved = decided.into_iter().filter(|approval| approval.by.is_some());
            approved.map(|approval| approval.route).collect()
        })
        .collect();
    for (node, approved) in scene.tailnet.nodes.iter_mut().zip(approved) {
        node.approved = approved;
    }
    scene
}

/// The addresses that pods have.
pub(super) fn pod_ranges(plan: &Plan) -> IpSet {
    let ranges = plan.networks.pods.iter();
    IpSet::from_prefixes(ranges.filter_map(|range| range.to_string().parse().ok()))
}

/// What is known of every machine (tailscale.com, "Device posture management"). The version of its system is that of a kernel, which
/// nobody here knows.
pub(super) fn posture_of_machines(plan: &Plan) -> Attributes {
    let release = plan.releases.of(&TAILSCALE).trim_start_matches('v');
    let known: [(&str, Attribute); 4] = [
        ("node:os", "linux".into()),
        ("node:tsAutoUpdate", Attribute::Bool(false)),
        ("node:tsReleaseTrack", "stable".into()),
        ("node:tsVersion", release.into()),
    ];
    crate::sorted::map(known.into_iter().map(|(name, value)| (name.to_owned(), value)))
}

/// Who and what the rules, the groups and the owners of tags name.
fn mentioned(policy: &Policy) -> BTreeSet<Selector> {
    let mut named = BTreeSet::new();
    let mut add = |list: &List| named.extend(list.items.iter().map(|item| Selector::parse(item.trimmed())));
    for rule in policy.grants.iter().flatten() {
        [&rule.src, &rule.dst].into_iter().for_each(&mut add);
    }
    policy.acls.iter().flatten().for_each(|rule| add(&rule.src));
    policy.ssh.iter().for_each(|rule| add(&rule.src));
    policy.groups.iter().for_each(|group| add(&group.list));
    let destinations = policy.acls.iter().flatten().flat_map(|rule| &rule.dst.items);
    let hosts = destinations.filter_map(|item| split_host_port(item.trimmed()));
    named.extend(hosts.map(|(host, _)| Selector::parse(host)));
    named.extend(
        policy
            .tag_owners
            .iter()
            .map(|entry| Selector::Tag(entry.name.value.clone())),
    );
    named
}

/// A name of `hosts` is the address that it stands for.
fn resolved(policy: &Policy, selector: Selector) -> Selector {
    let Selector::Host(name) = &selector else {
        return selector;
    };
    let alias = policy.hosts.iter().find(|(known, _)| known.value == *name);
    alias.map_or_else(
        || selector.clone(),
        |(_, address)| Selector::parse(&address.value),
    )
}

struct Maker {
    tailnet: Tailnet,
    domain: String,
    taken: BTreeSet<IpAddr>,
    next: u32,
}

impl Maker {
    /// Addresses that the configuration names stay free for their devices.
    fn new(planned: &Planned, own: &BTreeSet<Selector>) -> Maker {
        let logins = own.iter().filter_map(|selector| match selector {
            Selector::User(login) => login.split_once('@').map(|(_, domain)| domain.to_owned()),
            _ => None,
        });
        let name = planned.name.iter().filter(|name| name.contains('.')).cloned();
        let domain = name
            .chain(logins)
            .next()
            .unwrap_or_else(|| "example.com".to_owned());
        let taken = own.iter().filter_map(address_of).collect();
        Maker {
            tailnet: Tailnet {
                domains: vec![domain.clone()],
                ..Tailnet::default()
            },
            domain,
            taken,
            next: 1,
        }
    }

    fn addresses(&mut self) -> Vec<IpAddr> {
        loop {
            let v4 = Ipv4Addr::from(u32::from(Ipv4Addr::new(100, 64, 0, 0)).saturating_add(self.next));
            let v6 = Ipv6Addr::from(0xfd7a_115c_a1e0_u128 << 80 | u128::from(self.next));
            self.next = self.next.saturating_add(1);
            if self.taken.insert(v4.into()) & self.taken.insert(v6.into()) {
                return vec![v4.into(), v6.into()];
            }
        }
    }

    fn device(&mut self, name: String, user: Option<String>, tags: Vec<String>) -> &mut Device {
        let ips = self.addresses();
        self.tailnet.nodes.push(Device {
            name,
            user,
            tags,
            ips,
            advertised: Vec::new(),
            approved: Vec::new(),
            accept_routes: true,
            posture: Attributes::new(),
        });
        let last = self.tailnet.nodes.len() - 1;
        &mut self.tailnet.nodes[last]
    }

    /// The cluster's machines: servers and agents.
    fn machines(&mut self, plan: &Plan, planned: &Planned) -> (Vec<Device>, Vec<Device>) {
        let accepts = planned.turns_on("accept-routes");
        let routes: Vec<Prefix> = planned
            .argument("advertise-routes")
            .into_iter()
            .flat_map(|routes| routes.split(','))
            .filter_map(|route| route.parse().ok())
            .collect();
        let posture = posture_of_machines(plan);
        let (mut servers, mut agents) = (Vec::new(), Vec::new());
        for set in &plan.nodes {
            for at in 1..=machines_of(set) {
                let role = match set.role {
                    Role::Server => &mut servers,
                    Role::Agent => &mut agents,
                };
                let name = if set.named {
                    set.name.clone()
                } else {
                    format!("{}-{at}", set.name)
                };
                let node = self.device(name, None, planned.tags_of(set.role).to_vec());
                node.accept_routes = accepts;
                node.posture.clone_from(&posture);
                node.advertised.clone_from(&routes);
                role.push(node.clone());
            }
        }
        (servers, agents)
    }

    /// Everybody and everything else.
    fn others(&mut self, named: &BTreeSet<Selector>, planned: &Planned) {
        let ours = planned.tags();
        for selector in named {
            match selector {
                Selector::User(login) => self.person(login.clone(), &[]),
                Selector::Domain(domain) => self.person(format!("somebody@{domain}"), &[]),
                // Headscale has no roles, so a claim about one is about nothing there.
                Selector::Autogroup(Autogroup::Role(_)) if planned.is_headscale() => {}
                Selector::Autogroup(Autogroup::Role(role)) => {
                    let login = format!("{role}@{}", self.domain);
                    self.person(login, std::slice::from_ref(role));
                }
                Selector::Tag(tag) if !ours.contains(&tag) => {
                    self.device(format!("device with {tag}"), None, vec![tag.clone()]);
                }
                other => self.at_address(other),
            }
        }
        let login = format!("member-in-no-group@{}", self.domain);
        self.user(login.clone(), &[]);
        self.device(
            "device of a member in no group".to_owned(),
            Some(login),
            Vec::new(),
        );
    }

    fn user(&mut self, login: String, roles: &[String]) {
        if let Some((_, domain)) = login.split_once('@')
            && !self.tailnet.domains.iter().any(|known| known == domain)
        {
            self.tailnet.domains.push(domain.to_owned());
        }
        self.tailnet.users.push(User {
            login,
            roles: roles.to_vec(),
        });
    }

    fn person(&mut self, login: String, roles: &[String]) {
        self.user(login.clone(), roles);
        self.device(format!("device of {login}"), Some(login), Vec::new());
    }

    /// A device at an address that the configuration names; addresses outside the tailnet are nobody's here.
    fn at_address(&mut self, selector: &Selector) {
        let Some(address) = address_of(selector).filter(|address| self.taken.contains(address)) else {
            return;
        };
        let inside = IpSet::from_facts(&crate::facts::tailscale::TAILNET_RANGES).contains(address);
        let login = format!("somebody@{}", self.domain);
        if inside && !self.tailnet.nodes.iter().any(|node| node.ips.contains(&address)) {
            let node = self.device(format!("device at {address}"), Some(login), Vec::new());
            node.ips = vec![address];
        }
    }
}

fn address_of(selector: &Selector) -> Option<IpAddr> {
    match selector {
        Selector::Ip(address) => Some(*address),
        Selector::Net(prefix) => IpSet::from_prefixes([*prefix]).first(),
        _ => None,
    }
}

fn machines_of(set: &NodeSet) -> u32 {
    match set.count {
        crate::plan::Count::Fixed(count) => count.min(PER_SET),
        crate::plan::Count::Autoscaled { max, .. } => max.min(PER_SET),
    }
}
