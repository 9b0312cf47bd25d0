//! The tailnet: who carries which tag, how machines join, who may come in.

use super::machines::Role;
use super::values::Names;
use crate::facts::tailscale::{CONTROL_URLS, flag, is_off};
use crate::model::{self, AuthKey, Config, OneOrMany, PolicyStyle, ShortOrMap, TailscaleUse};
use crate::origin::Origin;
use crate::source::Span;
use crate::text::Text;
use serde::Serialize;

/// The tailnet that joins machines and people.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tailnet {
    /// Its name.
    pub name: Option<String>,
    /// Whether pods talk to each other over it.
    pub carries_pods: bool,
    /// The keys that machines join with.
    pub auth_keys: AuthKeys,
    /// A Headscale server instead of Tailscale's own.
    pub control_server_url: Option<String>,
    /// The servers' tags.
    pub server_tags: Vec<String>,
    /// The agents' tags.
    pub agent_tags: Vec<String>,
    /// Further arguments of `tailscale up`.
    pub extra_args: Vec<String>,
    /// Groups of people.
    pub groups: Vec<(String, Vec<String>)>,
    /// Who may SSH to the machines and reach the API.
    pub admins: Vec<String>,
    /// Tailscale SSH.
    pub ssh: Option<TailnetSsh>,
    /// Whether rules are written as acls instead of grants.
    pub acls: bool,
    /// The tailnet's own policy, which everything is merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<OwnPolicy>,
    /// Claims that must hold.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<Expected>,
    /// Where it comes from.
    #[serde(skip)]
    pub origin: Origin,
}

/// The keys that machines join with.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AuthKeys {
    /// The servers'.
    pub server: Text,
    /// The agents'.
    pub agent: Text,
}

/// Tailscale SSH.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TailnetSsh {
    /// `accept` or `check`.
    pub action: &'static str,
    /// Which users of the machines the admins may become.
    pub users: Vec<String>,
}

/// The tailnet's own policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnPolicy {
    /// Its path, relative to the configuration.
    pub path: String,
    /// Where the configuration names it.
    #[serde(skip)]
    pub span: Span,
}

/// A claim about the policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// What kind of claim it is.
    pub claimed: Claimed,
    /// Who connects; for [`Claimed::Only`] everybody who may.
    pub from: Vec<String>,
    /// To whom.
    pub to: String,
    /// Protocol and ports, as grants write them.
    pub service: String,
    /// Where the ends are written, first those of `from`.
    #[serde(skip)]
    pub ends: Vec<Span>,
    /// Where protocol and ports are written.
    #[serde(skip)]
    pub span: Span,
}

/// What is claimed of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Claimed {
    /// It gets through.
    Allow,
    /// It does not.
    Deny,
    /// Nobody else gets through.
    Only,
}

impl Tailnet {
    /// The tags of a role's machines.
    pub fn tags_of(&self, role: Role) -> &[String] {
        match role {
            Role::Server => &self.server_tags,
            Role::Agent => &self.agent_tags,
        }
    }

    /// The value of a flag among the further arguments; the last one wins, as in Go's flags.
    pub fn argument(&self, name: &str) -> Option<&str> {
        let mut flags = self.extra_args.iter().rev().map(|argument| flag(argument));
        flags.find_map(|(known, value)| (known == name).then_some(value))
    }

    /// Whether a Headscale server controls the tailnet.
    pub fn is_headscale(&self) -> bool {
        let own = |url: &String| CONTROL_URLS.contains(&url.trim_end_matches('/'));
        self.control_server_url.as_ref().is_some_and(|url| !own(url))
    }

    /// Whether a switch among the further arguments is on.
    pub fn turns_on(&self, name: &str) -> bool {
        self.argument(name).is_some_and(|value| !is_off(value))
    }

    /// The tags of all machines, each once.
    pub fn tags(&self) -> Vec<&String> {
        let mut tags: Vec<&String> = self.server_tags.iter().chain(&self.agent_tags).collect();
        let mut seen = std::collections::BTreeSet::new();
        tags.retain(|tag| seen.insert(*tag));
        tags
    }
}

