//! The proof that the cluster forms: every connection of every golden plan gets through, and what is closed stops the connections that
//! use it and no others.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by panicking"
)]

mod generated;
#[path = "../support/mod.rs"]
mod support;

use gkc_core::acl;
use gkc_core::diagnostic::Sink;
use gkc_core::flows::{Barrier, Verdict, decide};
use gkc_core::plan::{Address, Flow, Peer, Plan};
use gkc_core::{Checked, FlowResult};
use serde_json::Value;
use support::{CASES, Case, Given, text};

/// A plan that nothing is wrong with, and the policy that is built of it.
struct Scene {
    checked: Checked,
    policy: Option<String>,
}

impl Scene {
    fn of(case: &Case) -> Scene {
        let checked = case.checked();
        let policy = |checked: &Checked| {
            let artifacts = checked.preview();
            let policy = artifacts
                .iter()
                .find(|artifact| artifact.path == "tailscale/policy.json");
            policy.map(|policy| String::from_utf8(policy.bytes.clone()).unwrap())
        };
        Scene {
            policy: policy(&checked),
            checked,
        }
    }

    fn plan(&self) -> &Plan {
        self.checked.analysis.plan_data().unwrap()
    }

    /// The places of the flows that a policy denies.
    fn denied(&self, plan: &Plan, policy: &str) -> Vec<usize> {
        acl::prove(
            plan,
            self.checked.analysis.model(),
            None,
            policy,
            &mut Sink::new(),
        )
        .unwrap()
    }

    /// The verdicts on the plan with other values in it.
    fn verdicts(&self, plan: &Plan) -> Vec<Verdict> {
        let denied = self.policy.as_ref().map(|policy| self.denied(plan, policy));
        decide(plan, denied.as_deref())
    }
}

fn stopped<'p>(plan: &'p Plan, verdicts: &[Verdict]) -> Vec<(&'p Flow, Barrier)> {
    let flows = plan.flows.iter().zip(verdicts);
    let stopped = flows.filter_map(|(flow, verdict)| match verdict {
        Verdict::Blocked(block) => Some((flow, block.by)),
        Verdict::Open | Verdict::Unknown(_) => None,
    });
    stopped.collect()
}

#[test]
fn every_connection_of_every_golden_plan_gets_through() {
    for case in CASES {
        let scene = Scene::of(&Case::load(case));
        assert_eq!(stopped(scene.plan(), &scene.verdicts(scene.plan())), [], "{case}");
        let flows = scene.checked.flows();
        let known = flows.iter().filter(|flow| flow.result == FlowResult::Open);
        assert!(known.count() >= flows.len() - 2, "{case}: {flows:#?}");
    }
}

#[test]
fn what_a_firewall_rule_admits_is_stopped_without_it_and_nothing_else() {
    let mut closed = 0;
    for case in CASES {
        let scene = Scene::of(&Case::load(case));
        for at in 0..scene.plan().firewall.len() {
            let mut plan = scene.plan().clone();
            let rule = plan.firewall.remove(at);
            let verdicts = scene.verdicts(&plan);
            let through = |flow: &Flow| {
                flow.ports == Some(rule.ports)
                    && flow.protocol == rule.protocol
                    && !flow.sources.is_empty()
                    && flow.kind == rule.kind
            };
            let overlay = plan
                .flows
                .iter()
                .any(|flow| flow.kind.is_overlay() && through(flow));
            for (flow, verdict) in plan.flows.iter().zip(&verdicts) {
                let expected = match flow.at {
                    Address::Pod => overlay.then_some(Barrier::Overlay),
                    _ => through(flow).then_some(Barrier::Firewall),
                };
                let found = match verdict {
                    Verdict::Blocked(block) => Some(block.by),
                    Verdict::Open | Verdict::Unknown(_) => None,
                };
                assert_eq!(found, expected, "{case} without {}: {flow:?}", rule.kind.as_str());
            }
            assert!(
                !stopped(&plan, &verdicts).is_empty(),
                "{case}: nothing uses {}",
                rule.kind.as_str()
            );
            closed += 1;
        }
        // Sources, one after the other.
        for at in 0..scene.plan().firewall.len() {
            for source in 0..scene.plan().firewall[at].sources.len() {
                let mut plan = scene.plan().clone();
                plan.firewall[at].sources.remove(source);
                let verdicts = scene.verdicts(&plan);
                let stopped = stopped(&plan, &verdicts);
                assert!(!stopped.is_empty(), "{case}: {:?}", scene.plan().firewall[at]);
                let name = plan.firewall[at].kind.as_str();
                assert!(
                    stopped
                        .iter()
                        .all(|(flow, by)| flow.kind.as_str() == name || *by == Barrier::Overlay),
                    "{case}: {stopped:?}"
                );
            }
        }
    }
    assert!(closed > 40, "{closed}");
}

