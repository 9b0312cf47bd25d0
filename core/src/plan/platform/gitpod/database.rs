//! The MySQL database.

use crate::model::{self, Config, Field};
use crate::plan::k3s::secret_field;
use crate::plan::values::{Generate, Names};
use crate::source::Span;
use crate::text::Text;
use serde::Serialize;

/// Where Gitpod's database is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Database {
    /// In the cluster.
    InCluster,
    /// Elsewhere.
    External(ExternalDatabase),
    /// Google Cloud SQL through its proxy.
    CloudSql(CloudSql),
}

/// A database elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExternalDatabase {
    /// The host name.
    pub host: Text,
    /// The port.
    pub port: u32,
    /// The user.
    pub username: Text,
    /// The user's password.
    pub password: Text,
    /// The keys that secrets in it are encrypted with.
    pub encryption_keys: Vec<EncryptionKey>,
    /// The CA of its certificate.
    pub ca: Option<Text>,
}

/// Google Cloud SQL through its proxy.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CloudSql {
    /// `project:region:name`.
    pub instance: Text,
    /// The key of a service account.
    pub service_account: Text,
    /// The user.
    pub username: Text,
    /// The user's password.
    pub password: Text,
    /// The keys that secrets in it are encrypted with.
    pub encryption_keys: Vec<EncryptionKey>,
}

/// A key that secrets in the database are encrypted with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EncryptionKey {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Whether new secrets are encrypted with it.
    pub primary: bool,
    /// The key, base64.
    pub material: Text,
}

impl Database {
    /// The keys that secrets in it are encrypted with; those of the database in the cluster are the Installer's.
    pub fn encryption_keys(&self) -> &[EncryptionKey] {
        match self {
            Database::InCluster => &[],
            Database::External(database) => &database.encryption_keys,
            Database::CloudSql(database) => &database.encryption_keys,
        }
    }
}

pub(super) fn database(config: &Config, names: &mut Names) -> Database {
    let Some(database) = config.database.get() else {
        return Database::InCluster;
    };
    if let Some(external) = database.external.spanned() {
        let (near, external) = (external.key, &external.value);
        return Database::External(ExternalDatabase {
            host: names.bindable_or(&external.host, ""),
            port: external.port.copied_or(3306),
            username: names.bindable_or(&external.username, ""),
            password: secret_field(names, "database.external.password", &external.password),
            encryption_keys: keys("database.external", &external.encryption_keys, names, near),
            ca: external
                .ca_cert
                .spanned()
                .map(|ca| names.secret("database.external.caCert", ca)),
        });
    }
    if let Some(cloud) = database.cloud_sql.spanned() {
        let (near, cloud) = (cloud.key, &cloud.value);
        return Database::CloudSql(CloudSql {
            instance: names.bindable_or(&cloud.instance, ""),
            service_account: secret_field(names, "database.cloudSql.serviceAccount", &cloud.service_account),
            username: names.bindable_or(&cloud.username, ""),
            password: secret_field(names, "database.cloudSql.password", &cloud.password),
            encryption_keys: keys("database.cloudSql", &cloud.encryption_keys, names, near),
        });
    }
    Database::InCluster
}

fn keys(
    path: &str,
    field: &Field<Vec<Field<model::EncryptionKey>>>,
    names: &mut Names,
    near: Span,
) -> Vec<EncryptionKey> {
    if field.is_missing() {
        let name = format!("{path}.encryptionKeys.0.material");
        let default = ("GITPOD_ENCRYPTION_KEY", Some(Generate::EncryptionKey));
        let material = names.secret_or(&name, &Field::Missing, default, near);
        return vec![EncryptionKey {
            name: "general".into(),
            version: 1,
            primary: true,
            material,
        }];
    }
    let alone = field.items().count() == 1;
    let mut keys = Vec::new();
    for (i, key) in field.items().enumerate() {
        let name = format!("{path}.encryptionKeys.{i}.material");
        keys.push(EncryptionKey {
            name: key.value.name.get().cloned().unwrap_or_else(|| "general".into()),
            version: key.value.version.copied_or(1),
            primary: key.value.primary.copied_or(alone),
            material: secret_field(names, &name, &key.value.material),
        });
        if let Some(need) = names.secrets.get_mut(&name) {
            need.generate = Some(Generate::EncryptionKey);
        }
    }
    keys
}
