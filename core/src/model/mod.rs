//! Stage 2: the span tree to the configuration language as types; every error is collected.
//!
//! Input is a [`Tree`], output a [`Config`] whose every key knows its place. The doc comments of the
//! types here are what the published JSON Schema, hover and documentation show.

mod arguments;
mod auth;
mod bindable;
mod certificate;
mod cloud_init;
mod cluster;
mod coder;
mod contents;
mod decode;
mod field;
mod gitpod;
mod ingress;
mod k3s;
mod mask;
mod order;
mod platform;
mod proxy;
mod published;
mod raw;
mod references;
mod report;
mod secret_names;
mod secrets;
mod shape;
mod signups;
mod ssh;
mod tailscale;
mod value;

pub(crate) use arguments::Words;
pub(crate) use auth::provider_slug;
pub use auth::{AuthProvider, AuthProviderKind};
pub use bindable::{Bindable, BindablePart, Verbatim};
pub use certificate::{
    Acme, AcmeServer, AzureDns, Certificate, CloudDns, Cloudflare, DigitalOcean, Dns01, HetznerDns, KeyPair,
    Rfc2136, Route53, ScalewayDns,
};
pub use cloud_init::{CloudInit, ExtraFile};
pub use cluster::{
    Api, Autoscale, Autoscaler, AzureAutoscaler, Cluster, Firewall, GcpAutoscaler, HetznerAutoscaler, Ipv6,
    Network, Node, NodeRole, Pool, Servers, Size,
};
pub use coder::{Amounts, Coder, GithubLogin, License, Login, Oidc, Owner, TemplateKind, WorkspaceNamespace};
pub use decode::Ambiguous;
pub(crate) use decode::Notes;
pub use field::{Field, Spanned};
pub use gitpod::{
    AdminLink, CloudSql, Database, DatabaseBackup, EncryptionKey, ExternalDatabase, ExternalRegistry, Gcs,
    Gitpod, InstallationKind, Limits, LogLevel, Registry, Requests, S3Bucket, SslMode, Storage, Tracing,
    Workspace, WorkspaceGateway,
};
pub(crate) use gitpod::{PATCH, TRACING_SECRET};
pub use ingress::{Ingress, IngressVia};
#[cfg(test)]
pub(crate) use k3s::MANAGED;
pub(crate) use k3s::managed_key;
pub use k3s::{
    Airgap, Channel, DatastoreKind, ExternalDatastore, K3s, Mirror, Registries, RegistryAccess, RegistryAuth,
    RegistryTls, SnapshotS3, Snapshots,
};
pub use mask::{in_lines as secrets_in, is_public};
pub(crate) use order::SchemaPlace;
pub(crate) use platform::{ITEMS, PULL_SECRETS, users_of};
pub use platform::{NOT_COMPILED, Platform, WorkspaceAmounts};
pub use proxy::Proxy;
pub use published::json_schema;
pub use raw::Raw;
pub use secret_names::names_a_secret;
pub use secrets::{SecretMap, SecretSource};
pub use signups::{BlockNewUsers, Signups};
pub use ssh::Ssh;
pub use tailscale::{
    AuthKey, AuthKeys, Expectation, PolicyStyle, SshAction, TagsByRole, Tailscale, TailscaleSsh, TailscaleUse,
};
pub use value::{Entries, OneOrMany, ShortOrMap};

pub use crate::facts::hosts::Os;
pub use crate::facts::providers::Provider;
pub use crate::facts::workloads::Workload;

use crate::diagnostic::stages::CONFLICTING_KEYS;
use crate::diagnostic::{Fix, Sink};
use crate::source::{SourceFile, Span};
use crate::syntax::Tree;
use crate::text::SecretBytes;
use schemars::JsonSchema;
use serde::Deserialize;

/// The version of the configuration language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ApiVersion {
    /// The only version so far.
    #[serde(rename = "gitpod-k3s/v1")]
    V1,
}

