//! The Kubernetes cluster autoscaler, with what it makes machines from: the user-data of the pools.
//!
//! It knows a node by `spec.providerID`, which the machines' own script sets, and removes servers only; the nodes of servers that
//! are gone are removed by the provider's controller, of which nothing else runs, since k3s has a controller of its own.

use super::cloud_init;
use super::json;
use super::kubernetes::helm_chart;
use super::machine::Machine;
use super::node::{Node, entry, map, map_of, opt, seq};
use super::text::Text;
use crate::facts::charts::{CLUSTER_AUTOSCALER, HETZNER_CONTROLLER, cluster_autoscaler_tag};
use crate::plan::{Autoscaler, Count, Install, NodeSet, Plan};

/// The secret with the token, the pools and the names at the provider.
pub(super) const SECRET: &str = "gkc-autoscaler";
/// Where that secret is mounted.
const FOLDER: &str = "/etc/gkc";
const POOLS: &str = "pools.json";

/// What is in the secret.
pub(super) fn secret(
    plan: &Plan,
    autoscaler: &Autoscaler,
    machines: &[Machine<'_>],
) -> Vec<(&'static str, Text)> {
    let mut data = vec![
        ("token", autoscaler.token.clone()),
        ("network", autoscaler.network.clone()),
        ("firewall", autoscaler.firewall.clone()),
        (POOLS, pools(plan, machines)),
    ];
    if let Some(proxy) = &plan.proxy {
        data.extend([
            ("httpsProxy", proxy.https.clone()),
            ("noProxy", proxy.no_proxy.clone()),
        ]);
    }
    data
}

/// What a new machine of each pool starts with, and the labels and taints that it will have, for pools that have no machine yet.
fn pools(plan: &Plan, machines: &[Machine<'_>]) -> Text {
    let os = plan.os.as_str();
    let images = map([("amd64", Node::from(os)), ("arm64", Node::from(os))]);
    let autoscaled = machines.iter().filter(|machine| machine.set.is_autoscaled());
    let pools = autoscaled.map(|machine| {
        let labels = machine.set.labels.iter();
        let pool = map([
            ("cloudInit", Node::from(cloud_init::text(plan, machine))),
            (
                "labels",
                map(labels.map(|(key, value)| (key.clone(), Node::from(value)))),
            ),
            ("taints", seq(machine.set.taints.iter().map(|text| taint(text)))),
        ]);
        (machine.set.name.clone(), pool)
    });
    json::compact(&map([("imagesForArch", images), ("nodeConfigs", map(pools))]))
}

/// `key=value:Effect`, or `key:Effect`.
fn taint(text: &str) -> Node {
    let (key, effect) = text.rsplit_once(':').unwrap_or((text, ""));
    let (key, value) = key.split_once('=').unwrap_or((key, ""));
    map([
        ("key", Node::from(key)),
        ("value", Node::from(value)),
        ("effect", Node::from(effect)),
    ])
}

/// The autoscaler, and what removes the nodes of servers that are gone. Both run on servers, away from workspaces: the token
/// may make and delete everything in the project.
pub(super) fn charts(plan: &Plan) -> Vec<Node> {
    vec![
        helm_chart(plan, &CLUSTER_AUTOSCALER, autoscaler_values(plan)),
        helm_chart(plan, &HETZNER_CONTROLLER, controller_values(plan)),
    ]
}

fn autoscaler_values(plan: &Plan) -> Node {
    let minor = match &plan.k3s.install {
        Install::Version(version) => Some(version.minor),
        Install::Channel(_) => None,
    };
    let group = |set: &NodeSet| match set.count {
        Count::Fixed(_) => None,
        Count::Autoscaled { min, max } => Some(map_of([
            entry("name", set.name.as_str()),
            entry("minSize", min),
            entry("maxSize", max),
            opt("instanceType", set.machine_type.as_deref()),
            opt("region", plan.location.as_deref()),
        ])),
    };
    let own = [
        ("HCLOUD_TOKEN", "token"),
        ("HCLOUD_NETWORK", "network"),
        ("HCLOUD_FIREWALL", "firewall"),
    ];
    let env = variables(plan, &own).map(|(name, key)| (name, in_secret(key)));
    let volume = map([("name", Node::from(SECRET)), ("mountPath", Node::from(FOLDER))]);
    map([
        ("fullnameOverride", Node::from(CLUSTER_AUTOSCALER.name)),
        ("cloudProvider", Node::from("hetzner")),
        ("image", map([("tag", Node::from(cluster_autoscaler_tag(minor)))])),
        ("autoscalingGroups", seq(plan.agents().filter_map(group))),
        (
            "extraArgs",
            map([
                ("enforce-node-group-min-size", Node::from(true)),
                // A workspace's pod belongs to nobody, or to a controller of Gitpod's own, so its node stays; what else has files
                // of its own can move.
                ("skip-nodes-with-custom-controller-pods", Node::from(true)),
                ("skip-nodes-with-local-storage", Node::from(false)),
            ]),
        ),
        (
            "extraEnv",
            map([(
                "HCLOUD_CLUSTER_CONFIG_FILE",
                Node::from(format!("{FOLDER}/{POOLS}")),
            )]),
        ),
        ("extraEnvSecrets", map(env)),
        ("extraVolumeSecrets", map([("pools", volume)])),
        ("nodeSelector", on_servers()),
        ("tolerations", seq([map([("operator", Node::from("Exists"))])])),
    ])
}

fn controller_values(plan: &Plan) -> Node {
    let env = variables(plan, &[("HCLOUD_TOKEN", "token")]).map(|(name, key)| {
        let from = map([("secretKeyRef", in_secret(key))]);
        (name, map([("valueFrom", from)]))
    });
    map([
        (
            "args",
            map([("controllers", Node::from("cloud-node-lifecycle-controller"))]),
        ),
        ("env", map(env)),
        ("nodeSelector", on_servers()),
        (
            "additionalTolerations",
            seq([map([("operator", Node::from("Exists"))])]),
        ),
    ])
}

/// Environment variables, each with the key of the secret that holds its value.
fn variables<'a>(plan: &Plan, own: &'a [(&'a str, &'a str)]) -> impl Iterator<Item = (&'a str, &'a str)> {
    let proxy = [("HTTPS_PROXY", "httpsProxy"), ("NO_PROXY", "noProxy")];
    let proxied = plan.proxy.is_some();
    own.iter()
        .copied()
        .chain(proxy.into_iter().filter(move |_| proxied))
}

fn in_secret(key: &str) -> Node {
    map([("name", Node::from(SECRET)), ("key", Node::from(key))])
}

fn on_servers() -> Node {
    map([("node-role.kubernetes.io/control-plane", Node::from("true"))])
}
