//! The Kubernetes distribution: version, datastore, tokens, what is passed through.

use super::machines::Role;
use super::passed::Passed;
use super::previous::Previous;
use super::releases::k3s_version;
use super::values::{Generate, Names};
use crate::facts;
use crate::model::{self, Config, DatastoreKind, Provider, Raw, ShortOrMap};
use crate::source::Span;
use crate::text::Text;
use serde::Serialize;

/// The Kubernetes distribution.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct K3s {
    /// What is installed.
    pub install: Install,
    /// The server token.
    pub token: Text,
    /// The token that agents join with.
    pub agent_token: Text,
    /// Where the cluster's state is kept.
    pub datastore: Datastore,
    /// Packaged components that are left out.
    pub disable: Vec<String>,
    /// Whether Kubernetes secrets are encrypted where they are stored.
    pub secrets_encryption: bool,
    /// Snapshots of etcd.
    pub snapshots: Option<Snapshots>,
    /// Where machines without the world outside get everything from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub airgap: Option<Airgap>,
    /// For each registry, the endpoints that are asked instead.
    pub mirrors: Vec<Mirror>,
    /// For each endpoint, how to log in and whom to trust.
    pub registries: Vec<RegistryAccess>,
    /// Further keys of servers.
    pub server_config: Vec<Passthrough>,
    /// Further keys of agents.
    pub agent_config: Vec<Passthrough>,
}

impl K3s {
    /// The CA of the mirror's certificate, where that is not a public one.
    pub fn mirror_ca(&self) -> Option<&Text> {
        self.airgap.as_ref()?.ca.as_ref()
    }

    /// The bucket that snapshots of etcd are copied to.
    pub fn snapshot_bucket(&self) -> Option<&SnapshotBucket> {
        self.snapshots.as_ref()?.s3.as_ref()
    }

    /// What machines of a role are told beside what gkc writes, under that key or another name of it.
    pub fn passed(&self, role: Role, key: &str) -> Option<&Passed> {
        self.passed_entry(role, key).map(|passed| &passed.value)
    }

    /// The same, with its place; the last one counts, and `key+` adds to `key` (k3s `pkg/configfilearg/parser.go`).
    pub fn passed_entry(&self, role: Role, key: &str) -> Option<&Passthrough> {
        self.passed_entries(role, key).last()
    }

    fn passed_entries(&self, role: Role, key: &str) -> impl DoubleEndedIterator<Item = &Passthrough> {
        let all = match role {
            Role::Server => &self.server_config,
            Role::Agent => &self.agent_config,
        };
        let is = move |written: &str| {
            let written = written.strip_suffix('+').unwrap_or(written);
            facts::k3s::key(written).map_or(written, |known| known.key) == key
        };
        all.iter().filter(move |passed| is(&passed.key))
    }

    /// The value of a flag among the arguments that a `…-arg` key hands on, with the place of the key; the last one wins, as in
    /// Kubernetes.
    pub fn argument(&self, role: Role, key: &str, flag: &str) -> Option<(&str, &Passthrough)> {
        self.passed_entries(role, key).rev().find_map(|passed| {
            let said = passed.value.texts().rev().find_map(|item| {
                let (name, value) = item.split_once('=')?;
                (name.trim_start_matches('-') == flag).then_some(value)
            });
            Some((said?, passed))
        })
    }

    /// The port that kubelets of a role listen at.
    pub fn kubelet_port(&self, role: Role) -> u16 {
        let said = self.argument(role, "kubelet-arg", "port");
        let said = said.and_then(|(port, _)| port.parse().ok());
        said.unwrap_or(facts::k3s::KUBELET_PORT)
    }

    /// The same, where it is text.
    pub fn passed_text(&self, role: Role, key: &str) -> Option<&str> {
        self.passed(role, key).and_then(Passed::as_str)
    }

