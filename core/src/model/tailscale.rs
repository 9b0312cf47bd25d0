//! `tailscale`: the tailnet that joins machines and people.

use super::field::Field;
use super::secrets::SecretSource;
use super::value::{Entries, OneOrMany, ShortOrMap};
use schemars::JsonSchema;
use serde::Deserialize;

/// The tailnet that connects machines and users.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Tailscale {
    /// The traffic that goes over the tailnet. Default: `pods`.
    #[serde(default, rename = "use")]
    pub carries: Field<TailscaleUse>,
    /// The tailnet's name.
    #[serde(default)]
    pub tailnet: Field<String>,
    /// The auth key of the machines, one for all or one per role. Default: from `TS_AUTHKEY`.
    #[serde(default)]
    pub auth_key: Field<AuthKey>,
    /// The URL of a Headscale server. Default: Tailscale's own server.
    #[serde(default)]
    pub control_server_url: Field<String>,
    /// The machines' tags, one for all or a list per role. Default: `tag:k3s-server` and `tag:k3s-agent`.
    #[serde(default)]
    pub tags: Field<ShortOrMap<String, TagsByRole>>,
    /// Additional arguments for `tailscale up`.
    #[serde(default)]
    pub extra_args: Field<Vec<Field<String>>>,
    /// Groups of users, by login name.
    #[serde(default)]
    pub groups: Field<Entries<Vec<Field<String>>>>,
    /// Users and groups with SSH access to the machines and access to the Kubernetes API.
    #[serde(default)]
    pub admins: Field<Vec<Field<String>>>,
    /// Without effect: with `use: pods`, etcd of several servers always uses the tailnet, and else never.
    #[serde(default)]
    pub etcd: Field<bool>,
    /// Tailscale SSH.
    #[serde(default)]
    pub ssh: Field<TailscaleSsh>,
    /// The form of the generated rules: as in the existing policy, as grants or as ACLs. Default: `auto`.
    #[serde(default)]
    pub style: Field<PolicyStyle>,
    /// The path of the tailnet's existing policy, which the rules are merged into.
    #[serde(default)]
    pub policy: Field<String>,
    /// Expectations about the merged policy.
    #[serde(default)]
    pub expect: Field<Vec<Field<Expectation>>>,
}

/// The traffic that goes over the tailnet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum TailscaleUse {
    /// All traffic between machines too: nodes, etcd and pods use the tailnet's addresses.
    Pods,
    /// Only users' access to the machines and the Kubernetes API.
    Access,
}

/// The auth key of the machines: one secret, or one per role.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(rename = "$gkc::AuthKey")]
#[schemars(untagged)]
pub enum AuthKey {
    /// One key for all machines.
    #[serde(rename = "one")]
    One(SecretSource),
    /// One key per role.
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
    /// Whether the machines accept Tailscale SSH. Default: `false`.
    pub enabled: Field<bool>,
    /// Whether a session requires a recent login. Default: `check`.
    pub action: Field<SshAction>,
    /// The machine users that admins may log in as. Default: `root` and `autogroup:nonroot`.
    pub users: Field<Vec<Field<String>>>,
}

/// The action for an SSH session that a rule matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum SshAction {
    /// Accept the session.
    Accept,
    /// Accept the session after a recent login.
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

/// The form of the generated rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum PolicyStyle {
    /// As in the existing policy, otherwise grants.
    Auto,
    /// Grants.
    Grants,
    /// ACLs.
    Acls,
}

/// An expectation about the merged policy.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Expectation {
    /// The source.
    pub from: Field<String>,
    /// The only sources that may connect.
    pub only: Field<Vec<Field<String>>>,
    /// The destination.
    #[schemars(required)]
    pub to: Field<String>,
    /// The traffic that must be allowed, such as `tcp:6443` or `*`.
    pub allow: Field<String>,
    /// The traffic that must be denied.
    pub deny: Field<String>,
    /// The traffic that no other source may send.
    pub may: Field<String>,
}
