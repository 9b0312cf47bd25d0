//! `rpi-tailscale`: three Raspberry Pis whose pods reach each other over a Headscale tailnet; no Gitpod.

use crate::tree::{Tree, assert_order, keys, strings};
use serde_json::{Value, json};

const TAG: &str = "tag:rpi-nodes";

fn tree() -> Tree {
    Tree::of("rpi-tailscale")
}

fn policy() -> Value {
    tree().json("tailscale/policy.json")
}

/// Whether the policy's grants let packets from one selector to another: T 2.1, every rule allows, deny by default. A host
/// alias stands for its range; nothing else expands, since T 2.2: a tag never includes the routes of its nodes.
fn allows(policy: &Value, src: &str, dst: &str, port: &str) -> bool {
    let names = |list: &Value, wanted: &str| {
        strings(list)
            .iter()
            .any(|name| name == wanted || policy["hosts"][name] == wanted)
    };
    let grants = policy["grants"].as_array().unwrap();
    grants.iter().any(|grant| {
        names(&grant["src"], src)
            && names(&grant["dst"], dst)
            && strings(&grant["ip"]).iter().any(|ip| ip == "*" || ip == port)
    })
}

const PODS: &str = "10.42.0.0/16";

// T 2.9: pods keep their addresses on the tailnet, so the range is source and destination.
#[test]
fn pods_reach_pods_on_every_port() {
    for port in ["tcp:443", "udp:53", "tcp:1", "*"] {
        assert!(allows(&policy(), PODS, PODS, port), "{port}");
    }
}

// T 2.9, 3: webhooks, host-network pods and node ports come from the machines' own addresses.
#[test]
fn machines_reach_pods_on_every_port() {
    assert!(allows(&policy(), TAG, PODS, "tcp:9443"));
}

// T 3: agents to the API, everybody to the kubelet.
#[test]
fn machines_reach_the_api_and_each_other_s_kubelet() {
    assert!(allows(&policy(), TAG, TAG, "tcp:6443"));
    assert!(allows(&policy(), TAG, TAG, "tcp:10250"));
}

// T 3: VXLAN and WireGuard are not used with vpn-auth; etcd only with several servers, on explicit opt-in.
#[test]
fn no_rule_is_for_what_this_cluster_does_not_use() {
    let ports: Vec<String> = policy()["grants"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|grant| strings(&grant["ip"]))
        .collect();
    for unused in ["8472", "51820", "51821", "2379", "2380", "5001", ":53"] {
        assert!(!ports.iter().any(|port| port.contains(unused)), "{unused}");
    }
    assert!(!allows(&policy(), TAG, TAG, "tcp:2379"));
    assert!(!allows(&policy(), PODS, TAG, "tcp:6443"), "masqueraded: T 2.9");
}

// A tailscale: exactly what the cluster needs; T 1: `*` as source is the whole tailnet.
#[test]
fn no_rule_is_for_everybody() {
    for grant in policy()["grants"].as_array().unwrap() {
        let sources = strings(&grant["src"]);
        assert!(sources.iter().all(|s| s != "*" && !s.starts_with("autogroup:")));
        let to_machines = strings(&grant["dst"]).iter().any(|dst| dst == TAG);
        assert!(!to_machines || strings(&grant["ip"]).iter().all(|ip| ip != "*"));
        assert!(strings(&grant["dst"]).iter().all(|dst| dst != "*"));
        // T 1: a grant needs ip or app, and has no action.
        assert!(!strings(&grant["ip"]).is_empty());
        assert_eq!(grant.get("action"), None);
    }
}

// T 2.10: the tag approves, not a user, and a node's /24 lies inside the range.
#[test]
fn the_tag_approves_the_pod_range() {
    assert_eq!(
        policy()["autoApprovers"],
        json!({"routes": {"10.42.0.0/16": [TAG]}})
    );
}

// T 1.4: undefined tags and groups are rejected on save; T 1.3: names of tags and groups; members are logins.
#[test]
fn every_tag_and_group_is_defined() {
    let policy = policy();
    let text = policy.to_string();
    for quoted in text.split('"').filter(|word| word.starts_with("tag:")) {
        assert!(policy["tagOwners"].get(quoted).is_some(), "{quoted}");
    }
    for quoted in text.split('"').filter(|word| word.starts_with("group:")) {
        assert!(policy["groups"].get(quoted).is_some(), "{quoted}");
    }
    assert_eq!(policy["groups"], json!({"group:admins": ["ada@acme.dev"]}));
    let known = [
        "groups",
        "tagOwners",
        "hosts",
        "autoApprovers",
        "grants",
        "ssh",
        "tests",
    ];
    assert!(keys(&policy).iter().all(|key| known.contains(key)), "T 1");
}

