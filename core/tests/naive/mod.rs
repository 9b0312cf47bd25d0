//! A second evaluator, naive on purpose: it looks at one address and one port at a time, walks every rule for every
//! question and keeps no set. It shares only the types of policies and tailnets with the engine.
#![allow(dead_code)]

mod sessions;

use std::net::IpAddr;

use gkc_core::tailnet::addr::Prefix;
use gkc_core::tailnet::model::{Device, Tailnet};
use gkc_core::tailnet::policy::{List, Policy};

/// One packet that opens a flow.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    pub src: IpAddr,
    pub dst: IpAddr,
    pub proto: u8,
    pub port: u16,
}

pub struct Naive<'a> {
    pub policy: &'a Policy,
    pub tailnet: &'a Tailnet,
}

fn within(prefix: &str, addr: IpAddr) -> bool {
    let prefix: Prefix = prefix.parse().unwrap();
    in_prefix(prefix, addr)
}

/// Compares bit by bit.
pub(crate) fn in_prefix(prefix: Prefix, addr: IpAddr) -> bool {
    fn bytes(a: IpAddr) -> Vec<u8> {
        match a {
            IpAddr::V4(a) => a.octets().to_vec(),
            IpAddr::V6(a) => a.octets().to_vec(),
        }
    }
    let (a, b) = (bytes(prefix.addr), bytes(addr));
    let bit = |v: &[u8], i: usize| v[i / 8] >> (7 - i % 8) & 1;
    a.len() == b.len() && (0..prefix.bits as usize).all(|i| bit(&a, i) == bit(&b, i))
}

/// Every address of a small prefix.
pub fn enumerate(prefix: Prefix) -> Vec<IpAddr> {
    let free = if prefix.addr.is_ipv6() {
        128 - prefix.bits
    } else {
        32 - prefix.bits
    };
    assert!(free <= 10, "{prefix} is too large to enumerate");
    let base = match prefix.addr {
        IpAddr::V4(a) => u128::from(u32::from(a)),
        IpAddr::V6(a) => u128::from(a),
    };
    (0..1u128 << free)
        .map(|i| match prefix.addr {
            IpAddr::V4(_) => IpAddr::V4(u32::try_from(base + i).unwrap().into()),
            IpAddr::V6(_) => IpAddr::V6((base + i).into()),
        })
        .collect()
}

/// All of a small prefix; of a large one the addresses that decide whether it is on the internet.
fn samples(prefix: Prefix) -> Vec<IpAddr> {
    if prefix.bits >= 22 {
        return enumerate(prefix);
    }
    let known = [
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.0.1",
        "8.8.8.8",
        "2000::1",
        "fd00::1",
    ];
    let known = known.iter().map(|a| a.parse::<IpAddr>().unwrap());
    known.filter(|a| in_prefix(prefix, *a)).collect()
}

pub fn on_internet(addr: IpAddr) -> bool {
    let private = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
    ];
    if addr.is_ipv4() {
        !private.iter().any(|p| within(p, addr))
    } else {
        within("2000::/3", addr)
    }
}

pub(crate) fn is_default(p: &Prefix) -> bool {
    p.bits == 0
}

fn ports_hold(text: &str, port: u16) -> bool {
    text == "*"
        || text.split(',').any(|part| {
            let (low, high) = part.split_once('-').unwrap_or((part, part));
            (low.parse::<u16>().unwrap()..=high.parse::<u16>().unwrap()).contains(&port)
        })
}

fn number(proto: &str) -> u8 {
    match proto.to_lowercase().as_str() {
        "tcp" => 6,
        "udp" => 17,
        "icmp" => 1,
        "ipv6-icmp" => 58,
        "sctp" => 132,
        "gre" => 47,
        digits => digits.parse().unwrap(),
    }
}

