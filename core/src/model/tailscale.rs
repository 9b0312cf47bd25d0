//! `tailscale`: the tailnet that joins machines and people.

use super::field::Field;
use super::secrets::SecretSource;
use super::value::{Entries, OneOrMany, ShortOrMap};
use schemars::JsonSchema;
use serde::Deserialize;

/// The tailnet that joins machines and people.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tailscale {
    /// What the tailnet carries. Default: `pods`.
    #[serde(default, rename = "use")]
    pub carries: Field<TailscaleUse>,
    /// The tailnet's name.
    #[serde(default)]
    pub tailnet: Field<String>,
    /// The key that machines join with, one for all or one for each role. Default: from `TS_AUTHKEY`.
    #[serde(default)]
    pub auth_key: Field<AuthKey>,
    /// A Headscale server instead of Tailscale's own.
    #[serde(default)]
    pub control_server_url: Field<String>,
    /// The tags that machines carry, one for all or a list for each role. Default: `tag:k3s-server` and `tag:k3s-agent`.
    #[serde(default)]
    pub tags: Field<ShortOrMap<String, TagsByRole>>,
    /// Further arguments of `tailscale up`.
    #[serde(default)]
    pub extra_args: Field<Vec<Field<String>>>,
    /// Groups of people, by login name.
    #[serde(default)]
    pub groups: Field<Entries<Vec<Field<String>>>>,
    /// Who may SSH to the machines and reach the API.
    #[serde(default)]
    pub admins: Field<Vec<Field<String>>>,
    /// Whether servers reach each other's etcd over the tailnet. k3s keeps etcd on the machines' own addresses, so hardly ever.
    /// Default: `false`.
    #[serde(default)]
    pub etcd: Field<bool>,
    /// Tailscale SSH.
    #[serde(default)]
    pub ssh: Field<TailscaleSsh>,
    /// How rules are written: as the existing policy has them, as grants, or as acls. Default: `auto`.
    #[serde(default)]
    pub style: Field<PolicyStyle>,
    /// The tailnet's own policy to merge into.
    #[serde(default)]
    pub policy: Field<String>,
    /// Claims that must hold in the merged policy.
    #[serde(default)]
    pub expect: Field<Vec<Field<Expectation>>>,
}

/// What the tailnet carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TailscaleUse {
    /// Pod traffic between machines too, through k3s's own integration.
    Pods,
    /// People and the Kubernetes API only.
    Access,
}

/// The key that machines join with: a secret, or one for each role.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename = "$gkc::AuthKey")]
#[schemars(untagged)]
pub enum AuthKey {
    /// One for all machines.
    #[serde(rename = "one")]
    One(SecretSource),
    /// One for servers, one for agents.
    #[serde(rename = "roles")]
    Roles(AuthKeys),
}

/// A key for servers and one for agents.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AuthKeys {
    /// The servers' key.
    pub server: Field<SecretSource>,
    /// The agents' key.
    pub agent: Field<SecretSource>,
}

/// The tags of servers and those of agents.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TagsByRole {
    /// The servers' tags.
    pub server: Field<OneOrMany<String>>,
    /// The agents' tags.
    pub agent: Field<OneOrMany<String>>,
}

/// Tailscale SSH.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TailscaleSsh {
    /// Whether the machines answer to it. Default: `false`.
    pub enabled: Field<bool>,
    /// Whether a session needs a fresh login. Default: `check`.
    pub action: Field<SshAction>,
    /// Which users of the machines the admins may become. Default: `root` and `autogroup:nonroot`.
    pub users: Field<Vec<Field<String>>>,
}

/// What happens to an SSH session that a rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SshAction {
    /// Let in.
    Accept,
    /// Let in after a fresh login.
    Check,
}

impl SshAction {
    /// The policy's word.
    pub fn as_str(self) -> &'static str {
        match self {
            SshAction::Accept => "accept",
            SshAction::Check => "check",
        }
    }
}

/// How rules are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PolicyStyle {
    /// As the existing policy has them, else grants.
    Auto,
    /// Grants.
    Grants,
    /// ACLs.
    Acls,
}

/// A claim about the merged policy.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Expectation {
    /// Who connects.
    pub from: Field<String>,
    /// Nobody but these connects.
    pub only: Field<Vec<Field<String>>>,
    /// To whom.
    #[schemars(required)]
    pub to: Field<String>,
    /// What must be allowed, such as `tcp:6443` or `*`.
    pub allow: Field<String>,
    /// What must be denied.
    pub deny: Field<String>,
    /// What nobody else may reach.
    pub may: Field<String>,
}