// T 2.11: Tailscale SSH needs a network rule to port 22 and an ssh rule; a user may check into a tagged machine.
#[test]
fn admins_may_ssh_after_a_fresh_login() {
    let policy = policy();
    assert_eq!(
        policy["ssh"],
        json!([{
            "action": "check",
            "src": ["group:admins"],
            "dst": [TAG],
            "users": ["root", "autogroup:nonroot"],
        }])
    );
    assert!(allows(&policy, "group:admins", TAG, "tcp:22"));
    // Without it the machines would not answer to Tailscale SSH.
    for machine in tree().machines().values() {
        assert!(machine.content(VPN_AUTH).contains("--ssh"));
    }
}

// T 2.11, end: the host's sshd on 2244 is ordinary traffic that needs its own rule; L admins: who reach the API.
#[test]
fn admins_reach_sshd_and_the_api_and_nobody_else_does() {
    let policy = policy();
    assert!(allows(&policy, "group:admins", TAG, "tcp:2244"));
    assert!(allows(&policy, "group:admins", TAG, "tcp:6443"));
    for other in [TAG, PODS] {
        assert!(!allows(&policy, other, TAG, "tcp:22"), "{other}");
        assert!(!allows(&policy, other, TAG, "tcp:2244"), "{other}");
    }
}

// T 2.12: one source, single hosts with one numeric port, accept or deny.
#[test]
fn tests_are_of_the_legal_kind() {
    let policy = policy();
    let tests = policy["tests"].as_array().unwrap();
    assert!(!tests.is_empty());
    for test in tests {
        assert!(test["src"].is_string());
        let claims: Vec<String> = strings(&test["accept"])
            .into_iter()
            .chain(strings(&test["deny"]))
            .collect();
        assert!(!claims.is_empty());
        for claim in claims {
            let (host, port) = claim.rsplit_once(':').unwrap();
            assert!(!host.contains('/') && host != "*", "{claim}");
            assert!(port.parse::<u16>().unwrap() > 0, "{claim}");
        }
    }
}

// T 5: a comment at the end of the file is an error without a newline; policy.json is the same, plain.
#[test]
fn the_commented_policy_says_the_same_as_the_plain_one() {
    let tree = tree();
    let text = tree.text("tailscale/policy.hujson");
    assert!(text.ends_with('\n'));
    let plain: String = text
        .lines()
        .map(|line| match line.trim_start() {
            comment if comment.starts_with("//") => "",
            code => code,
        })
        .collect();
    let plain = plain.replace(",]", "]").replace(",}", "}");
    assert_eq!(serde_json::from_str::<Value>(&plain).unwrap(), policy());
}

const VPN_AUTH: &str = "/etc/rancher/k3s/vpn-auth";

// K 3 grammar: extraArgs last, after the literal `,extraArgs=`; the rest split on `,` and `=`; known keys; no newline.
#[test]
fn vpn_auth_is_in_k3s_s_grammar() {
    for (name, machine) in tree().machines() {
        let text = machine.content(VPN_AUTH);
        assert!(!text.ends_with('\n'), "{name}");
        let (head, extra) = text.split_once(",extraArgs=").unwrap();
        assert_eq!(
            extra.split_whitespace().collect::<Vec<_>>(),
            ["--ssh", "--accept-dns=false"],
            "{name}"
        );
        let pairs: Vec<_> = head
            .split(',')
            .map(|pair| pair.split_once('=').unwrap())
            .collect();
        assert_eq!(
            pairs,
            [
                ("name", "tailscale"),
                ("joinKey", "golden-tailnet-preauth-key"),
                ("controlServerURL", "https://headscale.acme.dev"),
            ],
            "{name}"
        );
        assert!(pairs.iter().all(|(_, value)| !value.contains('=')), "{name}");
        assert_eq!(machine.entry(VPN_AUTH)["permissions"], "0600", "{name}");
    }
}

// K 3: all nodes use vpn-auth, and leave node-ip, node-external-ip, advertise-address and flannel-iface to it.
#[test]
fn k3s_takes_addresses_from_the_tailnet() {
    for (name, machine) in tree().machines() {
        let k3s = machine.k3s();
        assert_eq!(k3s["vpn-auth-file"], VPN_AUTH, "{name}");
        for key in [
            "node-ip",
            "node-external-ip",
            "advertise-address",
            "flannel-iface",
            "flannel-backend",
        ] {
            assert_eq!(k3s.get(key), None, "{name}: {key}");
            assert!(!machine.script().contains(&format!("{key}:")), "{name}: {key}");
        }
    }
}

