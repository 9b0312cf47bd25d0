//! k3s's own files: `config.yaml` for each role, the part that differs between nodes, `registries.yaml`.
//!
//! The file for servers is the same on each of them byte for byte, since k3s refuses servers whose critical settings differ
//! (pkg/daemons/config/types.go, CriticalControlArgs). k3s reads YAML 1.1, so every string is quoted.

use super::data::{Data, entry, map, map_of, opt, seq};
use super::secrets::Secret;
use super::yaml;
use crate::facts::{self, networks::is_private};
use crate::origin::Origin;
use crate::plan::{Datastore, NodeSet, Passthrough, Plan, SnapshotBucket, Snapshots, list};
use crate::text::Text;

/// Where a machine stands in the cluster.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Standing {
    /// The server that founds it.
    First,
    /// A further server.
    Joining,
    /// An agent.
    Agent,
}

/// Where the CA of an external datastore is put.
pub(crate) const DATASTORE_CA: &str = "/etc/rancher/k3s/datastore-ca.pem";
/// The cluster's secret that holds the credentials of the snapshot bucket.
pub(crate) const SNAPSHOT_SECRET: &str = "k3s-etcd-snapshot-s3";

const QUOTED: yaml::Style = yaml::Style {
    quote_all_strings: true,
    first_line: None,
};

/// The text of `config.yaml`.
pub(crate) fn config(plan: &Plan, standing: Standing) -> Text {
    let mut data = match standing {
        Standing::Agent => agent_config(plan),
        Standing::First | Standing::Joining => server_config(plan),
    };
    let passed = if standing == Standing::Agent {
        &plan.k3s.agent_config
    } else {
        &plan.k3s.server_config
    };
    // Without the world outside, images are nowhere else than on the mirror of all registries.
    if plan.k3s.airgap.is_some() && plan.k3s.mirrors.iter().any(|mirror| mirror.registry == "*") {
        data.insert("disable-default-registry-endpoint", true);
    }
    pass_through(&mut data, passed);
    yaml::write(&[data], QUOTED).text
}

fn agent_config(plan: &Plan) -> Data {
    map_of([
        entry("server", plan.api_url()),
        entry("token", plan.k3s.agent_token.clone()),
    ])
}

fn server_config(plan: &Plan) -> Data {
    let k3s = &plan.k3s;
    let sans = std::iter::once(&plan.api.host).chain(&plan.api.sans).cloned();
    let origin = Origin::Default("cluster.network");
    let network = |value: String| Data::from(value).with_origin(origin.clone());
    // Nobody outside routes an answer to such an address (k3s docs, docs/networking/basic-network-options.md).
    let unrouted = plan
        .networks
        .pods
        .iter()
        .any(|pods| pods.addr().is_ipv6() && is_private(*pods));
    let mut data = map_of([
        entry("token", k3s.token.clone()),
        entry("agent-token", k3s.agent_token.clone()),
        entry("tls-san", seq(sans).with_origin(Origin::Default("cluster.api"))),
        entry("cluster-cidr", network(list(&plan.networks.pods))),
        entry("service-cidr", network(list(&plan.networks.services))),
        entry("cluster-dns", network(list(&plan.networks.dns))),
        opt(
            "flannel-ipv6-masq",
            unrouted.then(|| Data::from(true).with_origin(origin.clone())),
        ),
        opt(
            "disable",
            (!k3s.disable.is_empty()).then(|| seq(k3s.disable.iter().map(String::as_str))),
        ),
        entry(
            "secrets-encryption",
            Data::from(k3s.secrets_encryption).with_origin(Origin::Default("k3s.secretsEncryption")),
        ),
        entry("write-kubeconfig-mode", "0600"),
    ]);
    if let Some(snapshots) = &k3s.snapshots {
        add_snapshots(&mut data, snapshots);
    }
    if let Datastore::External { endpoint, ca } = &k3s.datastore {
        data.insert("datastore-endpoint", endpoint.clone());
        if ca.is_some() {
            data.insert("datastore-cafile", DATASTORE_CA);
        }
    }
    data
}

fn add_snapshots(data: &mut Data, snapshots: &Snapshots) {
    if let Some(schedule) = &snapshots.schedule {
        data.insert("etcd-snapshot-schedule-cron", schedule);
    }
    if let Some(retention) = snapshots.retention {
        data.insert("etcd-snapshot-retention", retention);
    }
    let Some(s3) = &snapshots.s3 else { return };
    data.insert("etcd-s3", true);
    if s3.by_secret {
        // Any other key beside it would have k3s ignore the secret.
        data.insert("etcd-s3-config-secret", SNAPSHOT_SECRET);
        return;
    }
    for (key, value) in bucket_settings(s3) {
        data.insert(key, value);
    }
}

