//! PostgreSQL.

use crate::facts::coder::POSTGRES_PORT;
use crate::model::{self, Config, SslMode};
use crate::plan::k3s::secret_field;
use crate::plan::values::{Generate, Names};
use crate::source::Span;
use crate::text::Text;
use serde::Serialize;

/// Where PostgreSQL is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Database {
    /// In the cluster.
    InCluster {
        /// The password of its only user.
        password: Text,
    },
    /// Elsewhere.
    External(Box<ExternalDatabase>),
}

/// PostgreSQL elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExternalDatabase {
    /// The host name.
    pub host: Text,
    /// The port.
    pub port: u32,
    /// The database.
    pub name: String,
    /// The user.
    pub username: Text,
    /// The user's password.
    pub password: Text,
    /// What of the certificate is verified.
    pub ssl_mode: &'static str,
    /// The CA of its certificate.
    pub ca: Option<Text>,
}

/// The name of the database, and of its user in the cluster.
pub const DATABASE_NAME: &str = "coder";

pub(super) fn database(config: &Config, coder: &model::Coder, near: Span, names: &mut Names) -> Database {
    let external = config.external_database();
    let Some(external) = external else {
        let default = ("CODER_DATABASE_PASSWORD", Some(Generate::Token));
        let password = names.secret_or("coder.databasePassword", &coder.database_password, default, near);
        return Database::InCluster { password };
    };
    let ca = external.ca_cert.spanned();
    let ca = ca.map(|ca| names.secret("database.external.caCert", ca));
    let default = match ca.is_some() {
        true => SslMode::VerifyFull,
        // The driver's own default, which is written to be seen (lib/pq doc.go).
        false => SslMode::Require,
    };
    Database::External(Box::new(ExternalDatabase {
        host: names.bindable_or(&external.host, ""),
        port: external.port.copied_or(POSTGRES_PORT.into()),
        name: external.name.text().unwrap_or(DATABASE_NAME).to_owned(),
        username: names.bindable_or(&external.username, ""),
        password: secret_field(names, "database.external.password", &external.password),
        ssl_mode: external.ssl_mode.copied_or(default).as_str(),
        ca,
    }))
}

/// The keys for users' tokens, the primary one first: the server encrypts with the first and decrypts with all
/// (coder/coder enterprise/dbcrypt).
pub(super) fn token_keys(config: &Config, names: &mut Names) -> Vec<Text> {
    let external = config.external_database();
    let written = external
        .into_iter()
        .flat_map(|external| external.encryption_keys.items());
    let mut keys: Vec<(bool, Text)> = Vec::new();
    for (i, key) in written.enumerate() {
        let name = format!("database.external.encryptionKeys.{i}.material");
        let material = secret_field(names, &name, &key.value.material);
        if let Some(need) = names.secrets.get_mut(&name) {
            need.generate = Some(Generate::EncryptionKey);
        }
        keys.push((key.value.primary.copied_or(false), material));
    }
    crate::sorted::sort_by_key(&mut keys, |(primary, _)| !primary);
    keys.into_iter().map(|(_, key)| key).collect()
}
