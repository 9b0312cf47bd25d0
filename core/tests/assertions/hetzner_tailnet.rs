//! `hetzner-tailnet`: three servers and a pool whose pods reach each other over a tailnet.

use crate::support::golden;
use crate::tree::{Tree, assert_order};
use serde_json::json;

/// The tree with another version of k3s.
fn with_version(version: &str) -> Tree {
    let folder = golden("build/hetzner-tailnet");
    let config = std::fs::read_to_string(folder.join("gitpod-k3s.yaml")).unwrap();
    let secrets = std::fs::read_to_string(folder.join("secrets.env")).unwrap();
    let secrets: Vec<(&str, &str)> = secrets.lines().filter_map(|line| line.split_once('=')).collect();
    // Its claims are about the newest.
    let config = config.split("  expect:").next().unwrap();
    Tree::of_text(&format!("{config}k3s: {{version: {version}}}\n"), &secrets)
}

/// Whether the policy lets servers reach each other's etcd.
fn admits_etcd(tree: &Tree) -> bool {
    let grants = tree.json("tailscale/policy.json")["grants"].clone();
    let etcd = json!(["tcp:2379-2380"]);
    let servers = json!(["tag:k3s-server"]);
    let mut grants = grants.as_array().unwrap().iter();
    grants.any(|grant| grant["ip"] == etcd && grant["src"] == servers && grant["dst"] == servers)
}

/// Whether a server's etcd gets the address in the node network.
fn has_node_ip(tree: &Tree, machine: &str) -> bool {
    tree.machine(machine).script().contains("node-ip: ")
}

// k3s#14515: from v1.35.5 and v1.36.1 on etcd is at the tailnet's address, whatever node-ip says; before, it takes the first node-ip, and
// without one the address of the default route, which is public here.
#[test]
fn etcd_s_members_reach_each_other_in_each_release() {
    for (version, in_tailnet) in [
        ("v1.36.5+k3s1", true),
        ("v1.36.0+k3s1", false),
        ("v1.35.9+k3s1", true),
        ("v1.35.4+k3s1", false),
        ("v1.34.12+k3s1", true),
    ] {
        let tree = with_version(version);
        assert_eq!(admits_etcd(&tree), in_tailnet, "{version}");
        for server in ["server-init", "server-join"] {
            assert_eq!(has_node_ip(&tree, server), !in_tailnet, "{version} {server}");
        }
        assert!(!has_node_ip(&tree, "pool-main"), "{version}");
    }
}

// The API may answer in the tailnet only: a first server that is made again would found a second cluster.
#[test]
fn the_first_server_joins_the_tailnet_before_it_asks_for_the_cluster() {
    let tree = Tree::of("hetzner-tailnet");
    let script = tree.machine("server-init").script().to_owned();
    assert_order(
        &script,
        &[
            "systemctl enable --now tailscaled",
            "join_tailnet()",
            "api_answers()",
        ],
    );
    assert!(!tree.machine("server-join").script().contains("join_tailnet"));
}
