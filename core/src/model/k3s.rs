//! `k3s`: the Kubernetes distribution on the machines.

use super::bindable::Bindable;
use super::field::Field;
use super::raw::Raw;
use super::secrets::SecretSource;
use super::value::{Entries, ShortOrMap};
use schemars::JsonSchema;
use serde::Deserialize;

/// The Kubernetes distribution on the machines.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct K3s {
    /// The version, such as `v1.36.5+k3s1`. Default: the version pinned by this gkc release.
    pub version: Field<String>,
    /// A release channel instead of a version. Not reproducible.
    pub channel: Field<Channel>,
    /// The server token. Default: from `K3S_TOKEN`.
    pub token: Field<SecretSource>,
    /// The token that agents join with. Default: from `K3S_AGENT_TOKEN`.
    pub agent_token: Field<SecretSource>,
    /// The datastore of the cluster. Default: `etcd`; `sqlite` on Raspberry Pis.
    pub datastore: Field<ShortOrMap<DatastoreKind, ExternalDatastore>>,
    /// Packaged components to disable, in addition to those that the platform takes the place of.
    pub disable: Field<Vec<Field<String>>>,
    /// Whether Kubernetes secrets are encrypted at rest. Default: `true`.
    pub secrets_encryption: Field<bool>,
    /// etcd snapshots.
    pub snapshots: Field<Snapshots>,
    /// The source of k3s and charts for machines without Internet access. Default: upstream.
    pub airgap: Field<Airgap>,
    /// Mirrors and credentials for pulling images, `registries.yaml`.
    pub registries: Field<Registries>,
    /// Additional `config.yaml` keys for servers, checked against the flags of the version. `{env: NAME}`, `{file: path}` and
    /// `{terraform: expression}` in them refer to secrets.
    pub server_config: Field<Entries<Raw>>,
    /// Additional `config.yaml` keys for agents, checked against the flags of the version; references as in `serverConfig`.
    pub agent_config: Field<Entries<Raw>>,
}

/// Release channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// The release that k3s recommends.
    Stable,
    /// The newest release.
    Latest,
}

/// A datastore on the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatastoreKind {
    /// Embedded etcd, also with a single server, so that snapshots work.
    Etcd,
    /// SQLite, for a single server.
    Sqlite,
}

/// An external database as the datastore.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExternalDatastore {
    /// The data source name, in the format of k3s.
    pub endpoint: Field<SecretSource>,
    /// The CA certificate in PEM format that verifies the database's certificate.
    #[serde(default)]
    pub ca_cert: Field<SecretSource>,
}

/// etcd snapshots.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Snapshots {
    /// The schedule, as a cron expression. Default: `0 */12 * * *`.
    pub schedule: Field<String>,
    /// The number of snapshots to keep. Default: 5.
    pub retention: Field<u32>,
    /// A bucket that snapshots are uploaded to.
    pub s3: Field<SnapshotS3>,
}

/// A bucket for snapshots.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SnapshotS3 {
    /// The bucket's name.
    pub bucket: Field<Bindable>,
    /// The bucket's region. Default: `us-east-1`.
    #[serde(default)]
    pub region: Field<String>,
    /// The endpoint's host, without scheme. Default: `s3.amazonaws.com`.
    #[serde(default)]
    pub endpoint: Field<Bindable>,
    /// The folder in the bucket.
    #[serde(default)]
    pub folder: Field<String>,
    /// The access key's ID.
    pub access_key: Field<SecretSource>,
    /// The access key's secret.
    pub secret_key: Field<SecretSource>,
}

/// A web server that mirrors the upstream files.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Airgap {
    /// The base URL. It serves `v1.36.5+k3s1/` with the files of that release and `install.sh`, and `charts/`.
    pub url: Field<String>,
    /// The SHA-256 of the release's checksum file, `sha256sum-amd64.txt`. Default: the mirror's file is trusted.
    #[serde(default)]
    pub checksum: Field<String>,
    /// The CA certificate in PEM format that verifies the mirror's certificate. Machines trust it, also for registries, and so do the downloads
    /// of charts. Default: public CAs.
    #[serde(default)]
    pub ca_cert: Field<SecretSource>,
}

