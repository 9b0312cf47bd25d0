//! The chart's values. Helm takes any key of it in silence, so what is written here is read back by the table in the facts.

use super::{database, door, env, node_selector, restricted, secrets, template};
use crate::emit::data::{Data, Kind, entry, map, map_of, opt, seq};
use crate::origin::Origin;
use crate::plan::Plan;
use crate::plan::platform::coder::{Amounts, Coder};

/// The values, with those of the configuration merged last.
pub(super) fn values(plan: &Plan, coder: &Coder, domain: &str) -> Data {
    let mut values = map([("coder", server(plan, coder, domain))]);
    if let Some(patch) = &coder.values_patch {
        let patch = Data::from(&patch.value).with_origin(Origin::Config(patch.written.key));
        merge(&mut values, &patch);
    }
    values
}

fn server(plan: &Plan, coder: &Coder, domain: &str) -> Data {
    let amounts = |amounts: &Amounts| {
        map([
            ("cpu", Data::from(&amounts.cpu)),
            ("memory", Data::from(&amounts.memory)),
        ])
    };
    let list = |items: Vec<Data>| (!items.is_empty()).then(|| seq(items));
    let pull_secrets = door::pull_secrets(coder);
    let image = map_of([
        entry("repo", coder.image.as_str()),
        entry("tag", format!("v{}", plan.coder_version())),
        opt("pullSecrets", list(pull_secrets)),
    ]);
    let custom = coder.custom_ca.as_ref().map(|_| secrets::CUSTOM_CA);
    let mirror = plan.k3s.mirror_ca().map(|_| secrets::MIRROR_CA);
    let cas: Vec<Data> = custom
        .into_iter()
        .chain(mirror)
        .map(|name| map([("name", Data::from(name)), ("key", Data::from(database::CA_KEY))]))
        .collect();
    let ca = list(cas).map(|cas| map([("secrets", cas)]));
    let mounted: Vec<(Data, Data)> = database::ca_volume(coder)
        .into_iter()
        .chain(template::providers_volume(plan))
        .collect();
    let (volumes, mounts): (Vec<Data>, Vec<Data>) = mounted.into_iter().unzip();
    map_of([
        entry("env", seq(env::env(plan, coder, domain))),
        entry("image", image),
        entry("replicaCount", coder.replicas),
        entry(
            "resources",
            map([
                ("requests", amounts(&coder.requests)),
                ("limits", amounts(&coder.limits)),
            ]),
        ),
        entry("nodeSelector", node_selector()),
        // With the chart's own, the pod passes `restricted` (coder/coder docs/install/server/kubernetes/index.md).
        entry("securityContext", restricted()),
        // Its roles are ours, in the namespace of workspaces only.
        entry(
            "serviceAccount",
            map([
                ("workspacePerms", Data::from(false)),
                ("enableDeployments", Data::from(false)),
            ]),
        ),
        // Traefik has 80 and 443 on every machine, so a second load balancer would wait for ever (k3s-io/k3s#1969).
        entry("service", map([("type", Data::from("ClusterIP"))])),
        // Ours comes after the first user.
        entry("ingress", map([("enable", Data::from(false))])),
        opt("certs", ca),
        opt("volumes", list(volumes)),
        opt("volumeMounts", list(mounts)),
    ])
}

/// Mappings are merged and lists are added to, such as volumes; anything else is replaced.
fn merge(values: &mut Data, patch: &Data) {
    let origin = |value: &Data| value.origin.clone().or_else(|| patch.origin.clone());
    match (&mut values.kind, &patch.kind) {
        (Kind::Map(known), Kind::Map(more)) => {
            for (key, value) in more {
                let mut value = value.clone();
                value.origin = origin(&value);
                match known.iter_mut().find(|(name, _)| name == key) {
                    Some((_, old)) => merge(old, &value),
                    None => known.push((key.clone(), value)),
                }
            }
        }
        (Kind::Seq(known), Kind::Seq(more)) => {
            known.extend(more.iter().map(|value| Data {
                origin: origin(value),
                ..value.clone()
            }));
        }
        _ => *values = patch.clone(),
    }
}
