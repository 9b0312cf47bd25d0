//! The cluster's secrets: names are ours, keys and types are what the release's contract wants.
//!
//! Source: the Installer's `ClusterValidation` and what its components mount (reference/gitpod.md, section 1.2).

use super::document::{Document, DocumentKind};
use super::kubernetes::{CERT_MANAGER_NAMESPACE, GITPOD, HTTPS_CERTIFICATES, metadata};
use super::machine::Machine;
use super::node::{Node, entry, map, map_of, seq};
use super::{autoscaler, json, k3s, yaml};
use crate::plan::{
    AuthProvider, Certificate, Database, Dns01, EncryptionKey, Gitpod, Plan, Registry, RegistryLogin, S3,
    Storage,
};
use crate::text::Text;
use std::collections::BTreeSet;

/// The secret with the DNS provider's credentials.
pub(crate) const DNS01: &str = "dns01-credentials";
/// The secret with the database's address, login and encryption keys.
pub(crate) const DATABASE: &str = "database";
/// The secret with the CA of the database's certificate.
pub(crate) const DATABASE_CA: &str = "database-ca";
/// The secret with the login to Cloud SQL.
pub(crate) const CLOUD_SQL: &str = "cloudsql";
/// The secret with the registry's credentials.
pub(crate) const REGISTRY: &str = "container-registry";
/// The secret with the credentials of the registry's bucket.
pub(crate) const REGISTRY_S3: &str = "container-registry-s3-backend";
/// The secret with the credentials of the storage bucket.
pub(crate) const STORAGE_S3: &str = "storage-s3";
/// The secret with the service account for Google Cloud Storage.
pub(crate) const STORAGE_GCS: &str = "storage-gcp";
/// The secret with the SSH gateway's host key.
pub(crate) const SSH_GATEWAY: &str = "ssh-gateway-host-key";
/// The secret with the credentials of the bucket for copies of the database.
pub(crate) const DATABASE_BACKUP: &str = "database-backup-s3";
/// The secret with the proxies, under the name that KOTS gave it.
pub(crate) const PROXY: &str = "http-proxy-settings";
/// The secret with a further CA.
pub(crate) const CUSTOM_CA: &str = "custom-ca";

/// A secret of the cluster.
pub(crate) struct Secret {
    namespace: &'static str,
    name: String,
    kind: &'static str,
    labels: &'static [(&'static str, &'static str)],
    data: Vec<(String, Text)>,
}

const OPAQUE: &str = "Opaque";
const DOCKER: &str = "kubernetes.io/dockerconfigjson";
const TLS: &str = "kubernetes.io/tls";

/// One file for each namespace that has secrets.
pub(crate) fn documents(secrets: &[Secret], namespaces: &BTreeSet<&'static str>) -> Vec<Document> {
    let file = |namespace: &&'static str| {
        let objects: Vec<Node> = secrets
            .iter()
            .filter(|s| s.namespace == *namespace)
            .map(object)
            .collect();
        let written = yaml::write(&objects, yaml::Style::default());
        Document::new(
            DocumentKind::Secrets,
            format!("secrets/{namespace}.yaml"),
            written,
        )
    };
    namespaces.iter().map(file).collect()
}

/// The namespaces that have secrets, in order.
pub(crate) fn namespaces(secrets: &[Secret]) -> BTreeSet<&'static str> {
    secrets.iter().map(|secret| secret.namespace).collect()
}

/// The name of an auth provider's secret.
pub(crate) fn auth_provider_name(provider: &AuthProvider) -> String {
    let id = provider.id.to_lowercase();
    let id: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("auth-provider-{}", id.trim_matches('-'))
}

/// Values go into `data` as base64, so that any byte fits, and late values too.
fn object(secret: &Secret) -> Node {
    let mut meta = metadata(&secret.name, Some(secret.namespace));
    if !secret.labels.is_empty() {
        meta.insert(
            "labels",
            map(secret
                .labels
                .iter()
                .map(|(key, value)| (*key, Node::from(*value)))),
        );
    }
    let data = secret
        .data
        .iter()
        .map(|(key, value)| (key.clone(), Node::from(encoded(value))));
    map([
        ("apiVersion", Node::from("v1")),
        ("kind", Node::from("Secret")),
        ("metadata", meta),
        ("type", Node::from(secret.kind)),
        ("data", map(data)),
    ])
}

/// Even what is known is a hole, so that a tree with late values looks the same.
fn encoded(value: &Text) -> Text {
    value.clone().base64()
}