#[test]
fn what_a_grant_admits_is_stopped_without_it_and_nothing_else() {
    let mut closed = 0;
    for case in CASES {
        let scene = Scene::of(&Case::load(case));
        let Some(policy) = &scene.policy else { continue };
        let policy: Value = serde_json::from_str(policy).unwrap();
        let Some(grants) = policy["grants"].as_array() else {
            continue;
        };
        for (at, grant) in grants.iter().enumerate() {
            let mut without = policy.clone();
            without["grants"].as_array_mut().unwrap().remove(at);
            let denied = scene.denied(scene.plan(), &without.to_string());
            let port = grant["ip"][0].as_str().unwrap();
            let denied: Vec<&Flow> = denied.iter().map(|at| &scene.plan().flows[*at]).collect();
            assert!(!denied.is_empty(), "{case}: nothing uses {grant}");
            for flow in denied {
                assert_eq!(service(flow), port, "{case} without {grant}: {flow:?}");
                closed += 1;
            }
        }
    }
    assert!(closed > 10, "{closed}");
}

/// Protocol and ports, as a grant writes them.
fn service(flow: &Flow) -> String {
    let (first, last) = flow.ports.unwrap();
    let ports = if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    };
    format!("{}:{ports}", flow.protocol.as_str())
}

/// Keys that stop connections: what is configured, the flows by name, and what stops them.
const KEYS: [(&str, &str, Barrier); 15] = [
    (
        "cluster: {network: {gateway: 10.2.0.1}, firewall: {ssh: [198.51.100.0/24]}}",
        "ssh",
        Barrier::Route,
    ),
    (
        "k3s: {serverConfig: {flannel-external-ip: true, node-external-ip: 203.0.113.10, advertise-address: 10.2.0.5}}",
        "pods-vxlan",
        Barrier::Firewall,
    ),
    (
        "k3s: {serverConfig: {https-listen-port: 7443}}",
        "kubernetes-api",
        Barrier::Listener,
    ),
    (
        "k3s: {serverConfig: {advertise-address+: 203.0.113.10}}",
        "kubernetes-api",
        Barrier::Firewall,
    ),
    (
        "k3s: {agentConfig: {kubelet-arg: [v=2], kubelet-arg+: [address=127.0.0.1]}}",
        "kubelet",
        Barrier::Listener,
    ),
    (
        "k3s: {serverConfig: {node-external-ip: [203.0.113.10]}}",
        "kubernetes-api",
        Barrier::Firewall,
    ),
    (
        "tailscale: {use: access, admins: [ada@acme.dev], extraArgs: [--ssh]}\nssh: {port: 22}",
        "ssh",
        Barrier::Listener,
    ),
    (
        "k3s: {serverConfig: {advertise-address: 203.0.113.10}}",
        "kubernetes-api",
        Barrier::Firewall,
    ),
    (
        "k3s: {serverConfig: {advertise-address: 100.64.0.10}}",
        "kubernetes-api",
        Barrier::Route,
    ),
    (
        "k3s: {serverConfig: {bind-address: 203.0.113.10}}",
        "kubernetes-api",
        Barrier::Listener,
    ),
    (
        "cluster: {servers: {count: 3}}\nk3s: {serverConfig: {bind-address: 10.2.0.10}}",
        "kubernetes-api",
        Barrier::Listener,
    ),
    (
        "cluster: {servers: {count: 3}, firewall: {api: [198.51.100.0/24]}}\ntailscale: {use: access, admins: [ada@acme.dev]}\n\
         k3s: {serverConfig: {bind-address: 10.2.0.5}}",
        "kubernetes-api",
        Barrier::Listener,
    ),
    (
        "k3s: {serverConfig: {advertise-port: 7443}}",
        "kubernetes-api",
        Barrier::Listener,
    ),
    (
        "cluster: {provider: hetzner, firewall: {api: [203.0.113.0/24]}}\nk3s: {serverConfig: {flannel-backend: host-gw}}",
        "pods",
        Barrier::Route,
    ),
    (
        "tailscale: {use: pods, admins: [ada@acme.dev]}\nk3s: {serverConfig: {flannel-backend: host-gw}}",
        "pods",
        Barrier::Route,
    ),
];

