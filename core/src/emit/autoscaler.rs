//! The Kubernetes cluster autoscaler: on Hetzner with what it makes machines from, the user-data of the pools; elsewhere with the
//! names of the groups that it sizes.
//!
//! It knows a node by `spec.providerID`, which the machines' own script sets, and removes machines only; their nodes are removed by a
//! controller of the provider's, of which nothing else runs, since k3s has a controller of its own.

use super::data::{Data, entry, map, map_of, opt, seq};
use super::document::Document;
use super::json;
use super::kubernetes::helm_chart;
use super::machine::Machine;
use super::secrets::{OPAQUE, Secret, proxy_data, proxy_variables};
use crate::facts::autoscaler::{CLUSTER_AUTOSCALER, HETZNER_CONTROLLER, NODE_LIFECYCLE};
use crate::facts::releases;
use crate::plan::{Autoscaler, Count, Plan, share};
use crate::text::Text;

/// The secret with the proxy and, on Hetzner, the token, the pools and the names at the provider.
pub(super) const SECRET: &str = "gkc-autoscaler";
/// Where that secret is mounted.
const FOLDER: &str = "/etc/gkc";
const POOLS: &str = "pools.json";

/// Whether there is a secret: for what it makes machines from, or for the proxy.
pub(super) fn has_secret(plan: &Plan) -> bool {
    plan.autoscaler
        .as_ref()
        .is_some_and(|autoscaler| autoscaler.makes_machines() || plan.proxy.is_some())
}