/// Mirrors and credentials for pulling images.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Registries {
    /// Mirrors by registry.
    pub mirrors: Field<Entries<Mirror>>,
    /// Credentials and TLS settings by endpoint, `host` or `host:port`.
    pub configs: Field<Entries<RegistryAccess>>,
}

/// The mirror of a registry.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Mirror {
    /// The endpoint URLs, tried in this order.
    pub endpoint: Field<Vec<Field<String>>>,
    /// Regular expressions on image names, and their replacements.
    pub rewrite: Field<Entries<String>>,
}

/// Credentials and TLS settings of an endpoint.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegistryAccess {
    /// Credentials.
    pub auth: Field<RegistryAuth>,
    /// TLS settings.
    pub tls: Field<RegistryTls>,
}

/// Credentials for an endpoint, as `registries.yaml` spells them (rancher/wharfie `pkg/registries/types.go`).
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegistryAuth {
    /// The user.
    pub username: Field<String>,
    /// The user's password.
    pub password: Field<SecretSource>,
    /// User and password instead of the two keys: `user:password` in base64.
    pub auth: Field<SecretSource>,
    /// A refresh token instead of user and password, such as those of an Azure registry. An access token is a `password`.
    pub identity_token: Field<SecretSource>,
}

/// TLS settings for an endpoint, as `registries.yaml` spells them.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegistryTls {
    /// A CA file on the node.
    pub ca_file: Field<String>,
    /// A client certificate on the node.
    pub cert_file: Field<String>,
    /// The client certificate's key on the node.
    pub key_file: Field<String>,
    /// Whether certificates are accepted without verification. Default: `false`.
    pub insecure_skip_verify: Field<bool>,
}

impl RegistryTls {
    /// The files on the node that it names.
    pub(crate) fn files(&self) -> impl Iterator<Item = &super::Spanned<String>> {
        let files = [&self.ca_file, &self.cert_file, &self.key_file];
        files.into_iter().filter_map(Field::spanned)
    }
}

/// The keys that gkc manages, with the key of the configuration that sets each.
pub(crate) const MANAGED: [(&str, &str); 33] = [
    ("agent-token", "k3s.agentToken"),
    ("agent-token-file", "k3s.agentToken"),
    ("cluster-cidr", "cluster.network.pods"),
    ("cluster-dns", "cluster.network.dns"),
    ("cluster-init", "k3s.datastore"),
    ("datastore-cafile", "k3s.datastore.caCert"),
    ("datastore-endpoint", "k3s.datastore.endpoint"),
    ("disable", "k3s.disable"),
    ("etcd-s3", "k3s.snapshots.s3"),
    ("etcd-s3-access-key", "k3s.snapshots.s3.accessKey"),
    ("etcd-s3-bucket", "k3s.snapshots.s3.bucket"),
    ("etcd-s3-config-secret", "k3s.snapshots.s3"),
    ("etcd-s3-endpoint", "k3s.snapshots.s3.endpoint"),
    ("etcd-s3-folder", "k3s.snapshots.s3.folder"),
    ("etcd-s3-region", "k3s.snapshots.s3.region"),
    ("etcd-s3-secret-key", "k3s.snapshots.s3.secretKey"),
    ("etcd-snapshot-retention", "k3s.snapshots.retention"),
    ("etcd-snapshot-schedule-cron", "k3s.snapshots.schedule"),
    ("flannel-iface", "cluster.network.interface"),
    ("node-ip", "cluster.network.nodes"),
    ("node-label", "labels"),
    ("node-name", "cluster.nodes[].name"),
    ("node-taint", "taints"),
    ("private-registry", "k3s.registries"),
    ("secrets-encryption", "k3s.secretsEncryption"),
    ("server", "cluster.api.host"),
    ("service-cidr", "cluster.network.services"),
    ("tls-san", "cluster.api.sans"),
    ("token", "k3s.token"),
    ("token-file", "k3s.token"),
    ("vpn-auth", "tailscale.authKey"),
    ("vpn-auth-file", "tailscale.authKey"),
    ("with-node-id", "cluster.nodes[].name"),
];

/// The key of the configuration that decides a key of k3s.
pub(crate) fn managed_key(name: &str) -> Option<&'static str> {
    MANAGED
        .iter()
        .find(|(key, _)| *key == name)
        .map(|(_, instead)| *instead)
}
