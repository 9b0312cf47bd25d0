//! Random tailnets and policies that exercise every kind of selector, `via`, address sets, routes and exit nodes.

use std::net::IpAddr;

use gkc_core::tailnet::addr::Prefix;
use gkc_core::tailnet::model::{Device, Tailnet, User};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

const ROUTES: [&str; 9] = [
    "10.0.0.0/28",
    "10.0.0.0/29",
    "10.0.0.8/29",
    "10.0.0.4/30",
    "fd00::/125",
    "fd00::4/126",
    "100.64.0.4/30",
    "8.8.8.0/30",
    "10.0.1.0/30",
];
const TAGS: [&str; 4] = ["tag:a", "tag:b", "tag:c", "tag:d"];
const LOGINS: [&str; 3] = ["ada@x.example", "gus@x.example", "eve@y.example"];

const SOURCES: [&str; 26] = [
    "*",
    "ada@x.example",
    "gus@x.example",
    "group:g",
    "group:h",
    "tag:a",
    "tag:b",
    "tag:c",
    "autogroup:member",
    "autogroup:tagged",
    "autogroup:admin",
    "autogroup:owner",
    "autogroup:danger-all",
    "autogroup:shared",
    "user:*@x.example",
    "100.64.0.1",
    "100.64.0.0/29",
    "10.0.0.0/28",
    "10.0.0.5",
    "fd00::/126",
    "one",
    "net",
    "ipset:s",
    "ipset:t",
    "ipset:u",
    "100.115.92.1",
];
const DESTINATIONS: [&str; 28] = [
    "autogroup:internet",
    "autogroup:internet",
    "8.0.0.0/6",
    "8.0.0.0/6",
    "*",
    "ada@x.example",
    "eve@y.example",
    "group:g",
    "tag:a",
    "tag:b",
    "tag:d",
    "autogroup:member",
    "autogroup:tagged",
    "autogroup:auditor",
    "autogroup:internet",
    "user:*@y.example",
    "100.64.0.2",
    "100.64.0.0/29",
    "10.0.0.0/28",
    "10.0.0.9",
    "8.8.8.0/29",
    "fd00::5",
    "net",
    "public",
    "ipset:s",
    "ipset:t",
    "ipset:u",
    "svc:web",
];
const PEOPLE: [&str; 5] = [
    "ada@x.example",
    "group:g",
    "autogroup:member",
    "autogroup:admin",
    "user:*@x.example",
];
const PORTS: [&str; 6] = ["*", "22", "80-90", "22,443", "1-65535", "443"];
const PROTOS: [&str; 9] = ["", "tcp", "udp", "icmp", "ipv6-icmp", "sctp", "gre", "6", "17"];

/// A random case: a tailnet and the text of a policy.
#[derive(Clone, Debug)]
pub struct Case {
    pub tailnet: Tailnet,
    pub policy: String,
}

fn node(index: usize) -> impl Strategy<Value = Device> {
    let owner = prop_oneof![
        select(&LOGINS[..]).prop_map(|l| (Some(l.to_owned()), Vec::new())),
        subsequence(&TAGS[..], 1..3).prop_map(|t| (None, t.into_iter().map(str::to_owned).collect())),
    ];
    let exits = prop_oneof![
        3 => Just(vec![]),
        2 => Just(vec!["0.0.0.0/0", "::/0"]),
        1 => Just(vec!["0.0.0.0/0"]),
    ];
    let routes = (subsequence(&ROUTES[..], 0..4), exits).prop_flat_map(|(mut offered, exits)| {
        offered.extend(exits);
        let n = offered.len();
        (Just(offered), vec(prop::bool::weighted(0.8), n))
    });
    (owner, routes, prop::bool::weighted(0.75)).prop_map(
        move |((user, tags), (offered, yes), accept_routes)| {
            let prefix = |p: &&str| p.parse::<Prefix>().unwrap();
            let ips: Vec<IpAddr> = vec![
                format!("100.64.0.{}", index + 1).parse().unwrap(),
                format!("fd7a:115c:a1e0::{}", index + 1).parse().unwrap(),
            ];
            Device {
                name: format!("n{index}"),
                user,
                tags,
                ips,
                advertised: offered.iter().map(prefix).collect(),
                approved: offered
                    .iter()
                    .zip(yes)
                    .filter(|(_, y)| *y)
                    .map(|(p, _)| prefix(p))
                    .collect(),
                accept_routes,
                posture: Default::default(),
            }
        },
    )
}

