//! `k3s`: the Kubernetes distribution on the machines.

use super::bindable::Bindable;
use super::field::Field;
use super::secrets::SecretSource;
use super::value::{Entries, Raw, ShortOrMap};
use schemars::JsonSchema;
use serde::Deserialize;

/// The Kubernetes distribution on the machines.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct K3s {
    /// The version, such as `v1.33.4+k3s1`. Default: one that this gkc pins.
    pub version: Field<String>,
    /// A channel instead of a version: not reproducible.
    pub channel: Field<Channel>,
    /// The server token. Default: from `K3S_TOKEN`.
    pub token: Field<SecretSource>,
    /// The token that agents join with. Default: from `K3S_AGENT_TOKEN`.
    pub agent_token: Field<SecretSource>,
    /// Where the cluster's state is kept. Default: `etcd`; `sqlite` on Raspberry Pis.
    pub datastore: Field<ShortOrMap<DatastoreKind, ExternalDatastore>>,
    /// Packaged components to leave out, besides those that Gitpod needs left out.
    pub disable: Field<Vec<Field<String>>>,
    /// Whether Kubernetes secrets are encrypted where they are stored. Default: `true`.
    pub secrets_encryption: Field<bool>,
    /// Snapshots of etcd.
    pub snapshots: Field<Snapshots>,
    /// Where machines without the world outside get k3s and charts from. Default: from upstream.
    pub airgap: Field<Airgap>,
    /// Mirrors and credentials for pulling images, `registries.yaml`.
    pub registries: Field<Registries>,
    /// Further `config.yaml` keys of servers, checked against what that version knows.
    pub server_config: Field<Entries<Raw>>,
    /// Further `config.yaml` keys of agents, checked against what that version knows.
    pub agent_config: Field<Entries<Raw>>,
}

/// Release channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// What k3s recommends.
    Stable,
    /// The newest release.
    Latest,
}

/// Where the cluster's state is kept, when that is on the servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DatastoreKind {
    /// etcd on the servers; a single server too, so that snapshots work.
    Etcd,
    /// A file on the only server.
    Sqlite,
}

/// A database that keeps the cluster's state.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExternalDatastore {
    /// The data source name, as k3s takes it.
    pub endpoint: Field<SecretSource>,
    /// The CA, as PEM, that the database's certificate is held against.
    #[serde(default)]
    pub ca_cert: Field<SecretSource>,
}

/// Snapshots of etcd.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Snapshots {
    /// When, as a cron expression. Default: `0 */12 * * *`.
    pub schedule: Field<String>,
    /// How many are kept. Default: 5.
    pub retention: Field<u32>,
    /// A bucket that they are copied to.
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

/// A web server with what upstream has.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Airgap {
    /// The base URL. Below it: `v1.33.4+k3s1/` with the files of that release and `install.sh`, and `charts/`.
    pub url: Field<String>,
    /// SHA-256 of the release's list of checksums, `sha256sum-amd64.txt`. Default: the mirror's list is trusted.
    #[serde(default)]
    pub checksum: Field<String>,
}

/// Mirrors and credentials for pulling images.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Registries {
    /// For each registry, the endpoints that are asked instead.
    pub mirrors: Field<Entries<Mirror>>,
    /// For each endpoint's `host` or `host:port`, how to log in and whom to trust.
    pub configs: Field<Entries<RegistryAccess>>,
}

/// The endpoints that are asked instead of a registry.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Mirror {
    /// URLs in the order in which they are tried.
    pub endpoint: Field<Vec<Field<String>>>,
    /// Regular expressions on image names, and what replaces them.
    pub rewrite: Field<Entries<String>>,
}

/// How to log in to an endpoint, and whom to trust.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegistryAccess {
    /// Credentials.
    pub auth: Field<RegistryAuth>,
    /// TLS settings.
    pub tls: Field<RegistryTls>,
}

/// Credentials for an endpoint.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RegistryAuth {
    /// The user.
    pub username: Field<String>,
    /// The user's password.
    pub password: Field<SecretSource>,
    /// A token instead of user and password.
    pub token: Field<SecretSource>,
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
    /// Whether any certificate is taken. Default: `false`.
    pub insecure_skip_verify: Field<bool>,
}
