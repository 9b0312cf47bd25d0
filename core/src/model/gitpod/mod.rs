//! Gitpod's part of the language: `gitpod`, the installation itself, and the keys of what it stands on.

mod database;
mod foreign;
mod gateway;
mod registry;
mod storage;
mod workspace;

pub use database::{CloudSql, Database, DatabaseBackup, EncryptionKey, ExternalDatabase, SslMode};
pub(super) use foreign::{CALLED_HERE, CALLED_IN};
pub use gateway::WorkspaceGateway;
pub use registry::{ExternalRegistry, Registry};
pub use storage::{Gcs, S3Bucket, Storage};
pub use workspace::{Limits, Requests, Workspace};

use super::Config;
use super::bindable::Bindable;
use super::field::{Field, Spanned};
use super::raw::Raw;
use super::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// The key whose value is one of them.
pub(crate) const TRACING_SECRET: [&str; 3] = ["gitpod", "tracing", "secretName"];

/// The section whose mappings `{kind: secret, name: NAME}` name them too: the Installer's references to objects.
pub(crate) const PATCH: [&str; 2] = ["gitpod", "configPatch"];

impl Config {
    /// The release of the platform, where it is written.
    pub fn platform_release(&self) -> Option<&Spanned<String>> {
        self.gitpod.get()?.release.spanned()
    }

    /// The network inside each workspace.
    pub fn workspace_range(&self) -> Option<&Field<String>> {
        let workspace = self.gitpod.get()?.workspace.get();
        workspace.map(|workspace| &workspace.cidr)
    }

    /// The hosts of the database and the registry.
    pub fn service_hosts(&self) -> impl Iterator<Item = &Spanned<Bindable>> {
        let database = self.database.get().and_then(|database| database.external.get());
        let registry = self.registry.get().and_then(|registry| registry.external.get());
        let hosts = [
            database.and_then(|database| database.host.spanned()),
            registry.and_then(|registry| registry.url.spanned()),
        ];
        hosts.into_iter().flatten()
    }

    /// The buckets of storage, registry and database backups, with the path of each.
    pub fn platform_buckets(&self) -> impl Iterator<Item = (&'static str, &S3Bucket)> {
        let backup = self.database.get().and_then(|database| database.backup.get());
        let all = [
            (
                "storage.s3",
                self.storage.get().and_then(|storage| storage.s3.get()),
            ),
            (
                "registry.s3",
                self.registry.get().and_then(|registry| registry.s3.get()),
            ),
            ("database.backup.s3", backup.and_then(|backup| backup.s3.get())),
        ];
        all.into_iter().filter_map(|(path, bucket)| Some((path, bucket?)))
    }
}

/// The Gitpod installation.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Gitpod {
    /// The targeted Installer release: `YYYY.MM`, `YYYY.MM.patch` or `main`. Default: `main`.
    pub release: Field<String>,
    /// The registry path of Gitpod's images. The upstream images are no longer public.
    pub repository: Field<String>,
    /// Names of the pull secrets for the images, see `secrets`.
    pub image_pull_secrets: Field<Vec<Field<String>>>,
    /// The components to install. Default: `Full`.
    pub kind: Field<InstallationKind>,
    /// The region that the installation reports. Default: the region of the storage, otherwise `local`.
    pub region: Field<String>,
    /// A short name for the installation. Default: `default`.
    pub shortname: Field<String>,
    /// The log level of the components. Default: `info`.
    pub log_level: Field<LogLevel>,
    /// Limits and requests of workspaces.
    pub workspace: Field<Workspace>,
    /// The registry of IDE extensions. Default: `https://open-vsx.org`.
    pub open_vsx_url: Field<String>,
    /// The link that the first admin logs in with, for releases from 2023.03 on. Default: with a release from 2023.05 on and no
    /// `authProviders` there is one once `gkc secrets generate` has made its values; older releases make their first visitor the admin.
    pub admin_link: Field<AdminLink>,
    /// Where the components send traces. Default: nowhere.
    pub tracing: Field<Tracing>,
    /// Raw Installer configuration, merged last and checked against the schema of `release`. What has no key here has a
    /// patch in docs/patches.md. `{env: NAME}`, `{file: path}` and `{terraform: expression}` in it refer to secrets.
    pub config_patch: Field<Raw>,
}

/// The link that the first admin logs in with, as often as they like until it expires.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct AdminLink {
    /// The last part of the link, as secret as the admin's password: letters, digits, `-`, `.`, `_` and `~`. Default: from `GITPOD_ADMIN_TOKEN`.
    pub token: Field<SecretSource>,
    /// When the link expires, in seconds since 1970. Default: from `GITPOD_ADMIN_EXPIRY`, which `gkc secrets generate` sets a week ahead.
    pub expiry: Field<SecretSource>,
}

/// The components to install.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum InstallationKind {
    /// Everything.
    Full,
    /// IDEs only. Requires a second cluster, which is not supported.
    #[serde(rename = "IDE")]
    Ide,
    /// The web application only. Requires a second cluster, which is not supported.
    WebApp,
    /// Web application and IDEs. Requires a second cluster, which is not supported.
    Meta,
    /// Workspaces only. Requires a second cluster, which is not supported.
    Workspace,
}

/// The log level of the components.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum LogLevel {
    Trace,
    Debug,
    Info,
    Warning,
    Error,
    Fatal,
    Panic,
}

impl LogLevel {
    /// The Installer's word.
    pub fn as_str(self) -> &'static str {
        match self {
            LogLevel::Trace => "trace",
            LogLevel::Debug => "debug",
            LogLevel::Info => "info",
            LogLevel::Warning => "warning",
            LogLevel::Error => "error",
            LogLevel::Fatal => "fatal",
            LogLevel::Panic => "panic",
        }
    }
}

/// Where the components send traces: one of `endpoint`, `agentHost`.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Tracing {
    /// The URL of the collector.
    pub endpoint: Field<String>,
    /// The host of a Jaeger agent.
    pub agent_host: Field<String>,
    /// The name of a secret, see `secrets`, with the keys `JAEGER_USER` and `JAEGER_PASSWORD`. Default: none.
    pub secret_name: Field<String>,
}
