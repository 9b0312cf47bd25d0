//! k3s's configuration on every machine.

use crate::machines::every;
use crate::support::JUDGED;
use crate::tree::{NODE_CONFIG, SHARED_CONFIG, Tree, assert_order, keys, strings, yaml};
use serde_json::Value;

// K 1: k3s reads YAML 1.1, where 0600 is a number and `on` a boolean: every string is quoted.
#[test]
fn every_string_of_k3s_config_is_quoted() {
    for (name, machine) in every() {
        for path in [SHARED_CONFIG, NODE_CONFIG] {
            let lines = machine.content(path).lines().map(str::trim);
            for line in lines.filter(|line| !line.starts_with('#')) {
                let value = line
                    .strip_prefix("- ")
                    .or_else(|| line.split_once(':').map(|(_, v)| v.trim()))
                    .unwrap();
                let plain = value.is_empty() || value == "true" || value.parse::<u32>().is_ok();
                assert!(plain || value.starts_with('"'), "{name}: {line}");
            }
        }
    }
}

// K 2.12: a wider mode than 0600 gives cluster-admin to every local user.
#[test]
fn the_kubeconfig_is_for_root_only() {
    for (name, machine) in every().into_iter().filter(|(_, m)| m.is_server()) {
        assert_eq!(machine.k3s()["write-kubeconfig-mode"], "0600", "{name}");
    }
}

// K 4, A cloud-init: the server token makes anybody who has it admin; agents have the agent token, as `token`.
#[test]
fn agents_have_the_agent_token_and_never_the_server_token() {
    for (name, machine) in every() {
        let k3s = machine.k3s();
        if machine.is_server() {
            assert_eq!(k3s["token"], "golden-server-token-0123456789abcdef", "{name}");
            assert_eq!(
                k3s["agent-token"], "golden-agent-token-0123456789abcdef",
                "{name}"
            );
        } else {
            assert_eq!(k3s["token"], "golden-agent-token-0123456789abcdef", "{name}");
            assert!(!machine.text.contains("golden-server-token"), "{name}");
        }
    }
}

// K 1: keys of the other role are skipped with a warning, so a mistake is a default cluster. The flags of `k3s agent` that gkc
// or a golden uses, from reference/k3s-config-keys.json.
#[test]
fn agents_have_no_key_of_servers() {
    let known = [
        "server",
        "token",
        "node-name",
        "node-label",
        "node-taint",
        "with-node-id",
        "vpn-auth-file",
        "data-dir",
    ];
    for (name, machine) in every().into_iter().filter(|(_, m)| !m.is_server()) {
        for key in keys(&machine.k3s()) {
            assert!(known.contains(&key), "{name}: {key}");
        }
    }
}

// K 2.2: exactly one server may found a cluster, and never twice (G 6.3.22), so the decision falls on the machine.
#[test]
fn no_static_file_founds_a_cluster() {
    for (name, machine) in every() {
        for file in machine.files() {
            let path = file["path"].as_str().unwrap();
            if path.starts_with("/etc/rancher/k3s/config.yaml") {
                let config = yaml(file["content"].as_str().unwrap());
                assert_eq!(config.get("cluster-init"), None, "{name}: {path}");
            }
        }
    }
}

// A cloud-init: the first server joins where the API answers already; K 2.2: with etcd on disk it starts from that.
#[test]
fn the_first_server_of_an_etcd_cluster_joins_before_it_founds() {
    let founds = "cluster-init: true";
    for (name, machine) in every() {
        let first = name.ends_with("/server-init");
        assert_eq!(machine.script().contains(founds), first, "{name}");
        if first {
            assert_order(
                machine.script(),
                &[
                    "/server/db/etcd",
                    "retry \"$api_tries\" 5 api_answers",
                    "server: ",
                    founds,
                ],
            );
            assert_eq!(
                machine.k3s().get("server"),
                None,
                "{name}: depends on no address of its own"
            );
        }
    }
}

// K 4, HA join: agents and further servers register at one fixed address; K 2.10: which the certificate names.
#[test]
fn machines_register_at_an_address_that_the_certificate_names() {
    for case in JUDGED {
        let machines = Tree::of(case).machines();
        let servers: Vec<_> = machines.values().filter(|m| m.is_server()).collect();
        let sans = strings(&servers[0].k3s()["tls-san"]);
        for (name, machine) in &machines {
            let k3s = machine.k3s();
            if !machine.is_server() || name == "server-join" {
                let url = k3s["server"].as_str().unwrap();
                let host = url.strip_prefix("https://").unwrap();
                let host = host.strip_suffix(":6443").unwrap();
                assert!(
                    sans.iter().any(|san| san == host),
                    "{case}/{name}: {host} in {sans:?}"
                );
            }
            if machine.is_server() {
                assert_eq!(strings(&k3s["tls-san"]), sans, "{case}/{name}: on all servers");
            }
        }
    }
}

// K 1: what must match on all servers; A cloud-init: one byte-identical shared fragment.
#[test]
fn servers_share_their_config_byte_for_byte() {
    for case in ["hetzner-medium", "gcp-large"] {
        let tree = Tree::of(case);
        let (first, further) = (tree.machine("server-init"), tree.machine("server-join"));
        assert_eq!(
            first.content(SHARED_CONFIG),
            further.content(SHARED_CONFIG),
            "{case}"
        );
        let own: Value = yaml(further.content(NODE_CONFIG));
        for critical in [
            "cluster-cidr",
            "service-cidr",
            "cluster-dns",
            "disable",
            "agent-token",
        ] {
            assert_eq!(own.get(critical), None, "{case}: {critical}");
        }
    }
}

// K 2.9: enabling it later is unsupported, so it is on from the start.
#[test]
fn secrets_are_encrypted_at_rest_on_every_server() {
    for (name, machine) in every().into_iter().filter(|(_, m)| m.is_server()) {
        assert_eq!(machine.k3s()["secrets-encryption"], true, "{name}");
    }
}

// K 2.6: kubelet exits on labels in kubernetes.io; G 1.4.10: the only value that the Installer takes is `true`.
#[test]
fn labels_are_ones_that_kubelet_may_set_and_gitpod_reads() {
    for (name, machine) in every() {
        for label in machine.labels() {
            let (key, value) = label.split_once('=').unwrap();
            assert!(!key.contains("kubernetes.io/"), "{name}: {key}");
            if key.starts_with("gitpod.io/workload_") {
                assert_eq!(value, "true", "{name}: {key}");
            }
        }
    }
}

// K 2.6: `key[=value]:Effect`.
#[test]
fn taints_have_one_of_three_effects() {
    for (name, machine) in every() {
        for taint in machine.taints() {
            let (_, effect) = taint.rsplit_once(':').unwrap();
            let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];
            assert!(effects.contains(&effect), "{name}: {taint}");
        }
    }
}
