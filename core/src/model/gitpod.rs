//! `gitpod`: the installation itself.

use super::field::Field;
use super::value::Raw;
use schemars::JsonSchema;
use serde::Deserialize;

/// The Gitpod installation.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Gitpod {
    /// The Installer release that is aimed at: `YYYY.MM`, `YYYY.MM.patch`, or `main`. Default: `main`.
    pub release: Field<String>,
    /// Where Gitpod's images are. Upstream's are no longer public.
    pub repository: Field<String>,
    /// Names of secrets (see `secrets`) that the images are pulled with.
    pub image_pull_secrets: Field<Vec<Field<String>>>,
    /// Which components are installed. Default: `Full`.
    pub kind: Field<InstallationKind>,
    /// The region that the installation says it is in. Default: the storage's region, else `local`.
    pub region: Field<String>,
    /// A short name for the installation. Default: `default`.
    pub shortname: Field<String>,
    /// How much the components log. Default: `info`.
    pub log_level: Field<LogLevel>,
    /// What workspaces may use.
    pub workspace: Field<Workspace>,
    /// The registry of editor extensions. Default: `https://open-vsx.org`.
    pub open_vsx_url: Field<String>,
    /// Raw Installer config, merged last and checked against that release's schema.
    pub config_patch: Field<Raw>,
}

/// Which components are installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum InstallationKind {
    /// Everything.
    Full,
    /// Editors only. Needs a second cluster, which is not supported.
    IDE,
    /// The web application only. Needs a second cluster, which is not supported.
    WebApp,
    /// Web application and editors. Needs a second cluster, which is not supported.
    Meta,
    /// Workspaces only. Needs a second cluster, which is not supported.
    Workspace,
}

/// How much the components log.
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

/// What workspaces may use.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Workspace {
    /// How long a workspace may run, as a Go duration. Default: `36h`.
    pub max_lifetime: Field<String>,
    /// How long a workspace may idle, as a Go duration. Default: the release's own.
    pub timeout: Field<String>,
    /// What one workspace reserves. Default: one CPU and 2 GiB.
    pub requests: Field<Requests>,
    /// The network inside each workspace, at most a /30. Default: `10.0.5.0/30`.
    pub cidr: Field<String>,
}

/// What one workspace reserves.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Requests {
    /// CPUs, as a Kubernetes quantity. Default: `"1"`.
    pub cpu: Field<String>,
    /// Memory, as a Kubernetes quantity. Default: `2Gi`.
    pub memory: Field<String>,
}