impl Naive<'_> {
    fn node(&self, addr: IpAddr) -> Option<usize> {
        self.tailnet.nodes.iter().position(|n| n.ips.contains(&addr))
    }

    /// Whether a selector of people or tags stands for a device.
    pub(crate) fn is_device(&self, selector: &str, node: &Device) -> Option<bool> {
        let owner = if node.tags.is_empty() {
            node.user.as_deref()
        } else {
            None
        };
        let has_role = |role: &str| {
            let user = self
                .tailnet
                .users
                .iter()
                .find(|u| Some(u.login.as_str()) == owner);
            user.is_some_and(|u| u.roles.iter().any(|r| r == role))
        };
        Some(match selector {
            "autogroup:member" => owner.is_some(),
            "autogroup:tagged" => !node.tags.is_empty(),
            "autogroup:admin" | "autogroup:owner" | "autogroup:auditor" => has_role(&selector[10..]),
            s if s.starts_with("tag:") => node.tags.iter().any(|t| t == s),
            s if s.starts_with("group:") => {
                let group = self.policy.groups.iter().find(|g| g.name.value == s);
                group.is_some_and(|g| g.list.items.iter().any(|m| Some(m.value.as_str()) == owner))
            }
            s if s.starts_with("user:*@") => owner.is_some_and(|o| o.ends_with(&s[6..])),
            s if s.contains('@') => owner == Some(s),
            _ => return None,
        })
    }

    fn in_ipset(&self, name: &str, addr: IpAddr) -> bool {
        let Some(set) = self.policy.ipsets.iter().find(|s| s.name.value == name) else {
            return false;
        };
        let mut inside = false;
        for member in &set.list.items {
            let (remove, target) = match member.value.split_once(' ') {
                Some(("remove", rest)) => (true, rest),
                Some((_, rest)) => (false, rest),
                None => (false, member.value.as_str()),
            };
            let hit = if target == "autogroup:internet" {
                on_internet(addr)
            } else if target.starts_with("ipset:") {
                self.in_ipset(target, addr)
            } else if let Some(host) = target.strip_prefix("host:") {
                self.is_address(host, addr)
            } else if let Some((low, high)) = target.split_once('-') {
                let (low, high): (IpAddr, IpAddr) = (low.parse().unwrap(), high.parse().unwrap());
                low.is_ipv4() == addr.is_ipv4() && low <= addr && addr <= high
            } else {
                self.is_address(target, addr)
            };
            inside = if remove { inside && !hit } else { inside || hit };
        }
        inside
    }

    /// Whether a selector of addresses holds an address.
    fn is_address(&self, selector: &str, addr: IpAddr) -> bool {
        if selector.starts_with("ipset:") {
            return self.in_ipset(selector, addr);
        }
        if let Ok(ip) = selector.parse::<IpAddr>() {
            return ip == addr;
        }
        if selector.contains('/') {
            return within(selector, addr);
        }
        let host = self.policy.hosts.iter().find(|(name, _)| name.value == selector);
        host.is_some_and(|(_, address)| self.is_address(&address.value, addr))
    }

    pub fn is_source(&self, selector: &str, addr: IpAddr) -> bool {
        match selector {
            "*" => {
                within("100.64.0.0/10", addr) && !within("100.115.92.0/23", addr)
                    || within("fd7a:115c:a1e0::/48", addr)
                    || self
                        .tailnet
                        .nodes
                        .iter()
                        .flat_map(|n| &n.approved)
                        .any(|p| !is_default(p) && in_prefix(*p, addr))
            }
            "autogroup:danger-all" => true,
            "autogroup:shared" => false,
            s => {
                let devices = self.tailnet.nodes.iter().find(|n| n.ips.contains(&addr));
                let of_device = self
                    .tailnet
                    .nodes
                    .first()
                    .and_then(|n| self.is_device(s, n))
                    .is_some();
                if of_device {
                    devices.is_some_and(|n| self.is_device(s, n) == Some(true))
                } else {
                    self.is_address(s, addr)
                }
            }
        }
    }

    /// Whether the addresses of a selector touch what a device has or forwards, address by address.
    fn touches(&self, selector: &str, node: &Device, own_too: bool) -> bool {
        own_too && node.ips.iter().any(|ip| self.is_address(selector, *ip))
            || node
                .approved
                .iter()
                .filter(|p| !is_default(p))
                .any(|p| enumerate(*p).into_iter().any(|a| self.is_address(selector, a)))
    }

    /// Whether a destination of a rule covers `dst` at a device; `src` matters to `autogroup:self` only.
    fn opens(&self, at: &Device, selector: &str, via: &List, src: IpAddr, dst: IpAddr) -> bool {
        let exit = at.approved.iter().any(is_default);
        let of_device = self.is_device(selector, at);
        if !via.items.is_empty() {
            let tagged = via.items.iter().any(|v| at.tags.contains(&v.value));
            let forwarded = at.approved.iter().any(|p| !is_default(p) && in_prefix(*p, dst));
            return tagged
                && match selector {
                    "autogroup:internet" => exit && on_internet(dst),
                    "*" | "autogroup:self" => false,
                    s if s.starts_with("svc:") || of_device.is_some() => false,
                    s => forwarded && self.is_address(s, dst),
                };
        }
        match selector {
            "*" => true,
            "autogroup:internet" => exit && on_internet(dst),
            "autogroup:self" => {
                let owner = |n: &Device| if n.tags.is_empty() { n.user.clone() } else { None };
                let from = self.node(src).map(|id| &self.tailnet.nodes[id]);
                at.ips.contains(&dst) && owner(at).is_some() && from.is_some_and(|f| owner(f) == owner(at))
            }
            s if s.starts_with("svc:") => false,
            s => match of_device {
                Some(stands) => stands && at.ips.contains(&dst),
                None => {
                    let whole = self.touches(s, at, true) && self.is_address(s, dst);
                    let prefix = s.parse::<Prefix>().ok().or_else(|| {
                        let host = self.policy.hosts.iter().find(|(name, _)| name.value == s);
                        host.and_then(|(_, a)| a.value.parse().ok())
                    });
                    // A prefix reaches exit nodes only where all of it is on the internet; a set does in parts.
                    let public = prefix.is_none_or(|p| samples(p).into_iter().all(on_internet));
                    whole
                        || (exit
                            && !self.touches(s, at, true)
                            && public
                            && self.is_address(s, dst)
                            && on_internet(dst))
                }
            },
        }
    }

    fn local(&self, at: &Device, dst: IpAddr) -> bool {
        let hidden = [
            "192.168.0.0/16",
            "172.16.0.0/12",
            "10.0.0.0/8",
            "169.254.0.0/16",
            "224.0.0.0/4",
            "100.64.0.0/10",
            "fe80::/10",
            "ff00::/8",
            "fd7a:115c:a1e0::/48",
        ];
        let offered = || at.advertised.iter().chain(&at.approved);
        at.ips.contains(&dst)
            || offered().any(|p| !is_default(p) && in_prefix(*p, dst))
            || offered().any(|p| is_default(p) && in_prefix(*p, dst))
                && !hidden.iter().any(|h| within(h, dst))
    }

    pub fn filter(&self, at: usize, probe: Probe) -> bool {
        let node = &self.tailnet.nodes[at];
        let Probe {
            src,
            dst,
            proto,
            port,
        } = probe;
        let never = ["224.0.0.0/4", "ff00::/8", "169.254.0.0/16", "fe80::/10"];
        if src.is_ipv4() != dst.is_ipv4() || never.iter().any(|n| within(n, dst)) || !self.local(node, dst) {
            return false;
        }
        if proto == 99 {
            return true;
        }
        let default = [1, 6, 17, 58];
        let echo = proto == if dst.is_ipv4() { 1 } else { 58 };
        let ported = [6, 17, 132].contains(&proto);
        let fits = |protos: &[u8], ports: &str| {
            echo || protos.contains(&proto)
                && if ported {
                    ports_hold(ports, port)
                } else {
                    ports == "*"
                }
        };
        let none = List::default();
        let from = |list: &List| list.items.iter().any(|s| self.is_source(&s.value, src));
        if self.policy.acls.is_none() && self.policy.grants.is_none() {
            return self.is_source("*", src) && fits(&default, "*");
        }
        let by_acls = self.policy.acls.iter().flatten().any(|rule| {
            let protos = rule
                .proto
                .as_ref()
                .map_or(default.to_vec(), |p| vec![number(&p.value)]);
            from(&rule.src)
                && rule.dst.items.iter().any(|d| {
                    let (host, ports) = d.value.rsplit_once(':').unwrap();
                    fits(&protos, ports) && self.opens(node, host, &none, src, dst)
                })
        });
        let by_grants = self.policy.grants.iter().flatten().any(|rule| {
            let service = rule.ip.items.iter().any(|ip| match ip.value.split_once(':') {
                Some((name, ports)) => fits(&[number(name)], ports),
                None => fits(&default, &ip.value),
            });
            service
                && from(&rule.src)
                && rule
                    .dst
                    .items
                    .iter()
                    .any(|d| self.opens(node, &d.value, &rule.via, src, dst))
        });
        by_acls || by_grants
    }

    /// The devices behind an address and whether it is their own (0), in a subnet (1) or on the internet (2).
    fn behind(&self, addr: IpAddr) -> Option<(Vec<usize>, u8)> {
        if let Some(id) = self.node(addr) {
            return Some((vec![id], 0));
        }
        let nodes = self.tailnet.nodes.iter().enumerate();
        let routes: Vec<(u8, usize)> = nodes
            .flat_map(|(id, n)| {
                n.approved
                    .iter()
                    .filter(|p| in_prefix(**p, addr))
                    .map(move |p| (p.bits, id))
            })
            .collect();
        let longest = routes.iter().map(|(bits, _)| *bits).max()?;
        let ids = routes
            .iter()
            .filter(|(bits, _)| *bits == longest)
            .map(|(_, id)| *id)
            .collect();
        Some((ids, if longest == 0 { 2 } else { 1 }))
    }

    pub fn reaches(&self, probe: Probe) -> bool {
        let Some((receivers, to)) = self.behind(probe.dst) else {
            return false;
        };
        let Some((senders, from)) = self.behind(probe.src).filter(|(_, kind)| *kind != 2) else {
            return false;
        };
        if senders.iter().any(|s| receivers.contains(s)) {
            return true;
        }
        let nodes = &self.tailnet.nodes;
        senders.iter().any(|s| {
            receivers.iter().any(|r| {
                (to != 1 || nodes[*s].accept_routes)
                    && (from != 1 || nodes[*r].accept_routes)
                    && self.filter(*r, probe)
            })
        })
    }
}
