//! Gitpod's secrets: names are ours, keys and types are what the release's contract wants.
//!
//! Source: the Installer's `ClusterValidation` and what its components mount (`pkg/components`).

use super::NAMESPACE;
use crate::emit::backup;
use crate::emit::certificates::{self, Order};
use crate::emit::data::{Data, map, seq};
use crate::emit::json;
use crate::emit::kubernetes::CERT_MANAGER_NAMESPACE;
use crate::emit::secrets::{DOCKER, OPAQUE, Secret, docker_config, user_secret};
use crate::emit::yaml;
use crate::model::provider_slug;
use crate::plan::platform::gitpod::{
    AdminLink, AuthProvider, Database, EncryptionKey, Gitpod, Registry, RegistryLogin, Storage,
};
use crate::plan::{Plan, S3};
use crate::text::Text;

/// The secret with the database's address, login and encryption keys.
pub(super) const DATABASE: &str = "database";
/// The secret with the CA of the database's certificate.
pub(super) const DATABASE_CA: &str = "database-ca";
/// The secret with the login to Cloud SQL.
pub(super) const CLOUD_SQL: &str = "cloudsql";
/// The secret with the registry's credentials.
pub(super) const REGISTRY: &str = "container-registry";
/// The secret with the credentials of the registry's bucket.
pub(super) const REGISTRY_S3: &str = "container-registry-s3-backend";
/// The secret with the credentials of the storage bucket.
pub(super) const STORAGE_S3: &str = "storage-s3";
/// The secret with the service account for Google Cloud Storage.
pub(super) const STORAGE_GCS: &str = "storage-gcp";
/// The secret with the SSH gateway's host key.
pub(super) const SSH_GATEWAY: &str = "ssh-gateway-host-key";
/// The secret with the proxies, under the name that KOTS gave it.
pub(super) const PROXY: &str = "http-proxy-settings";
/// The secret with a further CA.
pub(super) const CUSTOM_CA: &str = "custom-ca";

/// The secret with the admin's link, by the name and key that the server looks for (gitpod-io/gitpod
/// `install/installer/pkg/components/server/constants.go`).
pub(super) const ADMIN: &str = "admin-credentials";

/// The name of an auth provider's secret.
pub(super) fn auth_provider_name(provider: &AuthProvider) -> String {
    format!("auth-provider-{}", provider_slug(&provider.id))
}

/// Every secret that it needs.
pub(super) fn secrets(plan: &Plan, gitpod: &Gitpod, order: &Order<'_>) -> Vec<Secret> {
    let mut secrets = database(&gitpod.database);
    if let Some(backup) = &gitpod.database_backup {
        secrets.push(own(backup::SECRET, backup::secret_data(plan, &backup.s3)));
    }
    secrets.extend(registry(&gitpod.registry));
    secrets.extend(storage(&gitpod.storage));
    secrets.extend(certificates::secrets(order));
    if let Some(ca) = &gitpod.custom_ca {
        // trust-manager reads cert-manager's namespace, Gitpod's pods their own.
        for namespace in [NAMESPACE, CERT_MANAGER_NAMESPACE] {
            secrets.push(Secret::new(
                namespace,
                CUSTOM_CA,
                OPAQUE,
                [("ca.crt", ca.clone())],
            ));
        }
    }
    if let Some(gateway) = &gitpod.ssh_gateway {
        secrets.push(own(SSH_GATEWAY, [("host.key", gateway.host_key.clone())]));
    }
    for provider in &gitpod.auth_providers {
        let yaml = yaml::write_one(&auth_provider(provider)).text;
        secrets.push(own(auth_provider_name(provider), [("provider", yaml)]));
    }
    if let Some(proxy) = &plan.proxy {
        let data = [
            ("httpProxy", proxy.http.clone()),
            ("httpsProxy", proxy.https.clone()),
            ("noProxy", proxy.no_proxy.clone()),
        ];
        secrets.push(own(PROXY, data));
    }
    secrets.extend(gitpod.admin_link.as_ref().map(admin_link));
    secrets.extend(gitpod.secrets.iter().map(|user| user_secret(NAMESPACE, user)));
    secrets
}

