//! `hetzner-medium`: three servers and a pool, an old release, GitHub, Cloudflare, an address that Terraform makes.

use crate::tree::{Tree, strings, yaml};
use serde_json::json;

fn tree() -> Tree {
    Tree::of("hetzner-medium")
}

// G 0.1: before 2023-03 the key is `containerdSocket`, the path of the socket; the new key is an error there.
#[test]
fn an_old_release_gets_the_socket_and_not_its_directory() {
    let runtime = tree().installer()["workspace"]["runtime"].clone();
    assert_eq!(runtime["containerdSocket"], "/run/k3s/containerd/containerd.sock");
    assert_eq!(runtime.get("containerdSocketDir"), None);
}

// G 1.2 auth provider; R 114: before 2023-06 the callback names the host. The key is spelt callBackUrl (R 119).
#[test]
fn the_github_application_is_a_secret_with_the_old_callback() {
    let tree = tree();
    let names: Vec<_> = tree.installer()["authProviders"].as_array().unwrap().clone();
    assert_eq!(
        names,
        [json!({"kind": "secret", "name": "auth-provider-public-github"})]
    );
    let secret = tree.secret("auth-provider-public-github");
    assert_eq!(
        (secret.kind.as_str(), secret.namespace.as_str()),
        ("Opaque", "gitpod")
    );
    assert_eq!(secret.keys(), ["provider"]);
    assert_eq!(
        secret.yaml("provider"),
        json!({
            "id": "Public-GitHub",
            "host": "github.com",
            "type": "GitHub",
            "oauth": {
                "clientId": "Iv1.0123456789abcdef",
                "clientSecret": "golden-github-client-secret",
                "callBackUrl": "https://gitpod.acme.dev/auth/github.com/callback",
            },
        })
    );
}

// G 1.1 imagePullSecrets, G 1.2: as an Opaque secret the kubelet ignores it.
#[test]
fn the_pull_secret_has_the_type_that_the_kubelet_reads() {
    let tree = tree();
    assert_eq!(
        tree.installer()["imagePullSecrets"],
        json!([{"kind": "secret", "name": "registry-pull"}])
    );
    let secret = tree.secret("registry-pull");
    assert_eq!(secret.kind, "kubernetes.io/dockerconfigjson");
    assert_eq!(secret.keys(), [".dockerconfigjson"]);
    assert_eq!(
        keys_of_auths(&secret.json(".dockerconfigjson")),
        ["registry.acme.dev"]
    );
}

fn keys_of_auths(config: &serde_json::Value) -> Vec<&str> {
    crate::tree::keys(&config["auths"])
}

