//! Coder's part of the language: `coder`, the installation itself.

mod login;
mod workspaces;

pub use login::{GithubLogin, Login, Oidc};
pub use workspaces::{Amounts, TemplateKind, WorkspaceNamespace};

use super::field::Field;
use super::raw::Raw;
use super::secrets::SecretSource;
use super::value::Entries;
use schemars::JsonSchema;
use serde::Deserialize;

/// The Coder installation.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Coder {
    /// The version of the chart and of the server, such as `2.34.10`. Default: what the tree was built with, otherwise the release that
    /// this gkc installs.
    pub version: Field<String>,
    /// The image without its tag, which is the version. Default: `ghcr.io/coder/coder`.
    pub image: Field<String>,
    /// Names of the pull secrets for the server's image, see `secrets`.
    pub image_pull_secrets: Field<Vec<Field<String>>>,
    /// The license that you have. Several replicas, several Git providers and encrypted tokens require `premium`. Default: `none`.
    pub license: Field<License>,
    /// The number of servers. Default: 1, with `license: premium` and `cluster.size: large` 3.
    pub replicas: Field<u32>,
    /// How users log in, apart from passwords.
    pub login: Field<Login>,
    /// The first user, who owns the installation. `apply.sh` creates it before anyone can reach the server.
    pub owner: Field<Owner>,
    /// The password of PostgreSQL in the cluster. Default: from `CODER_DATABASE_PASSWORD`.
    pub database_password: Field<SecretSource>,
    /// Where workspaces run, and what the first template gives them.
    pub workspaces: Field<WorkspaceNamespace>,
    /// Whether apps may be served below a path instead of a name of their own, where they can use the API. Default: `false`.
    pub path_apps: Field<bool>,
    /// Whether the server sends usage data to Coder. Default: `false`.
    pub telemetry: Field<bool>,
    /// Whether the server has metrics for Prometheus, on port 2112. Default: `false`.
    pub metrics: Field<bool>,
    /// Whether clients may connect to workspaces directly instead of through the server. Default: `true`, without outside access `false`.
    pub direct_connections: Field<bool>,
    /// STUN servers for direct connections, as `host:port`. Default: Google's, without outside access none.
    pub stun: Field<Vec<Field<String>>>,
    /// The number of workspaces that each server builds at once. Default: 3, with `cluster.size: large` 10.
    pub provisioner_daemons: Field<u32>,
    /// Further environment variables of the server.
    pub env: Field<Entries<String>>,
    /// Further environment variables with secret values.
    pub secret_env: Field<Entries<SecretSource>>,
    /// Values of the chart, merged last and checked against the keys that its templates read. `{env: NAME}`, `{file: path}` and
    /// `{terraform: expression}` in them refer to secrets.
    pub values_patch: Field<Raw>,
}

/// The license of a Coder installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum License {
    /// The community edition.
    None,
    /// A Premium license, which you add to the running server.
    Premium,
}

/// The first user, who owns the installation.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Owner {
    /// The user's mail address. Default: `admin@` and the domain.
    pub email: Field<String>,
    /// The user's name. Default: `admin`.
    pub username: Field<String>,
    /// The user's password. Default: from `CODER_OWNER_PASSWORD`.
    pub password: Field<SecretSource>,
}
