//! `database`: the platform's database.

use super::storage::S3Bucket;
use crate::model::bindable::Bindable;
use crate::model::field::Field;
use crate::model::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// The platform's database: one of `inCluster`, `external`, `cloudSql`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Database {
    /// A database in the cluster, for trials. Default: `true` if nothing else is set.
    pub in_cluster: Field<bool>,
    /// Your own database.
    pub external: Field<ExternalDatabase>,
    /// Google Cloud SQL, through the Cloud SQL Auth Proxy.
    pub cloud_sql: Field<CloudSql>,
    /// Backups of the in-cluster database. Default: none.
    pub backup: Field<DatabaseBackup>,
}

/// Backups of the in-cluster database to a bucket.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DatabaseBackup {
    /// The schedule, as a cron expression in UTC. Default: `0 3 * * *`.
    #[serde(default)]
    pub schedule: Field<String>,
    /// The number of days to keep a backup; 0 keeps all. Default: 14.
    #[serde(default)]
    pub retention_days: Field<u32>,
    /// The folder in the bucket. Default: the platform's name and `-database`.
    #[serde(default)]
    pub folder: Field<String>,
    /// The bucket.
    pub s3: Field<S3Bucket>,
}

/// Your own database. For MySQL with a schema named `gitpod`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ExternalDatabase {
    /// The host name, without scheme or port.
    pub host: Field<Bindable>,
    /// The port. Default: 3306 for MySQL, 5432 for PostgreSQL.
    #[serde(default)]
    pub port: Field<u32>,
    /// The database's name, for PostgreSQL. Default: the platform's name.
    #[serde(default)]
    pub name: Field<String>,
    /// The user.
    pub username: Field<Bindable>,
    /// The user's password.
    pub password: Field<SecretSource>,
    /// The keys that encrypt secrets in the database. Default for MySQL: one key, from `GITPOD_ENCRYPTION_KEY`.
    #[serde(default)]
    pub encryption_keys: Field<Vec<Field<EncryptionKey>>>,
    /// The CA certificate in PEM format that verifies the server's certificate. It enables TLS.
    #[serde(default)]
    pub ca_cert: Field<SecretSource>,
    /// What PostgreSQL's TLS verifies. Default: `verify-full` with `caCert`, otherwise `require`.
    #[serde(default)]
    pub ssl_mode: Field<SslMode>,
}

/// What a client of PostgreSQL verifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SslMode {
    /// No TLS.
    Disable,
    /// TLS with any certificate.
    Require,
    /// TLS with a certificate of a known CA.
    VerifyCa,
    /// TLS with a certificate of a known CA for the host's name.
    VerifyFull,
}

impl SslMode {
    /// PostgreSQL's word.
    pub fn as_str(self) -> &'static str {
        match self {
            SslMode::Disable => "disable",
            SslMode::Require => "require",
            SslMode::VerifyCa => "verify-ca",
            SslMode::VerifyFull => "verify-full",
        }
    }
}

/// Google Cloud SQL, through the Cloud SQL Auth Proxy.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CloudSql {
    /// The instance, `project:region:name`.
    #[schemars(extend("not" = {"pattern": "://"}))]
    pub instance: Field<Bindable>,
    /// The key, in JSON format, of a service account with permission to connect.
    pub service_account: Field<SecretSource>,
    /// The user.
    pub username: Field<Bindable>,
    /// The user's password.
    pub password: Field<SecretSource>,
    /// The keys that encrypt secrets in the database. Default: one key, from `GITPOD_ENCRYPTION_KEY`.
    #[serde(default)]
    pub encryption_keys: Field<Vec<Field<EncryptionKey>>>,
}

/// A key that encrypts secrets in the database. Keep old keys in the list after a rotation.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EncryptionKey {
    /// The key's name. Default: `general`.
    #[serde(default)]
    pub name: Field<String>,
    /// The key's version, incremented at each rotation. Default: 1.
    #[serde(default)]
    pub version: Field<u32>,
    /// Whether new secrets are encrypted with this key. Exactly one key is primary. Default: `true` for a single key.
    #[serde(default)]
    pub primary: Field<bool>,
    /// 32 random bytes in standard base64.
    pub material: Field<SecretSource>,
}