/// Every secret of the cluster; that of the autoscaler holds what `machines` start with, their `user_data`.
pub(crate) fn secrets(plan: &Plan, machines: &[Machine<'_>], user_data: &[Document]) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let mut add = |namespace, name: &str, kind, data: Vec<(&str, Text)>| {
        let data = data
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
        let labels: &[_] = if name == HTTPS_CERTIFICATES {
            &[("app", "gitpod")]
        } else {
            &[]
        };
        secrets.push(Secret {
            namespace,
            name: name.to_owned(),
            kind,
            labels,
            data,
        });
    };
    if let Some(gitpod) = &plan.gitpod {
        gitpod_secrets(gitpod, &mut add);
        if let Some(proxy) = &plan.proxy {
            let data = vec![
                ("httpProxy", proxy.http.clone()),
                ("httpsProxy", proxy.https.clone()),
                ("noProxy", proxy.no_proxy.clone()),
            ];
            add(GITPOD, PROXY, OPAQUE, data);
        }
    }
    if let Some(found) = plan.autoscaler.as_ref().filter(|_| autoscaler::has_secret(plan)) {
        let data = autoscaler::secret(plan, found, machines, user_data);
        add("kube-system", autoscaler::SECRET, OPAQUE, data);
    }
    if let Some(s3) = plan
        .k3s
        .snapshots
        .as_ref()
        .and_then(|s| s.s3.as_ref())
        .filter(|s3| s3.by_secret)
    {
        add(
            "kube-system",
            k3s::SNAPSHOT_SECRET,
            "etcd.k3s.cattle.io/s3-config-secret",
            k3s::bucket_settings(s3),
        );
    }
    if let Some(gitpod) = &plan.gitpod {
        for user in &gitpod.secrets {
            let has = |key: &str| user.data.iter().any(|(k, _)| k == key);
            let kind = match () {
                () if has(".dockerconfigjson") => DOCKER,
                () if has("tls.crt") && has("tls.key") => TLS,
                () => OPAQUE,
            };
            secrets.push(Secret {
                namespace: GITPOD,
                name: user.name.clone(),
                kind,
                labels: &[],
                data: user.data.clone(),
            });
        }
    }
    secrets
}

type Add<'a> = dyn FnMut(&'static str, &str, &'static str, Vec<(&str, Text)>) + 'a;

fn gitpod_secrets(gitpod: &Gitpod, add: &mut Add<'_>) {
    database(&gitpod.database, add);
    if let Some(backup) = &gitpod.database_backup {
        let data = vec![
            ("accessKeyId", backup.s3.access_key_id.clone()),
            ("secretAccessKey", backup.s3.secret_access_key.clone()),
        ];
        add(GITPOD, DATABASE_BACKUP, OPAQUE, data);
    }
    registry(&gitpod.registry, add);
    storage(&gitpod.storage, add);
    if let Certificate::Provided { cert, key } = &gitpod.certificate {
        add(
            GITPOD,
            HTTPS_CERTIFICATES,
            TLS,
            vec![("tls.crt", cert.clone()), ("tls.key", key.clone())],
        );
    }
    if let Certificate::Acme { dns01, .. } = &gitpod.certificate {
        add(CERT_MANAGER_NAMESPACE, DNS01, OPAQUE, dns01_data(dns01));
    }
    if let Some(ca) = &gitpod.custom_ca {
        // trust-manager reads cert-manager's namespace, Gitpod's pods their own.
        add(GITPOD, CUSTOM_CA, OPAQUE, vec![("ca.crt", ca.clone())]);
        add(
            CERT_MANAGER_NAMESPACE,
            CUSTOM_CA,
            OPAQUE,
            vec![("ca.crt", ca.clone())],
        );
    }
    if let Some(gateway) = &gitpod.ssh_gateway {
        add(
            GITPOD,
            SSH_GATEWAY,
            OPAQUE,
            vec![("host.key", gateway.host_key.clone())],
        );
    }
    for provider in &gitpod.auth_providers {
        let yaml = yaml::write_one(&auth_provider(provider)).text;
        add(
            GITPOD,
            &auth_provider_name(provider),
            OPAQUE,
            vec![("provider", yaml)],
        );
    }
}