#[test]
fn a_key_that_stops_connections_is_an_error_at_that_key() {
    for (keys, name, barrier) in KEYS {
        let config = format!("apiVersion: gitpod-k3s/v1\nplatform: none\ndomain: k.acme.dev\n{keys}\n");
        let scene = Scene::of(&Case::of(&config, Given::default()));
        let verdicts = scene.verdicts(scene.plan());
        let stopped = stopped(scene.plan(), &verdicts);
        assert!(!stopped.is_empty(), "{keys}");
        for (flow, by) in stopped {
            // What a stopped overlay carries is stopped with it.
            assert!(
                (flow.kind.as_str(), by) == (name, barrier) || by == Barrier::Overlay,
                "{keys}: {flow:?}"
            );
        }
        let found = scene.checked.diagnostics.iter();
        // k3s-key-managed says more about the port.
        let found: Vec<_> = found
            .filter(|found| ["flow-blocked", "k3s-key-managed"].contains(&found.rule.name))
            .collect();
        assert_eq!(found.len(), 1, "{keys}: {found:#?}");
        let at = &config[found[0].span.range()];
        assert!(keys.contains(at), "{keys}: at {at}");
        let note = found[0].note.as_deref().unwrap_or_default();
        let also: Vec<&str> = note
            .split("it also stops: ")
            .skip(1)
            .flat_map(|also| also.split(", "))
            .collect();
        let each: std::collections::BTreeSet<&str> = also.iter().copied().collect();
        assert_eq!(also.len(), each.len(), "{keys}: {note}");
    }
}

// Without a public address, Gitpod is reached on none of its ports.
#[test]
fn the_note_says_once_what_is_stopped() {
    let config =
        "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ncluster: {network: {gateway: 10.2.0.254}}\n";
    let scene = Scene::of(&Case::of(config, Given::default()));
    let mut found = scene.checked.diagnostics.iter();
    let found = found.find(|found| found.rule.name == "flow-blocked");
    let note = found.and_then(|found| found.note.as_deref());
    assert_eq!(
        note,
        Some("with a `gateway`, the machines have no public IPv4 address (Gitpod)")
    );
}

#[test]
fn keys_that_move_nothing_stop_nothing() {
    for keys in [
        "k3s: {serverConfig: {https-listen-port: 6443, advertise-port: 6443, bind-address: 0.0.0.0, kubelet-arg: [port=10250]}}",
        "k3s: {serverConfig: {advertise-address: 10.2.0.5}}",
        "k3s: {serverConfig: {flannel-backend: host-gw}}",
        "k3s: {serverConfig: {flannel-backend: wireguard-native, embedded-registry: true}}",
        "tailscale: {use: pods, admins: [ada@acme.dev]}\nk3s: {serverConfig: {flannel-backend: wireguard-native}}",
        "cluster: {api: {host: \"${hcloud_load_balancer.api.ipv4}\"}}",
        "cluster: {network: {gateway: 10.2.0.1}, api: {host: 203.0.113.7}, firewall: {api: [198.51.100.0/24], ssh: [10.2.0.0/16]}}",
        "k3s: {serverConfig: {kubelet-arg: [port=10260]}, agentConfig: {kubelet-arg: port=10261}}",
        "k3s: {serverConfig: {flannel-external-ip: true, flannel-backend: wireguard-native}}\n\
         cloudInit: {beforeK3s: [\"echo node-external-ip: $(curl -fsS https://ip.acme.dev) >/etc/rancher/k3s/config.yaml.d/40-external.yaml\"]}",
    ] {
        let config = format!("apiVersion: gitpod-k3s/v1\nplatform: none\ndomain: k.acme.dev\n{keys}\n");
        let scene = Scene::of(&Case::of(&config, Given::default()));
        assert_eq!(stopped(scene.plan(), &scene.verdicts(scene.plan())), [], "{keys}");
    }
}

/// What a configuration asks for, by the flows' words: the address that people come to, and the records of the API.
fn people_and_records(keys: &str) -> (Address, Vec<(String, String)>) {
    let config = format!("apiVersion: gitpod-k3s/v1\nplatform: none\n{keys}\n");
    let scene = Scene::of(&Case::of(&config, Given::default()));
    let artifacts = scene.checked.preview();
    let module: Value = serde_json::from_str(text(&artifacts, "terraform/main.tf.json")).unwrap();
    let records = module["output"]["dns_records"]["value"]
        .as_array()
        .unwrap()
        .iter();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    let records = records.map(|record| (word(&record["name"]), word(&record["target"])));
    (scene.plan().api.people_at, records.collect())
}