/// The configuration file, `gitpod-k3s.yaml`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Config {
    /// The version of the configuration language, `gitpod-k3s/v1`.
    pub api_version: Field<ApiVersion>,
    /// The host name that the platform answers at. Certificates cover it and the names below it that the platform uses. Required unless `platform: none`.
    #[serde(default)]
    pub domain: Field<String>,
    /// What runs on the cluster. Default: `gitpod`.
    #[serde(default)]
    pub platform: Field<Platform>,
    /// Whether new users are blocked from signing up. Default: `true` if `domain_passlist` has entries, otherwise `false`.
    #[serde(default)]
    pub block_new_users: Field<ShortOrMap<bool, BlockNewUsers>>,
    /// Email domains whose users may still sign up.
    #[serde(default, rename = "domain_passlist")]
    pub domain_passlist: Field<Vec<Field<String>>>,
    /// An alias of `domain_passlist`.
    #[serde(default, rename = "domainPasslist")]
    pub domain_passlist_alias: Field<Vec<Field<String>>>,
    /// The Gitpod installation.
    #[serde(default)]
    pub gitpod: Field<Gitpod>,
    /// The Coder installation.
    #[serde(default)]
    pub coder: Field<Coder>,
    /// The Git hosts: with Gitpod users log in with them, with Coder workspaces use them.
    #[serde(default)]
    pub auth_providers: Field<Vec<Field<AuthProvider>>>,
    /// Where the TLS certificate comes from. Default: `selfSigned: true`.
    #[serde(default)]
    pub certificate: Field<Certificate>,
    /// The database: MySQL for Gitpod, PostgreSQL for Coder. Default: `inCluster: true`.
    #[serde(default)]
    pub database: Field<Database>,
    /// The container registry for workspace images. Default: `inCluster: true`, with Coder none.
    #[serde(default)]
    pub registry: Field<Registry>,
    /// The object storage for workspace backups. Default: `inCluster: true`.
    #[serde(default)]
    pub storage: Field<Storage>,
    /// Additional Kubernetes secrets in the platform's namespace, as name, key and value. Their type follows from the keys.
    #[serde(default)]
    pub secrets: Field<SecretMap>,
    /// SSH access to machines and workspaces.
    #[serde(default)]
    pub ssh: Field<Ssh>,
    /// How clients reach ports 80, 443 and 22.
    #[serde(default)]
    pub ingress: Field<Ingress>,
    /// The machines and their networks.
    #[serde(default)]
    pub cluster: Field<Cluster>,
    /// The Kubernetes distribution on the machines.
    #[serde(default)]
    pub k3s: Field<K3s>,
    /// The tailnet that connects machines and users. Default: none.
    #[serde(default)]
    pub tailscale: Field<Tailscale>,
    /// The proxy for outbound connections of machines and pods. Default: none.
    #[serde(default)]
    pub proxy: Field<Proxy>,
    /// Additional cloud-init configuration for every machine.
    #[serde(default)]
    pub cloud_init: Field<CloudInit>,
}

/// A decoded configuration with what decoding learnt beside the values.
pub struct Model {
    /// The configuration; absent where the document is no mapping.
    pub config: Option<Config>,
    /// The place for a finding about a key that is absent at the top level.
    pub anchor: Span,
    /// Literal secrets, masked wherever source is shown.
    pub sensitive: Vec<Span>,
    /// The same decoded, masked wherever it is shown what was made of them. The longest first.
    pub literals: Vec<SecretBytes>,
    /// Scalars that other readers take for something else.
    pub ambiguous: Vec<Ambiguous>,
    /// Keys of the language without a value.
    pub empty: Vec<Span>,
    /// Texts that a person should have replaced.
    pub placeholders: Vec<Span>,
    /// Keys of the top level that unknown ones seem to mean.
    pub meant: Vec<String>,
    /// Whether something was lost that no finding says it of.
    pub damaged: bool,
}

/// Decodes `tree`, the parsed `file`. Every mistake goes to `sink`.
pub fn decode(tree: &Tree<'_>, file: &SourceFile, sink: &mut Sink) -> Model {
    let (mut config, notes): (Option<Config>, Notes) = decode::decode(tree, file, sink);
    let anchor = anchor(config.as_ref(), tree, file);
    let mut is_misnamed = false;
    if let Some(config) = &mut config {
        check_passlists(config, sink);
        secrets::check(&mut config.secrets, sink);
        is_misnamed = platform::check(config, file, sink);
    }
    let mut sensitive = notes.sensitive;
    let mut hidden = notes.hidden;
    for whole in &sensitive {
        hidden.partly.remove(whole);
    }
    sensitive.extend(hidden.spans);
    sensitive.extend(mask::in_damaged(tree, file));
    crate::sorted::sort(&mut sensitive);
    sensitive.dedup();
    Model {
        config,
        anchor,
        literals: mask::texts(tree, &sensitive, &hidden.partly),
        sensitive,
        ambiguous: notes.ambiguous,
        empty: notes.empty,
        placeholders: notes.placeholders,
        meant: notes.meant,
        damaged: notes.damaged || is_misnamed,
    }
}

