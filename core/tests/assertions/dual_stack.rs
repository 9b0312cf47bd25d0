//! Both families of addresses: a range of each wherever ranges are written.

use crate::machines::every_of;
use crate::tree::{Tree, strings};
use serde_json::json;

fn tree() -> Tree {
    Tree::of("dual-stack")
}

// K 2.1: pods and services have the same families, in the same order; K 1: the same on all servers.
#[test]
fn every_server_has_the_same_pairs() {
    let servers: Vec<_> = every_of(&["dual-stack"])
        .into_iter()
        .filter(|(_, machine)| machine.is_server())
        .collect();
    assert_eq!(servers.len(), 2);
    for (name, server) in servers {
        let k3s = server.k3s();
        for (key, pair) in [
            ("cluster-cidr", "10.42.0.0/16,fd00:42::/56"),
            ("service-cidr", "10.43.0.0/16,fd00:43::/112"),
            ("cluster-dns", "10.43.0.10,fd00:43::a"),
        ] {
            assert_eq!(k3s[key], pair, "{name}: {key}");
        }
        // Addresses of fc00::/7 are nobody's outside, so pods borrow their machine's.
        assert_eq!(k3s["flannel-ipv6-masq"], true, "{name}");
    }
}

// K 2.19: WireGuard has a port for each family, open to the machines' addresses of both.
#[test]
fn machines_reach_each_other_over_both() {
    let both = ["10.100.0.0/20", "fd20:3:4::/64"];
    let rules = tree().output("firewall_rules")["value"].clone();
    let rule = |name: &str| {
        let found = rules.as_array().unwrap().iter().find(|rule| rule["name"] == name);
        found.unwrap().clone()
    };
    for name in ["kubelet", "etcd", "pods-wireguard"] {
        assert_eq!(strings(&rule(name)["sources"]), both, "{name}");
    }
    let wireguard = rule("pods-wireguard");
    assert_eq!(
        (
            &wireguard["protocol"],
            &wireguard["from_port"],
            &wireguard["to_port"]
        ),
        (&json!("udp"), &json!(51820), &json!(51821))
    );
}

// Workspaces are kept from the machines under either address.
#[test]
fn workspaces_reach_no_machine() {
    let policy = tree().object("NetworkPolicy", "gkc-workspaces");
    let blocks = policy["spec"]["egress"][0]["to"].as_array().unwrap();
    let except = |at: usize| strings(&blocks[at]["ipBlock"]["except"]);
    assert!(except(0).contains(&"10.100.0.0/20".to_owned()));
    assert!(except(1).contains(&"fd20:3:4::/64".to_owned()));
}

// K 2.1: "Dual-stack only at creation".
#[test]
fn the_families_are_locked() {
    let lock = tree().lock();
    assert_eq!(lock["oneWay"]["pods"], "10.42.0.0/16,fd00:42::/56");
    assert_eq!(lock["oneWay"]["services"], "10.43.0.0/16,fd00:43::/112");
}
