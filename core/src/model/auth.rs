//! `authProviders`: the Git hosts that users log in with, or that workspaces use.

use super::field::Field;
use super::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// An OAuth application of a Git host.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthProvider {
    /// The provider's ID, unique in the installation.
    pub id: Field<String>,
    /// The kind of Git host.
    #[serde(rename = "type")]
    pub kind: Field<AuthProviderKind>,
    /// The Git host's host name, without scheme.
    pub host: Field<String>,
    /// The OAuth application's client ID.
    pub client_id: Field<String>,
    /// The OAuth application's client secret.
    pub client_secret: Field<SecretSource>,
    /// The page on which users manage the application's permissions.
    #[serde(default)]
    pub settings_url: Field<String>,
}

/// An auth provider's ID in the names of objects. Two providers of one name cannot be told apart.
pub(crate) fn provider_slug(id: &str) -> String {
    let id: String = id
        .to_lowercase()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    id.trim_matches('-').to_owned()
}

/// Kinds of Git hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[allow(missing_docs)]
pub enum AuthProviderKind {
    GitHub,
    GitLab,
    Bitbucket,
    BitbucketServer,
}

impl AuthProviderKind {
    /// The Installer's word.
    pub fn as_str(self) -> &'static str {
        match self {
            AuthProviderKind::GitHub => "GitHub",
            AuthProviderKind::GitLab => "GitLab",
            AuthProviderKind::Bitbucket => "Bitbucket",
            AuthProviderKind::BitbucketServer => "BitbucketServer",
        }
    }
}
