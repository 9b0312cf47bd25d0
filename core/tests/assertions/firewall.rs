//! The firewall and the DNS records of the module.

use crate::support::JUDGED;
use crate::tree::{Tree, strings};
use serde_json::Value;

/// Who may come in: everybody, the machines, whom the configuration names.
#[derive(Clone, Copy, PartialEq)]
enum Sources {
    World,
    Machines,
    Admins,
    Both,
}
use Sources::{Admins, Both, Machines, World};

/// One port: protocol, first and last, machines that it is on, who may come in.
type Open = (&'static str, u16, u16, &'static str, Sources);

// K 2.19, G 6.2: 10250 is tcp and 8472 udp, both for the machines only; etcd for servers, and only where there are several.
// G 2 servicelb: 80 and 443 are for everybody; 22 with the gateway only. L firewall: ssh and api as configured.
const GITPOD: [Open; 5] = [
    ("tcp", 80, 80, "nodes", World),
    ("tcp", 443, 443, "nodes", World),
    ("tcp", 10250, 10250, "nodes", Machines),
    ("udp", 8472, 8472, "nodes", Machines),
    ("tcp", 6443, 6443, "servers", Both),
];
const SSH: Open = ("tcp", 2244, 2244, "nodes", Admins);
const ETCD: Open = ("tcp", 2379, 2380, "servers", Machines);
const GATEWAY: Open = ("tcp", 22, 22, "nodes", World);

/// A case's node network, its admins, and what is open.
fn expected(case: &str) -> (&'static str, &'static str, Vec<Open>) {
    let with = |more: &[Open]| GITPOD.iter().chain(more).copied().collect::<Vec<_>>();
    match case {
        "quickstart" => ("10.2.0.0/16", "", with(&[])),
        "hetzner-medium" => ("10.2.0.0/16", "203.0.113.0/24", with(&[SSH, ETCD, GATEWAY])),
        "azure-external-db" => ("10.2.0.0/16", "198.51.100.0/24", with(&[SSH])),
        "gcp-large" => ("10.100.0.0/20", "198.51.100.0/24", with(&[SSH, ETCD])),
        // Agents join at the server's own address; all else is in the tailnet.
        "rpi-tailscale" => ("192.168.1.0/24", "", vec![("tcp", 6443, 6443, "servers", Both)]),
        _ => unreachable!("{case}"),
    }
}

fn rules(case: &str) -> Vec<Value> {
    let rules = Tree::of(case).output("firewall_rules")["value"].clone();
    rules.as_array().unwrap().clone()
}

#[test]
fn the_firewall_lets_in_what_is_needed_and_nothing_else() {
    for case in JUDGED {
        let (machines, admins, open) = expected(case);
        let mut wanted: Vec<_> = open
            .into_iter()
            .map(|(protocol, first, last, to, from)| {
                let mut sources: Vec<&str> = match from {
                    World => vec!["0.0.0.0/0", "::/0"],
                    Machines => vec![machines],
                    Admins => vec![admins],
                    Both => vec![machines, admins],
                };
                sources.retain(|source| !source.is_empty());
                sources.sort_unstable();
                (
                    protocol.to_owned(),
                    u64::from(first),
                    u64::from(last),
                    to.to_owned(),
                    sources.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>(),
                )
            })
            .collect();
        let mut found: Vec<_> = rules(case)
            .iter()
            .map(|rule| {
                let mut sources = strings(&rule["sources"]);
                sources.sort_unstable();
                (
                    rule["protocol"].as_str().unwrap().to_owned(),
                    rule["from_port"].as_u64().unwrap(),
                    rule["to_port"].as_u64().unwrap(),
                    rule["to"].as_str().unwrap().to_owned(),
                    sources,
                )
            })
            .collect();
        wanted.sort();
        found.sort();
        assert_eq!(found, wanted, "{case}");
    }
}