/// The secret with the settings of the snapshots' bucket, where `config.yaml` names one.
pub(super) fn snapshot_secret(plan: &Plan) -> Option<Secret> {
    let s3 = plan.k3s.snapshot_bucket().filter(|s3| s3.by_secret)?;
    let kind = "etcd.k3s.cattle.io/s3-config-secret";
    let mut settings = bucket_settings(s3);
    // Every release that tells the two retentions apart reads the secret.
    let retention = s3.retention.map(|kept| Text::lit(kept.to_string()));
    settings.extend(retention.map(|retention| ("etcd-s3-retention", retention)));
    Some(Secret::new("kube-system", SNAPSHOT_SECRET, kind, settings))
}

/// The bucket's settings as `config.yaml` names them; the secret has the same names.
pub(crate) fn bucket_settings(s3: &SnapshotBucket) -> Vec<(&'static str, Text)> {
    let text = |value: &Option<String>| value.as_ref().map(|v| Text::lit(v.clone()));
    let settings = [
        ("etcd-s3-bucket", Some(s3.bucket.clone())),
        ("etcd-s3-region", text(&s3.region)),
        ("etcd-s3-endpoint", s3.endpoint.clone()),
        ("etcd-s3-folder", text(&s3.folder)),
        ("etcd-s3-access-key", Some(s3.access_key.clone())),
        ("etcd-s3-secret-key", Some(s3.secret_key.clone())),
    ];
    settings
        .into_iter()
        .filter_map(|(key, value)| value.map(|value| (key, value)))
        .collect()
}

/// What the configuration passes through takes the place of what gkc would write.
fn pass_through(data: &mut Data, passed: &[Passthrough]) {
    let super::data::Kind::Map(entries) = &mut data.kind else {
        return;
    };
    // A mapping has a key once, so only gkc's own can be there already.
    let own = entries.len();
    for passed in passed {
        let value = Data::from(&passed.value).with_origin(Origin::Config(passed.span));
        match entries.iter_mut().take(own).find(|(key, _)| *key == passed.key) {
            Some((_, old)) => *old = value,
            None => entries.push((passed.key.clone(), value)),
        }
    }
}

/// The text of the drop-in with what differs between nodes.
pub(crate) fn node_config(plan: &Plan, set: &NodeSet, standing: Standing) -> Text {
    let joins = standing == Standing::Joining && plan.k3s.datastore == Datastore::Etcd;
    let labels = set.labels.iter().map(|(key, value)| format!("{key}={value}"));
    let data = map_of([
        opt("node-name", set.named.then_some(set.name.as_str())),
        // A new machine under an old name would be refused for its node password (k3s#802), and machines that nobody named
        // may all have one name.
        opt("with-node-id", (!set.named).then_some(true)),
        opt("server", joins.then(|| plan.api_url())),
        opt("node-label", (!set.labels.is_empty()).then(|| seq(labels))),
        opt(
            "node-taint",
            (!set.taints.is_empty()).then(|| seq(set.taints.iter().map(String::as_str))),
        ),
    ])
    .with_origin(set.origin.clone());
    let role = set.role.as_str();
    yaml::write(
        &[data.commented(format!(
            "Settings of this {role} only; config.yaml is the same on every {role}."
        ))],
        QUOTED,
    )
    .text
}

/// The text of `registries.yaml`, where anything is configured.
pub(crate) fn registries(plan: &Plan) -> Option<Text> {
    let k3s = &plan.k3s;
    if k3s.mirrors.is_empty() && k3s.registries.is_empty() {
        return None;
    }
    let mirror = |mirror: &crate::plan::Mirror| {
        let rewrite = mirror
            .rewrite
            .iter()
            .map(|(from, to)| (from.clone(), Data::from(to)));
        let data = map_of([
            opt(
                "endpoint",
                (!mirror.endpoints.is_empty()).then(|| seq(mirror.endpoints.iter().map(String::as_str))),
            ),
            opt("rewrite", (!mirror.rewrite.is_empty()).then(|| map(rewrite))),
        ]);
        (mirror.registry.clone(), data)
    };
    let access = |access: &crate::plan::RegistryAccess| {
        let auth = map_of([
            opt("username", access.username.clone()),
            opt("password", access.password.clone()),
            opt("auth", access.auth.clone()),
            opt("identity_token", access.identity_token.clone()),
        ]);
        let mut tls = map(access.tls.iter().map(|(key, path)| (*key, Data::from(path))));
        if let Some(insecure) = access.insecure {
            tls.insert("insecure_skip_verify", insecure);
        }
        let given =
            |data: Data| (!matches!(&data.kind, super::data::Kind::Map(m) if m.is_empty())).then_some(data);
        (
            access.endpoint.clone(),
            map_of([opt("auth", given(auth)), opt("tls", given(tls))]),
        )
    };
    let data = map_of([
        opt(
            "mirrors",
            (!k3s.mirrors.is_empty()).then(|| map(k3s.mirrors.iter().map(mirror))),
        ),
        opt(
            "configs",
            (!k3s.registries.is_empty()).then(|| map(k3s.registries.iter().map(access))),
        ),
    ]);
    Some(yaml::write(&[data], QUOTED).text)
}

/// The port that the API answers on, for scripts and documents.
pub(crate) const API_PORT: u16 = facts::k3s::API_PORT;