    /// Where k3s keeps its state on machines of a role.
    pub fn data_dir(&self, role: Role) -> &str {
        self.passed_text(role, "data-dir").unwrap_or(facts::k3s::DATA_DIR)
    }

    /// The domain of names in the cluster.
    pub fn cluster_domain(&self) -> &str {
        self.passed_text(Role::Server, "cluster-domain")
            .unwrap_or(facts::k3s::CLUSTER_DOMAIN)
    }

    /// What Flannel carries packets between machines with (k3s docs, "Flannel Options").
    pub fn flannel_backend(&self) -> &str {
        self.passed_text(Role::Server, "flannel-backend")
            .unwrap_or("vxlan")
    }
}

/// What is installed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Install {
    /// That version.
    Version(facts::k3s::Version),
    /// Whatever the channel has when a machine starts.
    Channel(&'static str),
}

impl Install {
    /// The version that facts are looked up for; a channel is at least as new as the pinned one.
    pub fn version(&self) -> Option<facts::k3s::Version> {
        match self {
            Install::Version(version) => Some(version.clone()),
            Install::Channel(_) => facts::k3s::Version::parse(facts::k3s::DEFAULT_VERSION),
        }
    }

    /// Whether a feature is there; see [`facts::k3s::Version::has`].
    pub fn has(&self, since: &[(u32, u32)]) -> bool {
        self.version().is_none_or(|version| version.has(since))
    }
}

/// Where the cluster's state is kept.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Datastore {
    /// etcd on the servers.
    Etcd,
    /// A file on the only server.
    Sqlite,
    /// A database elsewhere.
    External {
        /// The data source name.
        endpoint: Text,
        /// The CA of the database's certificate.
        ca: Option<Text>,
    },
}

/// Snapshots of etcd.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Snapshots {
    /// When, as a cron expression.
    pub schedule: Option<String>,
    /// How many are kept.
    pub retention: Option<u32>,
    /// A bucket that they are copied to.
    pub s3: Option<SnapshotBucket>,
}

/// A bucket for snapshots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SnapshotBucket {
    /// Its name.
    pub bucket: Text,
    /// Its region.
    pub region: Option<String>,
    /// The endpoint's host.
    pub endpoint: Option<Text>,
    /// The folder in it.
    pub folder: Option<String>,
    /// The access key's ID.
    pub access_key: Text,
    /// The access key's secret.
    pub secret_key: Text,
    /// The number of snapshots to keep in it, where that is not the number that is kept on the servers' disks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<u32>,
    /// Whether the credentials go into a secret of the cluster instead of the servers' configuration.
    pub by_secret: bool,
}

/// A web server with what upstream has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Airgap {
    /// The base URL, without a slash at its end.
    pub url: String,
    /// SHA-256 of the release's list of checksums, in lower case.
    pub checksum: Option<String>,
    /// The CA of its certificate, where that is not a public one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca: Option<Text>,
}

/// The endpoints that are asked instead of a registry.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Mirror {
    /// The registry.
    pub registry: String,
    /// URLs in the order in which they are tried.
    pub endpoints: Vec<String>,
    /// Regular expressions on image names, and what replaces them.
    pub rewrite: Vec<(String, String)>,
}

/// How to log in to an endpoint, and whom to trust.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegistryAccess {
    /// `host` or `host:port`.
    pub endpoint: String,
    /// The user.
    pub username: Option<String>,
    /// The user's password.
    pub password: Option<Text>,
    /// Both in one.
    pub auth: Option<Text>,
    /// A refresh token instead.
    pub identity_token: Option<Text>,
    /// TLS settings as `registries.yaml` has them.
    pub tls: Vec<(&'static str, String)>,
    /// Whether any certificate is taken.
    pub insecure: Option<bool>,
}

/// A key that is handed through to `config.yaml`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Passthrough {
    /// The key.
    pub key: String,
    /// Its value.
    pub value: Passed,
    /// Where it is written.
    #[serde(skip)]
    pub span: Span,
    /// Where its value is.
    #[serde(skip)]
    pub value_span: Span,
}

