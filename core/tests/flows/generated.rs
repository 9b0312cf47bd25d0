//! Generated plans with one fault each at most, for a judge with real parts: `GKC_FLOWS_OUT=DIR cargo test -p gkc-core --features
//! kubernetes --test flows` writes their trees to `DIR/NAME`, with the verdicts in `flows.json`, for `.ci/network/run`.

use crate::support::{Case, Given, text};
use crate::{Scene, stopped};
use gkc_core::flows::{Verdict, decide};
use gkc_core::plan::{Plan, Protocol};
use serde_json::{Value, json};
use std::path::Path;

/// What generated configurations have in `k3s`: how their names end, the keys, and whether these stop connections.
const VARIANTS: [(&str, &str, bool); 13] = [
    ("", "{}", false),
    ("-listen", "{serverConfig: {https-listen-port: 7443}}", true),
    (
        "-kubelet",
        "{serverConfig: {kubelet-arg: [port=10260]}, agentConfig: {kubelet-arg: [port=10260]}}",
        false,
    ),
    (
        "-agent",
        "{agentConfig: {kubelet-arg: [v=2], kubelet-arg+: [port=10260]}}",
        false,
    ),
    (
        "-loopback",
        "{agentConfig: {kubelet-arg: [address=127.0.0.1]}}",
        true,
    ),
    (
        "-external",
        "{serverConfig: {node-external-ip: 203.0.113.10}}",
        true,
    ),
    (
        "-advertise",
        "{serverConfig: {advertise-address: 203.0.113.10}}",
        true,
    ),
    ("-port", "{serverConfig: {advertise-port: 7443}}", true),
    ("-bind", "{serverConfig: {bind-address: 203.0.113.10}}", true),
    (
        "-mirror",
        "{serverConfig: {https-listen-port: 7443, embedded-registry: true}}",
        true,
    ),
    ("-plugin", "{serverConfig: {flannel-backend: none}}", false),
    (
        "-wireguard",
        "{serverConfig: {flannel-backend: wireguard-native}}",
        false,
    ),
    ("-registry", "{serverConfig: {embedded-registry: true}}", false),
];

/// A generated configuration: its name, its text, and whether connections are stopped.
fn generated() -> Vec<(String, String, bool)> {
    let mut cases = Vec::new();
    for provider in ["hetzner", "gcp", "generic"] {
        for size in ["small", "medium"] {
            for (tailnet, lines) in [
                ("alone", ""),
                ("access", "tailscale: {use: access, admins: [ada@acme.dev]}\n"),
                ("pods", "tailscale: {use: pods, admins: [ada@acme.dev]}\n"),
            ] {
                for (variant, k3s, faulty) in VARIANTS {
                    let name = format!("{provider}-{size}-{tailnet}{variant}");
                    let text = format!(
                        "apiVersion: gitpod-k3s/v1\nplatform: none\ndomain: k.acme.dev\n\
                         cluster: {{name: net, provider: {provider}, size: {size}, firewall: {{ssh: [198.51.100.0/24], api: [198.51.100.0/24]}}}}\n\
                         k3s: {k3s}\n{lines}"
                    );
                    cases.push((name, text, faulty));
                }
            }
        }
    }
    cases
}

/// Values of the secrets that a generated configuration has.
fn given() -> Given {
    let vars = ["K3S_TOKEN", "K3S_AGENT_TOKEN", "TS_AUTHKEY"];
    Given {
        vars: vars
            .map(|name| (name.to_owned(), format!("{name}-0123456789abcdef")))
            .into(),
        ..Given::default()
    }
}

/// What a generated tree lacks.
enum Closed {
    /// A rule of the firewall, by its name.
    Rule(&'static str),
    /// The policy, with a grant less.
    Grant(String),
}

#[test]
fn generated_plans_are_written_for_the_judge() {
    let out = std::env::var_os("GKC_FLOWS_OUT");
    let mut plans = 0;
    for (name, config, faulty) in generated() {
        let scene = Scene::of(&Case::of(&config, given()));
        let mut write = |name: &str, plan: &Plan, verdicts: &[Verdict], closed: Option<&Closed>| {
            let is_stopped = !stopped(plan, verdicts).is_empty();
            // Grants overlap where nodes hand images to each other at the API's port.
            if !matches!(closed, Some(Closed::Grant(_))) {
                assert_eq!(is_stopped, faulty || closed.is_some(), "{name}");
            }
            plans += 1;
            if let Some(out) = &out {
                write_tree(&Path::new(out).join(name), &scene, plan, verdicts, closed);
            }
        };
        let plan = scene.plan();
        write(&name, plan, &scene.verdicts(plan), None);
        if faulty {
            continue;
        }
        // One rule less each time.
        for at in 0..plan.firewall.len() {
            let mut plan = plan.clone();
            let rule = plan.firewall.remove(at);
            let name = format!("{name}-without-{}", rule.kind.as_str());
            write(
                &name,
                &plan,
                &scene.verdicts(&plan),
                Some(&Closed::Rule(rule.kind.as_str())),
            );
        }
        // One grant less each time.
        let policy: Option<Value> = scene
            .policy
            .as_ref()
            .map(|policy| serde_json::from_str(policy).unwrap());
        let grants = policy
            .iter()
            .flat_map(|policy| policy["grants"].as_array().unwrap());
        for at in 0..grants.count() {
            let mut policy = policy.clone().unwrap();
            policy["grants"].as_array_mut().unwrap().remove(at);
            let policy = policy.to_string();
            let verdicts = decide(plan, Some(&scene.denied(plan, &policy)));
            let name = format!("{name}-without-grant-{at}");
            write(&name, plan, &verdicts, Some(&Closed::Grant(policy)));
        }
    }
    assert!(plans >= 200, "{plans}");
}

/// The tree, without what is closed in the module's firewall or the policy, and the verdicts.
fn write_tree(folder: &Path, scene: &Scene, plan: &Plan, verdicts: &[Verdict], closed: Option<&Closed>) {
    let artifacts = scene.checked.preview();
    for artifact in &artifacts {
        let path = folder.join(&artifact.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &artifact.bytes).unwrap();
    }
    match closed {
        Some(Closed::Rule(name)) => {
            let mut module: Value = serde_json::from_str(text(&artifacts, "terraform/main.tf.json")).unwrap();
            let rules = module["output"]["firewall_rules"]["value"]
                .as_array_mut()
                .unwrap();
            rules.retain(|rule| rule["name"] != *name);
            std::fs::write(folder.join("terraform/main.tf.json"), module.to_string()).unwrap();
        }
        Some(Closed::Grant(policy)) => std::fs::write(folder.join("tailscale/policy.json"), policy).unwrap(),
        None => {}
    }
    let flows = plan.flows.iter().zip(verdicts).map(|(flow, verdict)| {
        let result = match verdict {
            Verdict::Open => "open",
            Verdict::Blocked(_) => "blocked",
            Verdict::Unknown(_) => "unknown",
        };
        json!({
            "service": flow.kind.as_str(), "from": flow.from.as_str(), "to": flow.to.as_str(), "address": flow.at.as_str(),
            "protocol": (flow.protocol != Protocol::Any).then(|| flow.protocol.as_str()), "ports": flow.ports, "why": flow.why,
            "result": result,
        })
    });
    let flows: Vec<Value> = flows.collect();
    std::fs::write(folder.join("flows.json"), format!("{:#}\n", json!(flows))).unwrap();
}