// Machines and people that do not come the same way have a record each.
#[test]
fn the_api_has_a_record_for_each_way_to_it() {
    let tailnet = "tailscale: {use: access, admins: [ada@acme.dev]}";
    let pods = "tailscale: {use: pods, admins: [ada@acme.dev]}";
    let public = "firewall: {api: [198.51.100.0/24]}";
    let record = |name: &str, target: &str| (format!("{name}.k.acme.dev"), target.to_owned());
    for (keys, at, records) in [
        (String::new(), Address::Node, vec![record("k3s", "servers")]),
        (
            format!("cluster: {{{public}}}"),
            Address::Public,
            vec![record("k3s", "servers"), record("kubectl", "servers-public")],
        ),
        (
            "cluster: {firewall: {api: [10.0.0.0/8]}}".to_owned(),
            Address::Node,
            vec![record("k3s", "servers")],
        ),
        (
            "cluster: {firewall: {api: [10.0.0.0/8, 198.51.100.0/24]}}".to_owned(),
            Address::Public,
            vec![record("k3s", "servers"), record("kubectl", "servers-public")],
        ),
        (
            tailnet.to_owned(),
            Address::Tailnet,
            vec![record("k3s", "servers"), record("kubectl", "servers-tailnet")],
        ),
        (
            format!("{tailnet}\ncluster: {{network: {{gateway: 10.2.0.1}}, {public}}}"),
            Address::Tailnet,
            vec![record("k3s", "servers"), record("kubectl", "servers-tailnet")],
        ),
        (
            pods.to_owned(),
            Address::Tailnet,
            vec![record("k3s", "servers-tailnet")],
        ),
        (
            format!("{pods}\ncluster: {{firewall: {{api: [100.64.0.0/10]}}}}"),
            Address::Tailnet,
            vec![record("k3s", "servers-tailnet")],
        ),
        (
            format!("{pods}\ncluster: {{{public}}}"),
            Address::Public,
            vec![
                record("k3s", "servers-tailnet"),
                record("kubectl", "servers-public"),
            ],
        ),
        (
            format!("{tailnet}\ncluster: {{api: {{host: kubectl.k.acme.dev}}}}"),
            Address::Tailnet,
            vec![record("kubectl", "servers"), record("k3s", "servers-tailnet")],
        ),
        (
            format!("{tailnet}\ncluster: {{api: {{host: a.tail1234.ts.net}}}}"),
            Address::Tailnet,
            vec![],
        ),
        (
            format!("cluster: {{api: {{host: 203.0.113.7}}, {public}}}"),
            Address::Public,
            vec![],
        ),
    ] {
        let found = people_and_records(&format!("domain: k.acme.dev\n{keys}"));
        assert_eq!(found, (at, records), "{keys}");
    }
    let nodes =
        "cluster: {nodes: [{name: a, role: server, address: 10.2.0.5}], firewall: {api: [198.51.100.0/24]}}";
    assert_eq!(people_and_records(nodes), (Address::Public, vec![]));
}

// Behind a load balancer they come from its address or from their own, so the firewall lets both in.
#[test]
fn without_public_addresses_clients_come_by_a_load_balancer() {
    for (ingress, blocked) in [
        ("", 2),
        ("ingress: {via: loadBalancer, address: 203.0.113.7}\n", 0),
    ] {
        let config = format!(
            "apiVersion: gitpod-k3s/v1\ndomain: gitpod.acme.dev\ncluster: {{network: {{gateway: 10.2.0.1}}}}\n{ingress}"
        );
        let scene = Scene::of(&Case::of(&config, Given::default()));
        let plan = scene.plan();
        assert_eq!(stopped(plan, &scene.verdicts(plan)).len(), blocked, "{ingress}");
        let found = scene.checked.diagnostics.iter();
        let found: Vec<_> = found.filter(|found| found.rule.name == "flow-blocked").collect();
        assert_eq!(found.len(), blocked / 2, "{found:#?}");
        assert!(
            found
                .iter()
                .all(|found| &config[found.span.range()] == "10.2.0.1")
        );
        let web = plan
            .firewall
            .iter()
            .find(|rule| rule.kind.as_str() == "https")
            .unwrap();
        assert_eq!(web.sources.contains(&Peer::NodeNetwork), blocked == 0);
    }
}