pub(super) fn tailnet(config: &Config, names: &mut Names, has_agents: bool) -> Option<Tailnet> {
    let written = config.tailscale.spanned()?;
    let tailscale = &written.value;
    let auth_keys = auth_keys(tailscale, names, written.key, has_agents);
    let (server_tags, agent_tags) = tags(tailscale);
    let list = |field: &model::Field<Vec<model::Field<String>>>| -> Vec<String> {
        field.items().map(|item| item.value.clone()).collect()
    };
    let group = |(name, members): (
        &model::Spanned<String>,
        &model::Spanned<Vec<model::Field<String>>>,
    )| {
        let members = members.value.iter().filter_map(|m| m.get().cloned()).collect();
        (name.value.clone(), members)
    };
    let ssh = tailscale
        .ssh
        .get()
        .filter(|ssh| ssh.enabled.copied_or(false))
        .map(|ssh| TailnetSsh {
            action: ssh.action.copied_or(model::SshAction::Check).as_str(),
            users: match ssh.users.is_written() {
                true => list(&ssh.users),
                false => vec!["root".into(), "autogroup:nonroot".into()],
            },
        });
    Some(Tailnet {
        name: tailscale.tailnet.get().cloned(),
        carries_pods: tailscale.carries.copied_or(TailscaleUse::Pods) == TailscaleUse::Pods,
        auth_keys,
        control_server_url: tailscale.control_server_url.get().cloned(),
        server_tags,
        agent_tags,
        extra_args: list(&tailscale.extra_args),
        groups: tailscale.groups.entries().map(group).collect(),
        admins: list(&tailscale.admins),
        ssh,
        acls: tailscale.style.copied_or(PolicyStyle::Auto) == PolicyStyle::Acls,
        policy: tailscale.policy.spanned().map(|policy| OwnPolicy {
            path: policy.value.clone(),
            span: policy.span,
        }),
        expect: tailscale
            .expect
            .items()
            .filter_map(|item| expected(&item.value))
            .collect(),
        origin: Origin::Config(written.key),
    })
}

/// A claim; none where a part of it was reported as missing.
fn expected(claim: &model::Expectation) -> Option<Expected> {
    let (claimed, service) = [
        (Claimed::Allow, &claim.allow),
        (Claimed::Deny, &claim.deny),
        (Claimed::Only, &claim.may),
    ]
    .into_iter()
    .find_map(|(claimed, field)| Some((claimed, field.spanned()?)))?;
    let from: Vec<&model::Spanned<String>> = match claimed {
        Claimed::Only => claim.only.items().collect(),
        Claimed::Allow | Claimed::Deny => vec![claim.from.spanned()?],
    };
    let to = claim.to.spanned()?;
    Some(Expected {
        claimed,
        ends: from.iter().map(|end| end.span).chain([to.span]).collect(),
        from: from.into_iter().map(|end| end.value.clone()).collect(),
        to: to.value.clone(),
        service: service.value.clone(),
        span: service.span,
    })
}

/// The machines' key, where all have one, and the variable that it is expected in, as Tailscale's own documentation calls it.
pub const AUTH_KEY: &str = "tailscale.authKey";
/// See [`AUTH_KEY`].
pub const AUTH_KEY_VARIABLE: &str = "TS_AUTHKEY";

fn auth_keys(tailscale: &model::Tailscale, names: &mut Names, near: Span, has_agents: bool) -> AuthKeys {
    let one = |names: &mut Names, field: &model::Field<model::SecretSource>| {
        // A key of the control server cannot be made up here.
        let text = names.secret_or(AUTH_KEY, field, (AUTH_KEY_VARIABLE, None), near);
        AuthKeys {
            server: text.clone(),
            agent: text,
        }
    };
    match tailscale.auth_key.spanned() {
        None => one(names, &model::Field::Missing),
        Some(key) => match &key.value {
            AuthKey::One(source) => {
                let spanned = model::Spanned {
                    value: source.clone(),
                    span: key.span,
                    key: key.key,
                };
                one(names, &model::Field::Present(spanned))
            }
            AuthKey::Roles(roles) => AuthKeys {
                server: super::k3s::secret_field(names, "tailscale.authKey.server", &roles.server),
                agent: match has_agents {
                    true => super::k3s::secret_field(names, "tailscale.authKey.agent", &roles.agent),
                    false => Text::new(),
                },
            },
        },
    }
}

fn tags(tailscale: &model::Tailscale) -> (Vec<String>, Vec<String>) {
    let list = |field: &model::Field<OneOrMany<String>>| -> Vec<String> {
        field
            .get()
            .into_iter()
            .flat_map(OneOrMany::items)
            .map(|tag| tag.value.clone())
            .collect()
    };
    match tailscale.tags.get() {
        Some(ShortOrMap::Short(tag)) => (vec![tag.clone()], vec![tag.clone()]),
        Some(ShortOrMap::Map(roles)) => (list(&roles.server), list(&roles.agent)),
        None => (vec!["tag:k3s-server".into()], vec!["tag:k3s-agent".into()]),
    }
}