/// The secret, if there is one; `user_data` is that of the machines, in their order.
pub(super) fn secret(plan: &Plan, machines: &[Machine<'_>], user_data: &[Document]) -> Option<Secret> {
    let autoscaler = plan.autoscaler.as_ref().filter(|_| has_secret(plan))?;
    let data = secret_data(plan, autoscaler, machines, user_data);
    Some(Secret::new("kube-system", SECRET, OPAQUE, data))
}

fn secret_data(
    plan: &Plan,
    autoscaler: &Autoscaler,
    machines: &[Machine<'_>],
    user_data: &[Document],
) -> Vec<(&'static str, Text)> {
    let mut data = match autoscaler {
        Autoscaler::Hetzner {
            token,
            network,
            firewall,
            ssh_key,
        } => {
            let mut data = vec![
                ("token", token.clone()),
                ("network", network.clone()),
                ("firewall", firewall.clone()),
                (POOLS, pools(plan, machines, user_data)),
            ];
            data.extend(ssh_key.clone().map(|ssh_key| ("sshKey", ssh_key)));
            data
        }
        Autoscaler::Azure { .. } | Autoscaler::Gcp { .. } => Vec::new(),
    };
    data.extend(proxy_data(plan));
    data
}

/// What a new machine of each pool starts with, and the labels and taints that it will have, for pools that have no machine yet.
fn pools(plan: &Plan, machines: &[Machine<'_>], user_data: &[Document]) -> Text {
    let os = plan.os.as_str();
    let images = map([("amd64", Data::from(os)), ("arm64", Data::from(os))]);
    let autoscaled = machines.iter().zip(user_data);
    let autoscaled = autoscaled.filter(|(machine, _)| machine.set.is_autoscaled());
    let pools = autoscaled.map(|(machine, user_data)| {
        let labels = machine.set.labels.iter();
        let pool = map([
            ("cloudInit", Data::from(user_data.text())),
            (
                "labels",
                map(labels.map(|(key, value)| (key.clone(), Data::from(value)))),
            ),
            ("taints", seq(machine.set.taints.iter().map(|text| taint(text)))),
        ]);
        (plan.group_name(machine.set), pool)
    });
    json::compact(&map([("imagesForArch", images), ("nodeConfigs", map(pools))]))
}

/// `key=value:Effect`, or `key:Effect`.
fn taint(text: &str) -> Data {
    let (key, effect) = text.rsplit_once(':').unwrap_or((text, ""));
    let (key, value) = key.split_once('=').unwrap_or((key, ""));
    map([
        ("key", Data::from(key)),
        ("value", Data::from(value)),
        ("effect", Data::from(effect)),
    ])
}

/// The autoscaler, on Hetzner with what removes the nodes of machines that are gone. Both run on servers, away from workspaces: they may
/// delete machines.
pub(super) fn objects(plan: &Plan, autoscaler: &Autoscaler) -> Vec<Data> {
    let mut objects = vec![helm_chart(plan, &CLUSTER_AUTOSCALER, values(plan, autoscaler))];
    if let Autoscaler::Hetzner { .. } = autoscaler {
        objects.push(helm_chart(plan, &HETZNER_CONTROLLER, hetzner_controller(plan)));
    }
    objects
}

fn values(plan: &Plan, autoscaler: &Autoscaler) -> Data {
    let (provider, env, own) = match autoscaler {
        Autoscaler::Hetzner { ssh_key, .. } => {
            let mut env = vec![
                ("HCLOUD_TOKEN", "token"),
                ("HCLOUD_NETWORK", "network"),
                ("HCLOUD_FIREWALL", "firewall"),
            ];
            env.extend(ssh_key.as_ref().map(|_| ("HCLOUD_SSH_KEY", "sshKey")));
            ("hetzner", env, hetzner_values(plan))
        }
        Autoscaler::Azure {
            subscription,
            resource_group,
        } => ("azure", Vec::new(), azure_values(subscription, resource_group)),
        Autoscaler::Gcp { .. } => ("gce", Vec::new(), as_the_machine()),
    };
    let env: Vec<_> = variables(plan, &env)
        .map(|(name, key)| (name, in_secret(key)))
        .collect();
    let tag = plan.releases.of(&releases::CLUSTER_AUTOSCALER);
    let several_zones = matches!(autoscaler, Autoscaler::Gcp { zones, .. } if zones.len() > 1);
    let args = map_of([
        entry("enforce-node-group-min-size", true),
        // A workspace's pod belongs to nobody, or to a controller of its platform's, so its node stays; what else has files of its
        // own can move.
        entry("skip-nodes-with-custom-controller-pods", true),
        entry("skip-nodes-with-local-storage", false),
        opt("balance-similar-node-groups", several_zones.then_some(true)),
    ]);
    let common = [
        entry("fullnameOverride", CLUSTER_AUTOSCALER.name),
        entry("cloudProvider", provider),
        entry("image", map([("tag", Data::from(tag))])),
        entry("autoscalingGroups", seq(groups(plan, autoscaler))),
        entry("extraArgs", args),
        opt("extraEnvSecrets", (!env.is_empty()).then(|| map(env))),
    ];
    let place = [
        entry("nodeSelector", on_servers()),
        entry("tolerations", everywhere()),
    ];
    map_of(common.into_iter().chain(own).chain(place))
}

fn hetzner_values(plan: &Plan) -> Vec<Option<(String, Data)>> {
    let env = map_of([
        entry("HCLOUD_CLUSTER_CONFIG_FILE", format!("{FOLDER}/{POOLS}")),
        // It gives its machines a public address unless it is told not to.
        opt("HCLOUD_PUBLIC_IPV4", plan.networks.gateway.map(|_| "false")),
    ]);
    let volume = map([("name", Data::from(SECRET)), ("mountPath", Data::from(FOLDER))]);
    vec![
        entry("extraEnv", env),
        entry("extraVolumeSecrets", map([("pools", volume)])),
    ]
}

fn azure_values(subscription: &Text, resource_group: &Text) -> Vec<Option<(String, Data)>> {
    let mut values = vec![
        entry("azureSubscriptionID", subscription.clone()),
        entry("azureResourceGroup", resource_group.clone()),
        entry("azureVMType", "vmss"),
        entry("azureUseManagedIdentityExtension", true),
    ];
    values.extend(as_the_machine());
    values
}

/// The server's own identity is handed out by the metadata service, which the machines' packet filter keeps for their root.
fn as_the_machine() -> Vec<Option<(String, Data)>> {
    vec![
        entry("hostNetwork", true),
        entry("dnsPolicy", "Default"),
        // With one server, the new pod would wait for ever for the port of the old one.
        entry("updateStrategy", map([("type", Data::from("Recreate"))])),
        entry("containerSecurityContext", root_without_powers()),
    ]
}

/// Root by number, and by nothing else.
pub(super) fn root_without_powers() -> Data {
    map([
        ("runAsUser", Data::from(0)),
        ("allowPrivilegeEscalation", Data::from(false)),
        ("capabilities", map([("drop", seq(["ALL"]))])),
    ])
}

/// The groups with their bounds: a pool is one on Hetzner and Azure, and one for each zone on Google Cloud.
fn groups(plan: &Plan, autoscaler: &Autoscaler) -> Vec<Data> {
    let pools = plan.agents().filter_map(|set| match set.count {
        Count::Fixed(_) => None,
        Count::Autoscaled { min, max } => Some((set, min, max)),
    });
    let pools = pools.flat_map(|(set, min, max)| match autoscaler {
        Autoscaler::Hetzner { .. } => vec![map_of([
            entry("name", plan.group_name(set)),
            entry("minSize", min),
            entry("maxSize", max),
            opt("instanceType", set.machine_type.as_deref()),
            opt("region", plan.location.as_deref()),
        ])],
        Autoscaler::Azure { .. } => vec![group(Text::lit(plan.group_name(set)), min, max)],
        Autoscaler::Gcp { project, zones } => zones
            .iter()
            .enumerate()
            .map(|(place, zone)| {
                let of = |number| share(number, zones.len(), place);
                (zone, of(min), of(max))
            })
            .filter(|(_, _, max)| *max > 0)
            .map(|(zone, min, max)| {
                let mut url = Text::lit("https://www.googleapis.com/compute/v1/projects/");
                url.append(project);
                url.push_str(&format!("/zones/{zone}/instanceGroups/{}", plan.group_name(set)));
                group(url, min, max)
            })
            .collect(),
    });
    pools.collect()
}

fn group(name: Text, min: u32, max: u32) -> Data {
    map([
        ("name", Data::from(name)),
        ("minSize", Data::from(min)),
        ("maxSize", Data::from(max)),
    ])
}

fn hetzner_controller(plan: &Plan) -> Data {
    let env = variables(plan, &[("HCLOUD_TOKEN", "token")])
        .map(|(name, key)| (name, map([("valueFrom", from_secret(key))])));
    map([
        ("args", map([("controllers", Data::from(NODE_LIFECYCLE))])),
        ("env", map(env)),
        ("nodeSelector", on_servers()),
        ("additionalTolerations", everywhere()),
    ])
}

/// Environment variables, each with the key of the secret that holds its value: these, and the proxy's.
pub(super) fn variables(
    plan: &Plan,
    own: &[(&'static str, &'static str)],
) -> impl Iterator<Item = (&'static str, &'static str)> {
    own.iter().copied().chain(proxy_variables(plan))
}

/// Where a container takes a variable's value from.
pub(super) fn from_secret(key: &str) -> Data {
    map([("secretKeyRef", in_secret(key))])
}

fn in_secret(key: &str) -> Data {
    map([("name", Data::from(SECRET)), ("key", Data::from(key))])
}

pub(super) fn on_servers() -> Data {
    map([("node-role.kubernetes.io/control-plane", Data::from("true"))])
}

pub(super) fn everywhere() -> Data {
    seq([map([("operator", Data::from("Exists"))])])
}