// G 6.2: an open 53 only invites abuse of the resolver; 9500, 9546 and 9547 are host ports of ServiceLB; 8080, 20000 and 31750 are the
// node's own.
#[test]
fn ports_that_must_stay_closed_are_in_no_rule() {
    for case in JUDGED {
        for rule in rules(case) {
            let range = rule["from_port"].as_u64().unwrap()..=rule["to_port"].as_u64().unwrap();
            for closed in [53, 2381, 9500, 9546, 9547, 8080, 20000, 31750, 51820, 51821] {
                assert!(!range.contains(&closed), "{case}: {closed}");
            }
        }
    }
}

// A README: the table of the README is that of the module.
#[test]
fn the_readme_shows_every_rule() {
    for case in JUDGED {
        let tree = Tree::of(case);
        let readme = tree.text("README.md");
        for rule in rules(case) {
            let (first, last) = (&rule["from_port"], &rule["to_port"]);
            let ports = if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            };
            let cell = format!("| {ports}/{} |", rule["protocol"].as_str().unwrap());
            assert!(readme.contains(&cell), "{case}: {cell}");
        }
    }
}

// G 2 DNS: d, *.d and *.ws.d; L api: the registration address is listed with them.
#[test]
fn the_dns_records_are_the_three_of_gitpod_and_the_api_s() {
    for (case, address) in [
        ("quickstart", None),
        ("azure-external-db", Some("203.0.113.20")),
        ("gcp-large", Some("203.0.113.30")),
        ("hetzner-medium", Some("${var.hcloud_load_balancer_web_ipv4}")),
    ] {
        let records = Tree::of(case).output("dns_records")["value"].clone();
        let records = records.as_array().unwrap();
        let names: Vec<_> = records.iter().map(|r| r["name"].as_str().unwrap()).collect();
        let gitpod = ["gitpod.acme.dev", "*.gitpod.acme.dev", "*.ws.gitpod.acme.dev"];
        assert_eq!(names[..3], gitpod, "{case}");
        // People from `cluster.firewall.api` come to public addresses, machines to those in their own network.
        let people = match case {
            "quickstart" => vec![],
            _ => vec!["kubectl.gitpod.acme.dev"],
        };
        assert_eq!(
            names[3..],
            [vec!["k3s.gitpod.acme.dev"], people].concat(),
            "{case}"
        );
        for record in &records[..3] {
            assert_eq!(record["value"].as_str(), address, "{case}");
            let target = if address.is_some() { "address" } else { "nodes" };
            assert_eq!(record["target"], target, "{case}");
        }
        assert_eq!(records[3]["target"], "servers", "{case}");
        assert!(
            records
                .get(4)
                .is_none_or(|record| record["target"] == "servers-public"),
            "{case}"
        );
    }
    let records = Tree::of("rpi-tailscale").output("dns_records")["value"].clone();
    assert_eq!(records.as_array().map(Vec::len), Some(0), "no domain, no record");
}

// K 2.7, 2.13, 2.19: WireGuard has a port of its own, host-gw none, and the embedded registry 5001.
#[test]
fn what_is_handed_to_k3s_opens_its_ports() {
    for (keys, open, closed) in [
        ("flannel-backend: wireguard-native", ("udp", 51820), Some(8472)),
        ("flannel-backend: host-gw", ("tcp", 10250), Some(8472)),
        ("embedded-registry: true", ("tcp", 5001), None),
    ] {
        let config = format!(
            "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\nk3s: {{serverConfig: {{{keys}}}}}\n"
        );
        let vars = [
            ("K3S_TOKEN", "golden-server-token"),
            ("K3S_AGENT_TOKEN", "golden-agent-token"),
        ];
        let rules = Tree::of_text(&config, &vars).output("firewall_rules")["value"].clone();
        let has = |port: u64| {
            rules
                .as_array()
                .unwrap()
                .iter()
                .find(|rule| rule["from_port"] == port)
                .cloned()
        };
        let rule = has(open.1).unwrap_or_else(|| panic!("{keys}: {rules}"));
        assert_eq!(
            (&rule["protocol"], &rule["to"]),
            (&open.0.into(), &"nodes".into()),
            "{keys}"
        );
        assert_eq!(rule["sources"], serde_json::json!(["10.2.0.0/16"]), "{keys}");
        assert!(closed.is_none_or(|port| has(port).is_none()), "{keys}");
    }
}
