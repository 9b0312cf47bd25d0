//! `coder.login`: how users log in.

use crate::model::field::Field;
use crate::model::secrets::SecretSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// How users log in, apart from passwords.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Login {
    /// An OpenID Connect provider.
    pub oidc: Field<Oidc>,
    /// An OAuth application at GitHub.
    pub github: Field<GithubLogin>,
    /// Whether passwords are accepted from owners only. Requires `oidc` or `github`. Default: `false`.
    pub disable_password: Field<bool>,
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Oidc {
    /// The issuer's URL. The server does not start without its answer.
    pub issuer_url: Field<String>,
    /// The client's ID.
    pub client_id: Field<String>,
    /// The client's secret.
    pub client_secret: Field<SecretSource>,
    /// The scopes to request. Default: `openid`, `profile` and `email`.
    #[serde(default)]
    pub scopes: Field<Vec<Field<String>>>,
    /// The claim with the mail address. Default: `email`.
    #[serde(default)]
    pub email_field: Field<String>,
    /// The claim with the user name. Default: `preferred_username`.
    #[serde(default)]
    pub username_field: Field<String>,
    /// Groups whose members may log in. Requires `groupField`, or the scope `groups`.
    #[serde(default)]
    pub allowed_groups: Field<Vec<Field<String>>>,
    /// The claim with the groups.
    #[serde(default)]
    pub group_field: Field<String>,
    /// Whether mail addresses count that the provider does not call verified. Default: `false`.
    #[serde(default)]
    pub ignore_email_verified: Field<bool>,
    /// The text of the login button. Default: `OpenID Connect`.
    #[serde(default)]
    pub sign_in_text: Field<String>,
}

/// An OAuth application at GitHub, for logging in.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GithubLogin {
    /// The OAuth application's client ID.
    pub client_id: Field<String>,
    /// The OAuth application's client secret.
    pub client_secret: Field<SecretSource>,
    /// Organizations whose members may log in.
    #[serde(default)]
    pub allowed_orgs: Field<Vec<Field<String>>>,
    /// Teams whose members may log in, as `organization/team`.
    #[serde(default)]
    pub allowed_teams: Field<Vec<Field<String>>>,
    /// Whether any GitHub account may log in, instead of `allowedOrgs`. Default: `false`.
    #[serde(default)]
    pub allow_everyone: Field<bool>,
    /// The URL of a GitHub Enterprise server. Default: GitHub itself.
    #[serde(default)]
    pub enterprise_url: Field<String>,
}