fn quoted(items: &[&str]) -> String {
    items
        .iter()
        .map(|i| format!("\"{i}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Ports that go with a protocol: those without ports take `*`.
fn fitting(proto: &str, ports: &'static str) -> &'static str {
    if ["icmp", "ipv6-icmp", "gre"].contains(&proto) {
        "*"
    } else {
        ports
    }
}

fn acl() -> impl Strategy<Value = String> {
    let rule = (
        vec(select(&SOURCES[..]), 1..3),
        vec((select(&DESTINATIONS[..]), select(&PORTS[..])), 1..3),
    );
    let to_self = (
        vec(select(&PEOPLE[..]), 1..2),
        Just(vec![("autogroup:self", "22")]),
    );
    (
        prop_oneof![4 => rule.boxed(), 1 => to_self.boxed()],
        select(&PROTOS[..]),
    )
        .prop_map(|((src, dst), proto)| {
            let dst: Vec<String> = dst
                .iter()
                .map(|(d, p)| format!("\"{d}:{}\"", fitting(proto, p)))
                .collect();
            let proto = if proto.is_empty() {
                String::new()
            } else {
                format!(", \"proto\": \"{proto}\"")
            };
            format!(
                "{{\"action\": \"accept\", \"src\": [{}], \"dst\": [{}]{proto}}}",
                quoted(&src),
                dst.join(", ")
            )
        })
}

fn grant() -> impl Strategy<Value = String> {
    let ip = (select(&PROTOS[..]), select(&PORTS[..])).prop_map(|(proto, ports)| {
        if proto.is_empty() {
            ports.to_owned()
        } else {
            format!("{proto}:{}", fitting(proto, ports))
        }
    });
    let rule = (
        vec(select(&SOURCES[..]), 1..3),
        vec(select(&DESTINATIONS[..]), 1..3),
    );
    let to_self = (vec(select(&PEOPLE[..]), 1..2), Just(vec!["autogroup:self"]));
    let via = prop_oneof![1 => Just(Vec::new()), 1 => subsequence(&TAGS[..], 1..3)];
    let ends = prop_oneof![4 => rule.boxed(), 1 => to_self.boxed()];
    (ends, vec(ip, 1..3), via).prop_map(|((src, dst), ip, via)| {
        let ip: Vec<&str> = ip.iter().map(String::as_str).collect();
        format!(
            "{{\"src\": [{}], \"dst\": [{}], \"ip\": [{}], \"via\": [{}]}}",
            quoted(&src),
            quoted(&dst),
            quoted(&ip),
            quoted(&via)
        )
    })
}

fn section(name: &'static str, rules: impl Strategy<Value = Vec<String>>) -> impl Strategy<Value = String> {
    prop_oneof![
        5 => rules.prop_map(move |r| format!(", \"{name}\": [{}]", r.join(", "))),
        1 => Just(String::new()),
    ]
}

const NAMES: &str = r#""tagOwners": {"tag:a": [], "tag:b": [], "tag:c": [], "tag:d": []},
    "groups": {"group:g": ["ada@x.example", "eve@y.example"], "group:h": []},
    "hosts": {"one": "10.0.0.3", "net": "10.0.0.8/29", "public": "8.8.8.0/30"},
    "ipsets": {"ipset:s": ["10.0.0.0/28", "remove 10.0.0.4/30", "add 10.0.0.6"],
               "ipset:t": ["ipset:s", "add 100.64.0.2-100.64.0.3", "remove host:one", "fd00::/126"],
               "ipset:u": ["autogroup:internet", "remove 8.8.8.1", "10.0.1.1"]}"#;

pub fn case() -> impl Strategy<Value = Case> {
    let users = vec(subsequence(vec!["admin", "owner", "auditor"], 0..2), 3).prop_map(|roles| {
        let user = |(login, roles): (&&str, Vec<&str>)| User {
            login: (*login).to_owned(),
            roles: roles.into_iter().map(str::to_owned).collect(),
        };
        LOGINS.iter().zip(roles).map(user).collect::<Vec<_>>()
    });
    let nodes = (2usize..6).prop_flat_map(|n| (0..n).map(node).collect::<Vec<_>>());
    (
        users,
        nodes,
        section("acls", vec(acl(), 0..4)),
        section("grants", vec(grant(), 0..4)),
    )
        .prop_map(|(users, nodes, acls, grants)| Case {
            tailnet: Tailnet {
                domains: vec!["x.example".to_owned(), "y.example".to_owned()],
                users,
                nodes,
            },
            policy: format!("{{{NAMES}{acls}{grants}}}"),
        })
}

/// Addresses worth asking about: the devices', the edges of every route and literal, and some outside.
pub fn addresses(tailnet: &Tailnet) -> Vec<IpAddr> {
    let mut all: Vec<IpAddr> = tailnet.nodes.iter().flat_map(|n| n.ips.clone()).collect();
    let more = [
        "10.0.0.0",
        "10.0.0.3",
        "10.0.0.4",
        "10.0.0.6",
        "10.0.0.7",
        "10.0.0.8",
        "10.0.0.9",
        "10.0.0.15",
        "10.0.0.16",
        "10.0.1.1",
        "100.64.0.7",
        "100.64.0.9",
        "100.115.92.1",
        "8.8.8.0",
        "8.8.8.1",
        "8.8.8.5",
        "1.1.1.1",
        "169.254.0.1",
        "fd00::1",
        "fd00::4",
        "fd00::7",
        "fd00::8",
        "2001:db8::1",
        "fd7a:115c:a1e0::99",
        "fe80::1",
        "172.16.0.1",
    ];
    all.extend(more.iter().map(|a| a.parse::<IpAddr>().unwrap()));
    all
}

/// SSH rules of the shapes that are allowed, and approvers.
pub fn ssh_and_approvers() -> impl Strategy<Value = String> {
    let action = select(vec!["accept", "check"]);
    let users = vec(
        select(vec![
            "root",
            "ubuntu",
            "ada",
            "autogroup:nonroot",
            "localpart:*@x.example",
        ]),
        1..3,
    );
    let tagged = (
        vec(
            select(vec![
                "tag:a",
                "tag:b",
                "autogroup:tagged",
                "ada@x.example",
                "group:g",
                "autogroup:member",
            ]),
            1..3,
        ),
        vec(select(vec!["tag:a", "tag:c", "autogroup:tagged"]), 1..3),
    );
    let own = prop_oneof![
        (vec(select(&PEOPLE[..]), 1..3), Just(vec!["autogroup:self"])),
        Just((vec!["ada@x.example"], vec!["ada@x.example"])),
    ];
    let ends = prop_oneof![tagged.boxed(), own.boxed()];
    let rule = (action, ends, users).prop_map(|(action, (src, dst), users)| {
        let (src, dst, users) = (quoted(&src), quoted(&dst), quoted(&users));
        format!("{{\"action\": \"{action}\", \"src\": [{src}], \"dst\": [{dst}], \"users\": [{users}]}}")
    });
    let approver = || {
        let people = [
            "tag:a",
            "tag:b",
            "ada@x.example",
            "group:g",
            "autogroup:member",
            "autogroup:tagged",
        ];
        vec(select(people.to_vec()), 0..3)
    };
    let prefixes = [
        "10.0.0.0/28",
        "10.0.0.0/24",
        "10.0.0.8/29",
        "fd00::/120",
        "0.0.0.0/0",
        "::/0",
        "8.8.8.0/31",
    ];
    let routes = prop::collection::btree_map(select(prefixes.to_vec()), approver(), 0..4);
    (vec(rule, 0..5), routes, approver()).prop_map(|(rules, routes, exits)| {
        let routes: Vec<String> = routes
            .iter()
            .map(|(p, a)| format!("\"{p}\": [{}]", quoted(a)))
            .collect();
        format!(
            "{{{NAMES}, \"ssh\": [{}], \"autoApprovers\": {{\"routes\": {{{}}}, \"exitNode\": [{}]}}}}",
            rules.join(", "),
            routes.join(", "),
            quoted(&exits)
        )
    })
}