impl Passthrough {
    /// The first address in its value: k3s takes a list, and a text with commas for one.
    pub fn first_address(&self) -> Option<std::net::IpAddr> {
        self.value
            .texts()
            .flat_map(|text| text.split(','))
            .next()?
            .trim()
            .parse()
            .ok()
    }
}

/// `replaced` are packaged components that the platform takes the place of.
pub(super) fn k3s(
    config: &Config,
    provider: Provider,
    replaced: &[&str],
    names: &mut Names,
    anchor: Span,
    previous: Previous<'_>,
) -> K3s {
    let missing = Default::default();
    let k3s = config.k3s.get().unwrap_or(&missing);
    let near = config.k3s.spanned().map_or(anchor, |s| s.key);
    let install = install(k3s, previous);
    let token = names.secret_or(
        "k3s.token",
        &k3s.token,
        ("K3S_TOKEN", Some(Generate::Token)),
        near,
    );
    let agent = ("K3S_AGENT_TOKEN", Some(Generate::Token));
    let agent_token = names.secret_or("k3s.agentToken", &k3s.agent_token, agent, near);
    let datastore = datastore(k3s, provider, names);
    let mut disable: Vec<String> = replaced.iter().map(|name| (*name).to_owned()).collect();
    for component in k3s.disable.items() {
        if !disable.contains(&component.value) {
            disable.push(component.value.clone());
        }
    }
    let snapshots = k3s
        .snapshots
        .get()
        .filter(|_| datastore == Datastore::Etcd)
        .map(|s| snapshots(s, &install, names));
    let (mirrors, registries) = registries(k3s, names);
    K3s {
        install,
        token,
        agent_token,
        datastore,
        disable,
        secrets_encryption: k3s.secrets_encryption.copied_or(true),
        snapshots,
        airgap: k3s.airgap.get().map(|written| airgap(written, names)),
        mirrors,
        registries,
        server_config: passthrough("k3s.serverConfig", &k3s.server_config, names),
        agent_config: passthrough("k3s.agentConfig", &k3s.agent_config, names),
    }
}

fn install(k3s: &model::K3s, previous: Previous<'_>) -> Install {
    if let Some(channel) = k3s.channel.get() {
        return Install::Channel(match channel {
            model::Channel::Stable => "stable",
            model::Channel::Latest => "latest",
        });
    }
    let written = k3s.version.text().and_then(facts::k3s::Version::parse);
    match written.or_else(|| k3s_version(previous)) {
        Some(version) => Install::Version(version),
        None => Install::Channel("stable"),
    }
}

fn datastore(k3s: &model::K3s, provider: Provider, names: &mut Names) -> Datastore {
    match k3s.datastore.get() {
        Some(ShortOrMap::Short(DatastoreKind::Etcd)) => Datastore::Etcd,
        Some(ShortOrMap::Short(DatastoreKind::Sqlite)) => Datastore::Sqlite,
        Some(ShortOrMap::Map(external)) => {
            let secret = |names: &mut Names, name, field: &model::Field<model::SecretSource>| {
                field.spanned().map(|value| names.secret(name, value))
            };
            let endpoint = secret(names, "k3s.datastore.endpoint", &external.endpoint).unwrap_or_default();
            Datastore::External {
                endpoint,
                ca: secret(names, "k3s.datastore.caCert", &external.ca_cert),
            }
        }
        // etcd's writes wear an SD card out.
        None if provider == Provider::RaspberryPi => Datastore::Sqlite,
        None => Datastore::Etcd,
    }
}

