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

// Run on a tailnet: flannel's packets between the machines carry those of the pods; the pod range is in no rule and no route.
#[test]
fn machines_reach_the_overlay_of_each_other_and_pods_are_not_in_the_tailnet() {
    let policy = policy();
    assert!(allows(&policy, TAG, TAG, "udp:8472"));
    assert_eq!(policy.get("autoApprovers"), None);
    assert_eq!(policy.get("hosts"), None);
    assert!(!policy.to_string().contains(PODS));
}

// T 3: agents to the API, everybody to the kubelet.
#[test]
fn machines_reach_the_api_and_each_other_s_kubelet() {
    assert!(allows(&policy(), TAG, TAG, "tcp:6443"));
    assert!(allows(&policy(), TAG, TAG, "tcp:10250"));
}

// etcd only with several servers.
#[test]
fn no_rule_is_for_what_this_cluster_does_not_use() {
    let ports: Vec<String> = policy()["grants"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|grant| strings(&grant["ip"]))
        .collect();
    for unused in ["51820", "51821", "2379", "2380", "5001", ":53"] {
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
        assert!(machine.script().contains(
            "retry 5 10 join_tailnet --login-server=https://headscale.acme.dev --ssh --accept-dns=false\n"
        ));
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

// k3s pkg/etcd, pkg/cli/server, pkg/agent/flannel: node-ip and flannel-iface decide every address; tailscaled is up before k3s, at each
// boot.
#[test]
fn k3s_gets_its_addresses_from_the_tailnet() {
    for (name, machine) in tree().machines() {
        let k3s = machine.k3s();
        for key in [
            "vpn-auth",
            "vpn-auth-file",
            "node-external-ip",
            "advertise-address",
            "flannel-backend",
        ] {
            assert_eq!(k3s.get(key), None, "{name}: {key}");
        }
        assert_order(
            machine.script(),
            &[
                "retry 20 15 install_tailscale",
                "systemctl enable --now tailscaled",
                "retry 5 10 join_tailnet",
                "address=$(tailscale ip -4)",
                "node-ip: \"%s\"\\nflannel-iface: \"tailscale0\"",
                "retry 20 15 install_k3s",
            ],
        );
        let unit = if machine.is_server() { "k3s" } else { "k3s-agent" };
        let drop_in = machine.content(&format!("/etc/systemd/system/{unit}.service.d/10-gkc.conf"));
        assert!(drop_in.contains("After=tailscaled.service"), "{name}");
        assert!(drop_in.contains("dev tailscale0"), "{name}");
        assert_eq!(machine.content(KEY), "golden-tailnet-preauth-key", "{name}");
        assert_eq!(machine.entry(KEY)["permissions"], "0600", "{name}");
    }
}

const KEY: &str = "/etc/gkc/tailscale-key";

// K 1: pods of other machines are forwarded to.
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

// A tailscale: machines that join before the policy does not let them reach each other.
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
