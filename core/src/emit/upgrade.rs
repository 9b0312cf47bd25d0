//! Upgrades of k3s as plans for system-upgrade-controller: servers one by one, then agents (k3s docs, "Automated Upgrades").

use super::data::{Data, entry, map, map_of, opt, seq};
use super::document::{Document, DocumentKind};
use super::kubernetes::metadata;
use super::yaml;
use crate::facts::k3s::{CHANNELS, UPGRADE_IMAGE, UPGRADE_NAMESPACE};
use crate::plan::{Install, Plan};

/// Where the plans are.
pub(crate) const PATH: &str = "k3s/upgrade.yaml";
/// The plan that agents wait for.
const SERVERS: &str = "k3s-server";
/// How long the upgrade of one node may take, in seconds: what the controller's manifest allows a job.
const ONE_NODE: u32 = 900;

/// The plans for the release that the configuration names.
pub(crate) fn document(plan: &Plan) -> Document {
    let mut plans = vec![upgrade(plan, SERVERS, "Exists", None)];
    if plan.agents().next().is_some() {
        let wait = map([
            ("image", Data::from(UPGRADE_IMAGE)),
            ("args", seq(["prepare", SERVERS])),
        ]);
        plans.push(upgrade(plan, "k3s-agent", "DoesNotExist", Some(wait)));
    }
    Document::new(
        DocumentKind::UpgradePlans,
        PATH,
        yaml::write(&plans, yaml::Style::default()),
    )
}

fn upgrade(plan: &Plan, name: &str, control_plane: &str, prepare: Option<Data>) -> Data {
    let (version, channel) = match &plan.k3s.install {
        Install::Version(version) => (Some(version.to_string()), None),
        Install::Channel(channel) => (None, Some(format!("{CHANNELS}/{channel}"))),
    };
    let label = map([
        ("key", Data::from("node-role.kubernetes.io/control-plane")),
        ("operator", Data::from(control_plane)),
    ]);
    let nodes: u32 = plan.nodes.iter().map(|set| set.count.least()).sum();
    let spec = map_of([
        entry("concurrency", 1),
        // Not drained: a restart of k3s leaves pods, and so workspaces, alone. Nor is the only node cordoned: were its upgrade to fail,
        // nothing could start any more.
        opt("cordon", (nodes > 1).then_some(true)),
        // The first agent waits for all servers.
        opt(
            "jobActiveDeadlineSecs",
            prepare.is_some().then(|| (plan.server_count() + 1) * ONE_NODE),
        ),
        entry("nodeSelector", map([("matchExpressions", seq([label]))])),
        entry("serviceAccountName", UPGRADE_NAMESPACE),
        // Dedicated servers are tainted.
        entry("tolerations", seq([map([("operator", Data::from("Exists"))])])),
        opt("prepare", prepare),
        entry("upgrade", map([("image", Data::from(UPGRADE_IMAGE))])),
        opt("version", version),
        opt("channel", channel),
    ]);
    map([
        ("apiVersion", Data::from("upgrade.cattle.io/v1")),
        ("kind", Data::from("Plan")),
        ("metadata", metadata(name, Some(UPGRADE_NAMESPACE))),
        ("spec", spec),
    ])
}