fn database(database: &Database, add: &mut Add<'_>) {
    match database {
        Database::InCluster => {}
        Database::External(external) => {
            let data = vec![
                ("host", external.host.clone()),
                ("port", Text::lit(external.port.to_string())),
                ("username", external.username.clone()),
                ("password", external.password.clone()),
                ("encryptionKeys", encryption_keys(&external.encryption_keys)),
            ];
            add(GITPOD, DATABASE, OPAQUE, data);
            if let Some(ca) = &external.ca {
                add(GITPOD, DATABASE_CA, OPAQUE, vec![("ca.crt", ca.clone())]);
            }
        }
        Database::CloudSql(cloud) => {
            let data = vec![
                ("credentials.json", cloud.service_account.clone()),
                ("username", cloud.username.clone()),
                ("password", cloud.password.clone()),
                ("encryptionKeys", encryption_keys(&cloud.encryption_keys)),
            ];
            add(GITPOD, CLOUD_SQL, OPAQUE, data);
        }
    }
}

/// A JSON array, with the types that Go's strict reader wants (gitpod-db/go/encryption.go).
fn encryption_keys(keys: &[EncryptionKey]) -> Text {
    let key = |key: &EncryptionKey| {
        map([
            ("name", Node::from(&key.name)),
            ("version", Node::from(key.version)),
            ("primary", Node::from(key.primary)),
            ("material", Node::from(key.material.clone())),
        ])
    };
    json::compact(&seq(keys.iter().map(key)))
}

fn registry(registry: &Registry, add: &mut Add<'_>) {
    match registry {
        Registry::InCluster => {}
        Registry::External { url, login } => {
            let config = match login {
                RegistryLogin::DockerConfig(config) => config.clone(),
                RegistryLogin::Password { username, password } => docker_config(url, username, password),
            };
            add(GITPOD, REGISTRY, DOCKER, vec![(".dockerconfigjson", config)]);
        }
        Registry::S3(s3) => {
            let data = vec![
                ("s3AccessKey", s3.access_key_id.clone()),
                ("s3SecretKey", s3.secret_access_key.clone()),
            ];
            add(GITPOD, REGISTRY_S3, OPAQUE, data);
        }
    }
}

/// Docker's configuration for one registry. The key of `auths` may be late, which a JSON writer's keys cannot be.
fn docker_config(url: &Text, username: &Text, password: &Text) -> Text {
    let login = Text::join([username, password], ":");
    let auth = map_of([
        entry("username", username.clone()),
        entry("password", password.clone()),
        entry("auth", login.base64()),
    ]);
    let mut text = Text::lit("{\"auths\":{");
    text.append(&url.clone().json());
    text.push_str(":");
    text.append(&json::compact(&auth));
    text.push_str("}}");
    text
}

fn storage(storage: &Storage, add: &mut Add<'_>) {
    match storage {
        Storage::InCluster => {}
        Storage::S3(s3) => add(GITPOD, STORAGE_S3, OPAQUE, s3_data(s3)),
        Storage::Gcs { service_account, .. } => {
            add(
                GITPOD,
                STORAGE_GCS,
                OPAQUE,
                vec![("service-account.json", service_account.clone())],
            );
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

fn dns01_data(dns01: &Dns01) -> Vec<(&'static str, Text)> {
    match dns01 {
        Dns01::Cloudflare { api_token } => vec![("api-token", api_token.clone())],
        Dns01::Route53 {
            access_key_id,
            secret_access_key,
            ..
        } => {
            vec![
                ("access-key-id", access_key_id.clone()),
                ("secret-access-key", secret_access_key.clone()),
            ]
        }
        Dns01::CloudDns { service_account, .. } => vec![("key.json", service_account.clone())],
        Dns01::AzureDns { client_secret, .. } => vec![("client-secret", client_secret.clone())],
        Dns01::DigitalOcean { token } => vec![("access-token", token.clone())],
        Dns01::Hetzner { api_token } => vec![("token", api_token.clone())],
        Dns01::Scaleway {
            access_key,
            secret_key,
        } => {
            vec![
                ("SCW_ACCESS_KEY", access_key.clone()),
                ("SCW_SECRET_KEY", secret_key.clone()),
            ]
        }
        Dns01::Rfc2136 { tsig_secret, .. } => vec![("tsig-secret", tsig_secret.clone())],
    }
}

/// What Gitpod reads of an OAuth application; `callBackUrl` in its spelling.
fn auth_provider(provider: &AuthProvider) -> Node {
    let mut oauth = map([
        ("clientId", Node::from(&provider.client_id)),
        ("clientSecret", Node::from(provider.client_secret.clone())),
        ("callBackUrl", Node::from(&provider.callback_url)),
    ]);
    if let Some(url) = &provider.settings_url {
        oauth.insert("settingsUrl", url);
    }
    map([
        ("id", Node::from(&provider.id)),
        ("host", Node::from(&provider.host)),
        ("type", Node::from(provider.kind)),
        ("oauth", oauth),
    ])
}