/// The server compares the digest in hexadecimal, and the time in seconds (`components/server/src/user/user-controller.ts`).
fn admin_link(link: &AdminLink) -> Secret {
    let json = Text::concat([
        &Text::lit("{\"algo\":\"sha512\",\"expiresAt\":"),
        &link.expiry,
        &Text::lit(",\"tokenHash\":\""),
        &link.token.clone().sha512(),
        &Text::lit("\"}"),
    ]);
    own(ADMIN, [("admin.json", json)])
}

/// An opaque secret in its namespace.
fn own<K: Into<String>>(name: impl Into<String>, data: impl IntoIterator<Item = (K, Text)>) -> Secret {
    Secret::new(NAMESPACE, name, OPAQUE, data)
}

fn database(database: &Database) -> Vec<Secret> {
    match database {
        Database::InCluster => Vec::new(),
        Database::External(external) => {
            let data = [
                ("host", external.host.clone()),
                ("port", Text::lit(external.port.to_string())),
                ("username", external.username.clone()),
                ("password", external.password.clone()),
                ("encryptionKeys", encryption_keys(&external.encryption_keys)),
            ];
            let ca = external.ca.as_ref();
            let ca = ca.map(|ca| own(DATABASE_CA, [("ca.crt", ca.clone())]));
            [Some(own(DATABASE, data)), ca].into_iter().flatten().collect()
        }
        Database::CloudSql(cloud) => {
            let data = [
                ("credentials.json", cloud.service_account.clone()),
                ("username", cloud.username.clone()),
                ("password", cloud.password.clone()),
                ("encryptionKeys", encryption_keys(&cloud.encryption_keys)),
            ];
            vec![own(CLOUD_SQL, data)]
        }
    }
}

/// A JSON array, with the types that Go's strict reader wants (gitpod-db/go/encryption.go).
fn encryption_keys(keys: &[EncryptionKey]) -> Text {
    let key = |key: &EncryptionKey| {
        map([
            ("name", Data::from(&key.name)),
            ("version", Data::from(key.version)),
            ("primary", Data::from(key.primary)),
            ("material", Data::from(key.material.clone())),
        ])
    };
    json::compact(&seq(keys.iter().map(key)))
}

fn registry(registry: &Registry) -> Option<Secret> {
    match registry {
        Registry::InCluster => None,
        Registry::External { url, login } => {
            let config = match login {
                RegistryLogin::DockerConfig(config) => config.clone(),
                RegistryLogin::Password { username, password } => docker_config(url, username, password),
            };
            Some(Secret::new(
                NAMESPACE,
                REGISTRY,
                DOCKER,
                [(".dockerconfigjson", config)],
            ))
        }
        Registry::S3(s3) => {
            let data = [
                ("s3AccessKey", s3.access_key_id.clone()),
                ("s3SecretKey", s3.secret_access_key.clone()),
            ];
            Some(own(REGISTRY_S3, data))
        }
    }
}

fn storage(storage: &Storage) -> Option<Secret> {
    match storage {
        Storage::InCluster => None,
        Storage::S3(s3) => Some(own(STORAGE_S3, s3_data(s3))),
        Storage::Gcs { service_account, .. } => {
            let data = [("service-account.json", service_account.clone())];
            Some(own(STORAGE_GCS, data))
        }
    }
}

/// The Installer validates two keys and the code reads a third, so all of them are there (c3a97c9ccb).
fn s3_data(s3: &S3) -> Vec<(&'static str, Text)> {
    let mut credentials = Text::lit("[default]\naws_access_key_id=");
    credentials.append(&s3.access_key_id);
    credentials.push_str("\naws_secret_access_key=");
    credentials.append(&s3.secret_access_key);
    credentials.push_str("\n");
    vec![
        ("accessKeyId", s3.access_key_id.clone()),
        ("secretAccessKey", s3.secret_access_key.clone()),
        ("credentials", credentials),
    ]
}

/// What Gitpod reads of an OAuth application; `callBackUrl` in its spelling.
fn auth_provider(provider: &AuthProvider) -> Data {
    let mut oauth = map([
        ("clientId", Data::from(&provider.client_id)),
        ("clientSecret", Data::from(provider.client_secret.clone())),
        ("callBackUrl", Data::from(&provider.callback_url)),
    ]);
    if let Some(url) = &provider.settings_url {
        oauth.insert("settingsUrl", url);
    }
    map([
        ("id", Data::from(&provider.id)),
        ("host", Data::from(&provider.host)),
        ("type", Data::from(provider.kind)),
        ("oauth", oauth),
    ])
}
