//! What workspaces may connect to, once the Installer's own policy and ours have added up: a pod may go where any policy that selects it
//! allows (Kubernetes documentation, "Network Policies"), so the union is what counts.

use crate::support::CASES;
use crate::tree::Tree;
use ipnet::IpNet;
use serde_json::{Value, json};
use std::net::IpAddr;

/// The egress of the Installer's own policy, as every release from 2022.03 on renders it
/// (gitpod-io/gitpod `install/installer/pkg/components/workspace/networkpolicy.go`).
fn installers() -> Value {
    json!([
        {"to": [{"ipBlock": {"cidr": "0.0.0.0/0", "except": ["169.254.169.254/32"]}}]},
        {"to": [{"podSelector": {"matchLabels": {"app": "gitpod", "component": "proxy"}}}]},
        {
            "to": [{"podSelector": {"matchLabels": {"k8s-app": "kube-dns"}}, "namespaceSelector": {}}],
            "ports": [{"port": 53, "protocol": "TCP"}, {"port": 53, "protocol": "UDP"}]
        },
    ])
}

/// The egress of both policies in the cluster, the Installer's with what its config replaces.
fn policies(tree: &Tree) -> Vec<Value> {
    let overrides = tree.installer()["experimental"]["overrides"].clone();
    let replaced = overrides.as_array().into_iter().flatten();
    let replaced = replaced
        .filter(|one| one["kind"] == "NetworkPolicy" && one["metadata"]["name"] == "workspace-default");
    let replaced = replaced
        .map(|one| one["override"]["spec"]["egress"].clone())
        .next();
    let ours = tree.object("NetworkPolicy", "gkc-workspaces")["spec"]["egress"].clone();
    vec![replaced.unwrap_or_else(installers), ours]
}

/// Whether any rule of the policies lets a workspace open a TCP connection to an address.
fn allows(policies: &[Value], address: &str, port: u16) -> bool {
    let address: IpAddr = address.parse().unwrap();
    let within = |range: &Value| {
        range
            .as_str()
            .unwrap()
            .parse::<IpNet>()
            .unwrap()
            .contains(&address)
    };
    let rules = policies.iter().flat_map(|egress| egress.as_array().unwrap());
    rules.into_iter().any(|rule| {
        let ports = rule["ports"].as_array();
        let of_port = ports.is_none_or(|ports| {
            ports
                .iter()
                .any(|one| one["port"] == port && one["protocol"] == "TCP")
        });
        let blocks = rule["to"].as_array().unwrap().iter().map(|peer| &peer["ipBlock"]);
        of_port
            && blocks.filter(|block| block.is_object()).any(|block| {
                let except = block["except"].as_array().into_iter().flatten();
                within(&block["cidr"]) && !except.into_iter().any(within)
            })
    })
}

/// An address of a machine.
fn machine(case: &str) -> &'static str {
    match case {
        "airgap" | "dual-stack" | "gcp-large" => "10.100.15.9",
        _ => "10.2.0.3",
    }
}

fn platforms() -> impl Iterator<Item = (&'static str, Tree)> {
    let trees = CASES.iter().map(|case| (*case, Tree::of(case)));
    trees.filter(|(_, tree)| tree.has("gitpod/installer-config.yaml"))
}

#[test]
fn no_workspace_reaches_a_machine_the_api_or_metadata() {
    let mut held = 0;
    for (case, tree) in platforms() {
        // 2022.11.2 has no overrides, which `workspaces-not-isolated` says.
        if case == "hetzner-medium" {
            assert!(tree.installer().get("experimental").is_none());
            assert!(allows(&policies(&tree), "10.2.0.3", 6443));
            continue;
        }
        let policies = policies(&tree);
        for (address, port) in [
            (machine(case), 6443),
            (machine(case), 10250),
            (machine(case), 2379),
            (machine(case), 22),
            ("169.254.169.254", 80),
        ] {
            assert!(!allows(&policies, address, port), "{case}: {address}:{port}");
        }
        held += 1;
    }
    assert_eq!(held, 7);
    let tailnet = policies(&Tree::of("hetzner-tailnet"));
    assert!(!allows(&tailnet, "100.64.0.7", 443));
    assert!(!allows(&tailnet, "fd7a:115c:a1e0::7", 443));
    let dual = policies(&Tree::of("dual-stack"));
    assert!(!allows(&dual, "fd20:3:4::3", 6443));
}

// A public name may resolve to the machines: in a home network, or behind a load balancer inside.
#[test]
fn workspaces_reach_the_internet_and_the_platform() {
    for (case, tree) in platforms() {
        let policies = policies(&tree);
        for (address, port) in [
            ("198.51.100.7", 443),
            ("198.51.100.7", 22),
            (machine(case), 443),
            ("10.42.3.7", 8080),
        ] {
            assert!(allows(&policies, address, port), "{case}: {address}:{port}");
        }
    }
}

/// Machines that are all named, in a network with other hosts.
#[test]
fn hosts_beside_named_machines_stay_reachable() {
    let config = "\
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
gitpod: {repository: registry.acme.dev/gitpod}
ingress: {via: loadBalancer, address: 192.168.1.9}
cluster:
  provider: generic
  network: {nodes: 192.168.1.0/24}
  nodes:
    - {name: a, role: server, address: 192.168.1.10, workloads: [meta, ide, services]}
    - {name: b, role: agent, address: 192.168.1.11, workloads: [regular, headless]}
";
    let vars = [
        ("K3S_TOKEN", "server-token-0123456789abcdef"),
        ("K3S_AGENT_TOKEN", "agent-token-0123456789abcdef0"),
    ];
    let policies = policies(&Tree::of_text(config, &vars));
    assert!(!allows(&policies, "192.168.1.10", 6443));
    assert!(!allows(&policies, "192.168.1.11", 10250));
    assert!(
        allows(&policies, "192.168.1.20", 22),
        "another host: a Git server"
    );
    assert!(allows(&policies, "192.168.1.9", 443), "the load balancer");
}

#[test]
fn what_a_patch_overrides_comes_on_top() {
    let config = "\
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
gitpod:
  repository: registry.acme.dev/gitpod
  configPatch:
    experimental:
      overrides:
        - {apiVersion: apps/v1, kind: Deployment, metadata: {name: server}, override: {spec: {replicas: 3}}}
";
    let vars = [
        ("K3S_TOKEN", "server-token-0123456789abcdef"),
        ("K3S_AGENT_TOKEN", "agent-token-0123456789abcdef0"),
    ];
    let tree = Tree::of_text(config, &vars);
    let overrides = tree.installer()["experimental"]["overrides"].clone();
    let names: Vec<&str> = overrides
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["metadata"]["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["workspace-default", "registry", "server"]);
}