/// What is absent at the top level is said at the domain, or at whatever stands first.
fn anchor(config: Option<&Config>, tree: &Tree<'_>, file: &SourceFile) -> Span {
    let written = config.and_then(|c| c.domain.span().or(c.api_version.span()));
    let first = || {
        tree.root()
            .and_then(|root| tree.entries(root).first().map(|entry| tree.node(entry.key).span))
    };
    written.or_else(first).unwrap_or(file.span(0..0))
}

/// `blockNewUsers.passlist` and `domain_passlist` are two spellings of one list.
fn check_passlists(config: &Config, sink: &mut Sink) {
    let Some(ShortOrMap::Map(block)) = config.block_new_users.get() else {
        return;
    };
    let (Some(long), Some(short)) = (
        block.passlist.spanned().map(|s| s.key),
        config
            .domain_passlist
            .spanned()
            .or(config.domain_passlist_alias.spanned())
            .map(|s| s.key),
    ) else {
        return;
    };
    let message = "`domain_passlist` conflicts with `blockNewUsers.passlist`";
    let (first, second) = if short < long {
        (short, long)
    } else {
        (long, short)
    };
    let finding = CONFLICTING_KEYS
        .at(first, message)
        .and(second, "conflicting list");
    sink.push(finding.help("keep only `domain_passlist`; both set the same list"));
}

impl Config {
    /// The shell commands of `cloudInit`, in the order in which they run.
    pub fn hooks(&self) -> impl Iterator<Item = &Spanned<Verbatim>> {
        let cloud_init = self.cloud_init.get().into_iter();
        cloud_init.flat_map(|cloud_init| cloud_init.before_k3s.items().chain(cloud_init.after_k3s.items()))
    }

    /// The packages of `cloudInit`.
    pub fn packages(&self) -> impl Iterator<Item = &Spanned<String>> {
        let cloud_init = self.cloud_init.get().into_iter();
        cloud_init.flat_map(|cloud_init| cloud_init.packages.items())
    }

    /// The database outside of the cluster.
    pub fn external_database(&self) -> Option<&ExternalDatabase> {
        self.database.get()?.external.get()
    }

    /// The files of `cloudInit`.
    pub fn extra_files(&self) -> impl Iterator<Item = &ExtraFile> {
        let cloud_init = self.cloud_init.get().into_iter();
        let files = cloud_init.flat_map(|cloud_init| cloud_init.files.items());
        files.map(|file| &file.value)
    }

    /// Their paths.
    pub fn file_paths(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.extra_files().filter_map(|file| file.path.spanned())
    }

    /// Those whose path and content are known.
    pub fn files(&self) -> impl Iterator<Item = (&Spanned<String>, Spanned<&str>)> {
        self.extra_files()
            .filter_map(|file| Some((file.path.spanned()?, file.text()?)))
    }

    /// The mail domains that may sign up, with their places, whichever way they are written.
    pub fn passlist(&self) -> Option<&Spanned<Vec<Field<String>>>> {
        let long = match self.block_new_users.get() {
            Some(ShortOrMap::Map(block)) => block.passlist.spanned(),
            _ => None,
        };
        self.domain_passlist
            .spanned()
            .or(self.domain_passlist_alias.spanned())
            .or(long)
    }

    /// Whether new users are blocked, with the place that says so where there is one.
    pub fn signups(&self) -> Signups {
        let written = match self.block_new_users.spanned() {
            Some(Spanned {
                value: ShortOrMap::Short(on),
                span,
                ..
            }) => Some((*on, *span)),
            Some(Spanned {
                value: ShortOrMap::Map(block),
                ..
            }) => block.enabled.spanned().map(|e| (e.value, e.span)),
            None => None,
        };
        let entries = self.passlist().map_or(0, |list| list.value.len());
        Signups {
            blocked: written.map_or(entries > 0, |(on, _)| on),
            written: written.map(|(_, span)| span),
        }
    }
}

/// The fix that renames a key.
pub fn rename(key: Span, name: &str) -> Fix {
    Fix::safe(format!("use `{name}`"), key, name)
}