fn snapshots(written: &model::Snapshots, install: &Install, names: &mut Names) -> Snapshots {
    let retention = written.retention.get().copied();
    let s3 = written.s3.get().map(|s3| SnapshotBucket {
        bucket: names.bindable_or(&s3.bucket, ""),
        region: s3.region.get().cloned(),
        endpoint: names.bindable_opt(&s3.endpoint),
        folder: s3.folder.get().cloned(),
        access_key: secret_field(names, "k3s.snapshots.s3.accessKey", &s3.access_key),
        secret_key: secret_field(names, "k3s.snapshots.s3.secretKey", &s3.secret_key),
        retention: retention.filter(|_| install.has(facts::k3s::S3_RETENTION_SINCE)),
        by_secret: install.has(facts::k3s::S3_SECRET_SINCE),
    });
    Snapshots {
        schedule: written.schedule.get().cloned(),
        retention,
        s3,
    }
}

/// A required secret; empty where it was written wrongly, which was reported.
pub(super) fn secret_field(names: &mut Names, name: &str, field: &model::Field<model::SecretSource>) -> Text {
    field
        .spanned()
        .map(|value| names.secret(name, value))
        .unwrap_or_default()
}

fn airgap(written: &model::Airgap, names: &mut Names) -> Airgap {
    let ca = written.ca_cert.spanned();
    Airgap {
        url: written.url.text().unwrap_or("").trim_end_matches('/').to_owned(),
        checksum: written.checksum.text().map(str::to_ascii_lowercase),
        ca: ca.map(|ca| names.secret("k3s.airgap.caCert", ca)),
    }
}

fn registries(k3s: &model::K3s, names: &mut Names) -> (Vec<Mirror>, Vec<RegistryAccess>) {
    let Some(registries) = k3s.registries.get() else {
        return (Vec::new(), Vec::new());
    };
    let mirror = |(registry, mirror): (&model::Spanned<String>, &model::Spanned<model::Mirror>)| Mirror {
        registry: registry.value.clone(),
        endpoints: mirror.value.endpoint.items().map(|e| e.value.clone()).collect(),
        rewrite: mirror
            .value
            .rewrite
            .entries()
            .map(|(from, to)| (from.value.clone(), to.value.clone()))
            .collect(),
    };
    let mirrors = registries.mirrors.entries().map(mirror).collect();
    let mut access = Vec::new();
    for (endpoint, config) in registries.configs.entries() {
        let auth = config.value.auth.get();
        let name = |key: &str| format!("k3s.registries.configs.{}.auth.{key}", endpoint.value);
        let mut secret = |key: &str, field: Option<&model::Field<model::SecretSource>>| {
            field
                .and_then(model::Field::spanned)
                .map(|value| names.secret(&name(key), value))
        };
        let tls = config.value.tls.get();
        let files = tls.map(|t| {
            [
                ("ca_file", &t.ca_file),
                ("cert_file", &t.cert_file),
                ("key_file", &t.key_file),
            ]
        });
        let file =
            |(key, field): (&'static str, &model::Field<String>)| field.get().map(|path| (key, path.clone()));
        access.push(RegistryAccess {
            endpoint: endpoint.value.clone(),
            username: auth.and_then(|a| a.username.get().cloned()),
            password: secret("password", auth.map(|a| &a.password)),
            auth: secret("auth", auth.map(|a| &a.auth)),
            identity_token: secret("identity_token", auth.map(|a| &a.identity_token)),
            tls: files.into_iter().flatten().filter_map(file).collect(),
            insecure: tls.and_then(|t| t.insecure_skip_verify.get().copied()),
        });
    }
    (mirrors, access)
}

fn passthrough(
    path: &str,
    entries: &model::Field<model::Entries<Raw>>,
    names: &mut Names,
) -> Vec<Passthrough> {
    let one = |(key, value): (&model::Spanned<String>, &model::Spanned<Raw>)| Passthrough {
        key: key.value.clone(),
        value: Passed::new(&format!("{path}.{}", key.value), value, names),
        span: key.span,
        value_span: value.span,
    };
    entries.entries().map(one).collect()
}
