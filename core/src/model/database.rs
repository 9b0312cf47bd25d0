//! `database`: the MySQL database.

use super::bindable::Bindable;
use super::field::Field;
use super::secrets::SecretSource;
use super::storage::S3Bucket;
use schemars::JsonSchema;
use serde::Deserialize;

/// The MySQL database: one of `inCluster`, `external`, `cloudSql`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Database {
    /// A database in the cluster, for trials. Default: `true` where nothing else is chosen.
    pub in_cluster: Field<bool>,
    /// A database that you bring.
    pub external: Field<ExternalDatabase>,
    /// Google Cloud SQL through its proxy.
    pub cloud_sql: Field<CloudSql>,
    /// Copies of the database in the cluster. Default: none.
    pub backup: Field<DatabaseBackup>,
}

/// Copies of the database in the cluster, in a bucket.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatabaseBackup {
    /// When, as a cron expression in UTC. Default: `0 3 * * *`.
    #[serde(default)]
    pub schedule: Field<String>,
    /// For how many days a copy is kept; 0 keeps all. Default: 14.
    #[serde(default)]
    pub retention_days: Field<u32>,
    /// The folder in the bucket. Default: `gitpod-database`.
    #[serde(default)]
    pub folder: Field<String>,
    /// The bucket.
    pub s3: Field<S3Bucket>,
}

/// A MySQL database that you bring. It holds a schema named `gitpod`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExternalDatabase {
    /// The host name, without scheme and port.
    pub host: Field<Bindable>,
    /// The port. Default: 3306.
    #[serde(default)]
    pub port: Field<u32>,
    /// The user.
    pub username: Field<Bindable>,
    /// The user's password.
    pub password: Field<SecretSource>,
    /// The keys that secrets in the database are encrypted with. Default: one, from `GITPOD_ENCRYPTION_KEY`.
    #[serde(default)]
    pub encryption_keys: Field<Vec<Field<EncryptionKey>>>,
    /// The CA, as PEM, that the server's certificate is held against. With it the connection is encrypted.
    #[serde(default)]
    pub ca_cert: Field<SecretSource>,
}

/// Google Cloud SQL through its proxy.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudSql {
    /// The instance, `project:region:name`.
    pub instance: Field<Bindable>,
    /// The key of a service account that may connect, as JSON.
    pub service_account: Field<SecretSource>,
    /// The user.
    pub username: Field<Bindable>,
    /// The user's password.
    pub password: Field<SecretSource>,
    /// The keys that secrets in the database are encrypted with. Default: one, from `GITPOD_ENCRYPTION_KEY`.
    #[serde(default)]
    pub encryption_keys: Field<Vec<Field<EncryptionKey>>>,
}

/// A key that secrets in the database are encrypted with. Old keys stay in the list after a rotation.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EncryptionKey {
    /// The key's name. Default: `general`.
    #[serde(default)]
    pub name: Field<String>,
    /// The key's version, raised at each rotation. Default: 1.
    #[serde(default)]
    pub version: Field<u32>,
    /// Whether new secrets are encrypted with it: exactly one key. Default: `true` for a single key.
    #[serde(default)]
    pub primary: Field<bool>,
    /// 32 random bytes in standard base64.
    pub material: Field<SecretSource>,
}