// G 1.2 ssh host key: any key name, Opaque, PEM with its last newline.
#[test]
fn the_gateway_s_host_key_is_a_secret_and_port_22_is_open() {
    let tree = tree();
    let name = tree.installer()["sshGatewayHostKey"]["name"].clone();
    let secret = tree.secret(name.as_str().unwrap());
    assert_eq!(secret.kind, "Opaque");
    assert_eq!(secret.keys().len(), 1);
    let key = secret.get(secret.keys()[0]);
    assert!(key.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
    assert!(key.ends_with("-----END OPENSSH PRIVATE KEY-----\n"));
    let rules = tree.output("firewall_rules")["value"].clone();
    assert!(
        rules
            .as_array()
            .unwrap()
            .iter()
            .any(|rule| rule["from_port"] == 22)
    );
}

// G 2 DNS01 secrets: wildcards need DNS01; cloudflare has apiTokenSecretRef {name, key}, in namespace cert-manager.
#[test]
fn the_issuer_answers_dns01_with_a_token_in_its_own_namespace() {
    let tree = tree();
    let issuers = tree.of_kind("ClusterIssuer");
    assert_eq!(issuers.len(), 1);
    let acme = issuers.values().next().unwrap()["spec"]["acme"].clone();
    assert_eq!(acme["email"], "ops@acme.dev", "G 6.3.14: no e-mail");
    assert_eq!(acme["server"], "https://acme-v02.api.letsencrypt.org/directory");
    assert!(acme["privateKeySecretRef"]["name"].is_string());
    let solvers = acme["solvers"].as_array().unwrap();
    assert_eq!(solvers.len(), 1, "G 6.3.14: no solvers");
    assert_eq!(solvers[0].get("http01"), None);
    let reference = &solvers[0]["dns01"]["cloudflare"]["apiTokenSecretRef"];
    let secret = tree.secret(reference["name"].as_str().unwrap());
    assert_eq!(secret.namespace, "cert-manager");
    assert_eq!(
        secret.get(reference["key"].as_str().unwrap()),
        "golden-cloudflare-token"
    );
}

// G 2 cert-manager: DNS01 checks ask public resolvers, not the cluster's.
#[test]
fn cert_manager_asks_public_resolvers() {
    let chart = tree().object("HelmChart", "cert-manager");
    let values = yaml(chart["spec"]["valuesContent"].as_str().unwrap());
    let arguments = strings(&values["extraArgs"]);
    assert!(arguments.contains(&"--dns01-recursive-nameservers-only".to_owned()));
    let servers = arguments
        .iter()
        .find_map(|a| a.strip_prefix("--dns01-recursive-nameservers="));
    assert_eq!(servers, Some("8.8.8.8:53,1.1.1.1:53"));
    assert_eq!(values["crds"]["enabled"], true);
}

// G 0.8, 1.1 blockNewUsers: entries as they are matched, lower case and without wildcards.
#[test]
fn only_the_passlist_may_sign_up() {
    assert_eq!(
        tree().installer()["blockNewUsers"],
        json!({"enabled": true, "passlist": ["acme.dev", "acme.com"]})
    );
}

// G 6.1 medium, L sizes: three dedicated servers, tainted, without a workload; the pool takes all of them.
#[test]
fn servers_are_dedicated_and_the_pool_runs_everything() {
    let tree = tree();
    for name in ["server-init", "server-join"] {
        let machine = tree.machine(name);
        assert!(machine.labels().is_empty(), "{name}");
        assert_eq!(machine.taints(), ["CriticalAddonsOnly=true:NoExecute"], "{name}");
    }
    let pool = tree.machine("pool-workers");
    assert_eq!(pool.labels().len(), 6);
    assert!(pool.taints().is_empty());
}

// K 2.2: an odd number of servers.
#[test]
fn the_module_counts_an_odd_number_of_servers() {
    let tree = tree();
    let servers = &tree.output("servers")["value"]["servers"];
    assert_eq!(
        (&servers["count"], &servers["machine_type"]),
        (&json!(3), &json!("cpx32"))
    );
    let pool = &tree.output("pools")["value"]["workers"];
    assert_eq!(
        (&pool["count"], &pool["machine_type"]),
        (&json!(3), &json!("cx43"))
    );
    assert_eq!((&pool["min"], &pool["max"]), (&json!(null), &json!(null)));
}

// K 4 HA join: further servers register at the fixed address, the first does not (it would wait for itself).
#[test]
fn only_further_servers_join_statically() {
    let tree = tree();
    let url = "https://k3s.gitpod.acme.dev:6443";
    assert_eq!(tree.machine("server-join").k3s()["server"], url);
    assert_eq!(tree.machine("server-init").k3s().get("server"), None);
    assert_eq!(tree.machine("pool-workers").k3s()["server"], url);
}

// K 2.7: on machines with two interfaces node-ip alone does not move VXLAN; both, and an address is required.
#[test]
fn nodes_use_the_private_interface_for_both_k3s_and_flannel() {
    for machine in tree().machines().values() {
        let script = machine.script();
        assert!(script.contains("node_network=10.2.0.0/16"));
        assert!(script.contains("network_required=yes"));
        assert!(script.contains("node-ip: \"%s\"\\nflannel-iface: \"%s\"\\n"));
    }
}

// K 1 (flags), K 2.1: the ranges of the plan, the DNS address within services.
#[test]
fn ranges_are_written_down_and_the_dns_address_is_in_services() {
    let k3s = tree().machine("server-init").k3s();
    assert_eq!(k3s["cluster-cidr"], "10.42.0.0/16");
    assert_eq!(k3s["service-cidr"], "10.43.0.0/16");
    assert_eq!(k3s["cluster-dns"], "10.43.0.10");
}

// K 6, user-data limits: Hetzner takes 32 KiB; the README says so.
#[test]
fn the_readme_names_hetzner_s_limit() {
    let tree = tree();
    assert!(tree.text("README.md").contains("32768 bytes"));
    for machine in tree.machines().values() {
        assert!(machine.text.len() < 32 * 1024);
    }
}

// L late-bound values, A terraform: one variable for the expression; every record that needs it takes it from there.
#[test]
fn the_load_balancer_s_address_comes_from_terraform() {
    let tree = tree();
    let variable = &tree.module()["variable"]["hcloud_load_balancer_web_ipv4"];
    assert_eq!(variable["type"], "string");
    assert_eq!(variable.get("sensitive"), None);
    let records = tree.output("dns_records")["value"].clone();
    for name in ["gitpod.acme.dev", "*.gitpod.acme.dev", "*.ws.gitpod.acme.dev"] {
        let record = records.as_array().unwrap().iter().find(|r| r["name"] == name);
        assert_eq!(
            record.unwrap()["value"],
            "${var.hcloud_load_balancer_web_ipv4}",
            "{name}"
        );
    }
    let call = tree.text("terraform/module.tf.example");
    assert!(call.contains("  hcloud_load_balancer_web_ipv4 = hcloud_load_balancer.web.ipv4\n"));
    assert!(
        tree.artifacts.iter().all(|a| !a.template),
        "no file needs the address"
    );
}

// G 6.3.2: types; every secret of the tree is in a namespace that the tree makes.
#[test]
fn secrets_are_in_namespaces_that_exist() {
    let tree = tree();
    let namespaces = tree.of_kind("Namespace");
    for (name, secret) in tree.of_kind("Secret") {
        let namespace = secret["metadata"]["namespace"].as_str().unwrap();
        assert!(namespaces.contains_key(namespace), "{name}: {namespace}");
    }
}