// K 3: the binary must be installed and tailscaled running first; k3s does not install it.
#[test]
fn tailscaled_runs_before_k3s_is_installed() {
    for machine in tree().machines().values() {
        assert_order(
            machine.script(),
            &[
                "retry 20 15 install_tailscale",
                "systemctl enable --now tailscaled",
                "retry 20 15 install_k3s",
            ],
        );
        let up = machine
            .commands()
            .iter()
            .any(|line| line.contains("tailscale up"));
        assert!(!up, "K 3: `up` would be skipped or reset by k3s");
    }
}

// T 2.9: subnet routers forward.
#[test]
fn the_machines_forward_packets() {
    for machine in tree().machines().values() {
        let sysctl = machine.content("/etc/sysctl.d/90-gkc.conf");
        assert!(
            sysctl
                .lines()
                .any(|line| line.replace(' ', "") == "net.ipv4.ip_forward=1")
        );
    }
}

// L datastore: sqlite on Raspberry Pis, so no etcd and nothing that would found it.
#[test]
fn the_only_server_keeps_its_state_in_sqlite() {
    let tree = tree();
    let servers: Vec<_> = tree
        .machines()
        .into_iter()
        .filter(|(_, machine)| machine.is_server())
        .collect();
    assert_eq!(servers.len(), 1);
    assert_eq!(servers[0].0, "node-rpi-node-1");
    assert!(!servers[0].1.text.contains("cluster-init"));
    assert!(!servers[0].1.text.contains("etcd"));
    assert_eq!(tree.lock()["oneWay"]["datastore"], "sqlite");
}

// L platform none: no Gitpod objects, labels or disabled traefik (K 2.5 is for Gitpod's proxy only).
#[test]
fn nothing_of_gitpod_is_in_the_tree() {
    let tree = tree();
    for folder in ["gitpod/", "k3s/manifests/", "k3s/apply.sh", "secrets/"] {
        assert!(
            tree.artifacts.iter().all(|a| !a.path.starts_with(folder)),
            "{folder}"
        );
    }
    for (name, machine) in tree.machines() {
        assert!(
            machine.labels().iter().all(|l| !l.starts_with("gitpod.io/")),
            "{name}"
        );
        assert_eq!(machine.k3s().get("disable"), None, "{name}");
        assert!(!machine.text.contains("shiftfs"), "{name}");
    }
    assert_eq!(tree.output("gitpod_config")["value"], json!(null));
}

// K 4 node passwords, L nodes: each machine has its own name; the label of the configuration is on its node alone.
#[test]
fn machines_have_their_own_names_and_labels() {
    let tree = tree();
    for (name, labels) in [
        ("rpi-node-1", vec![]),
        ("rpi-node-2", vec!["acme.dev/disk=ssd"]),
        ("rpi-node-3", vec![]),
    ] {
        let machine = tree.machine(&format!("node-{name}"));
        assert_eq!(machine.k3s()["node-name"], name);
        assert_eq!(machine.data["hostname"], name);
        assert_eq!(machine.labels(), labels, "{name}");
    }
}

// K 2 and R: k3s does not start on a Pi whose firmware leaves the memory cgroup off; the reboot comes after the script.
#[test]
fn the_memory_cgroup_is_turned_on_once() {
    for machine in tree().machines().values() {
        assert!(machine.script().contains("cgroup_enable=memory"));
        assert!(
            machine.script().contains("! grep -q cgroup_enable=memory"),
            "not appended twice"
        );
        assert_eq!(machine.data["power_state"]["mode"], "reboot");
        assert_eq!(
            machine.data["power_state"]["condition"],
            "test -e /run/gkc-reboot"
        );
    }
}

// T 2.10: approval is not retroactive, so the policy is applied before the machines start; A tailscale.
#[test]
fn the_readme_applies_the_policy_before_the_machines() {
    assert_order(
        tree().text("README.md"),
        &[
            "1. Apply the tailnet policy",
            "headscale policy set --file tailscale/policy.hujson",
            "`tag:rpi-nodes`",
            "2. Give the machines fixed addresses",
            "3. Write a card",
        ],
    );
}

// K 3: ranges of pods and services lie outside 100.64.0.0/10.
#[test]
fn no_range_is_in_the_tailnet_s_own() {
    let one_way = tree().lock()["oneWay"].clone();
    assert_eq!(one_way["pods"], "10.42.0.0/16");
    assert_eq!(one_way["services"], "10.43.0.0/16");
}
