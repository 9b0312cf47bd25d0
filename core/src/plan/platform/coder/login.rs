//! How people log in and sign up, and the Git hosts that their workspaces use.

use super::texts;
use crate::model::{self, AuthProviderKind, Config};
use crate::plan::k3s::secret_field;
use crate::plan::values::Names;
use crate::text::Text;
use serde::Serialize;

/// Who may sign up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Signups {
    /// Whether people may by OpenID Connect.
    pub oidc: bool,
    /// Whether people may by GitHub.
    pub github: bool,
    /// The mail domains of those who may log in by OpenID Connect; empty for all.
    pub domains: Vec<String>,
}

/// How people log in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Login {
    /// OpenID Connect.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc: Option<Oidc>,
    /// GitHub.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub github: Option<Github>,
    /// Whether only owners have passwords.
    pub disable_password: bool,
}

/// OpenID Connect.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "each is the key of that name")]
pub struct Oidc {
    pub issuer_url: String,
    pub client_id: String,
    pub client_secret: Text,
    pub scopes: Vec<String>,
    pub email_field: Option<String>,
    pub username_field: Option<String>,
    pub allowed_groups: Vec<String>,
    pub group_field: Option<String>,
    pub ignore_email_verified: bool,
    pub sign_in_text: Option<String>,
}

/// GitHub, for logging in.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "each is the key of that name")]
pub struct Github {
    pub client_id: String,
    pub client_secret: Text,
    pub allowed_orgs: Vec<String>,
    pub allowed_teams: Vec<String>,
    pub allow_everyone: bool,
    pub enterprise_url: Option<String>,
}

/// A Git host that workspaces use.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GitProvider {
    /// Its ID.
    pub id: String,
    /// The server's word for the kind of host.
    pub kind: &'static str,
    /// The host, where it is not the one of that kind that everybody uses.
    pub host: Option<String>,
    /// The OAuth application's client ID.
    pub client_id: String,
    /// The OAuth application's secret.
    pub client_secret: Text,
}

/// The server lets mail domains be listed for OpenID Connect alone, so with a list GitHub's users cannot sign up by themselves.
pub(super) fn signups(config: &Config) -> Signups {
    let blocked = config.signups().blocked;
    let list = config.passlist().into_iter().flat_map(|list| &list.value);
    let domains: Vec<String> = list.filter_map(|domain| domain.get().cloned()).collect();
    Signups {
        oidc: !blocked || !domains.is_empty(),
        github: !blocked,
        domains: if blocked { domains } else { Vec::new() },
    }
}

pub(super) fn login(written: Option<&model::Login>, names: &mut Names) -> Login {
    let missing = model::Login::default();
    let written = written.unwrap_or(&missing);
    Login {
        oidc: written.oidc.get().map(|oidc| Oidc {
            issuer_url: oidc.issuer_url.get().cloned().unwrap_or_default(),
            client_id: oidc.client_id.get().cloned().unwrap_or_default(),
            client_secret: secret_field(names, "coder.login.oidc.clientSecret", &oidc.client_secret),
            scopes: texts(&oidc.scopes),
            email_field: oidc.email_field.get().cloned(),
            username_field: oidc.username_field.get().cloned(),
            allowed_groups: texts(&oidc.allowed_groups),
            group_field: oidc.group_field.get().cloned(),
            ignore_email_verified: oidc.ignore_email_verified.copied_or(false),
            sign_in_text: oidc.sign_in_text.get().cloned(),
        }),
        github: written.github.get().map(|github| Github {
            client_id: github.client_id.get().cloned().unwrap_or_default(),
            client_secret: secret_field(names, "coder.login.github.clientSecret", &github.client_secret),
            allowed_orgs: texts(&github.allowed_orgs),
            allowed_teams: texts(&github.allowed_teams),
            allow_everyone: github.allow_everyone.copied_or(false),
            enterprise_url: github.enterprise_url.get().cloned(),
        }),
        disable_password: written.disable_password.copied_or(false),
    }
}

/// The server's word for a kind of Git host, and the public host of that kind (coder/coder coderd/externalauth).
fn kind_of(kind: AuthProviderKind) -> (&'static str, &'static str) {
    match kind {
        AuthProviderKind::GitHub => ("github", "github.com"),
        AuthProviderKind::GitLab => ("gitlab", "gitlab.com"),
        AuthProviderKind::Bitbucket => ("bitbucket-cloud", "bitbucket.org"),
        // There is no public one.
        AuthProviderKind::BitbucketServer => ("bitbucket-server", ""),
    }
}

pub(super) fn git_providers(config: &Config, names: &mut Names) -> Vec<GitProvider> {
    let mut providers = Vec::new();
    for provider in config.auth_providers.items().map(|provider| &provider.value) {
        let id = provider.id.get().cloned().unwrap_or_default();
        let secret = format!("authProviders.{id}.clientSecret");
        let (kind, public) = provider.kind.get().map_or(("", ""), |kind| kind_of(*kind));
        providers.push(GitProvider {
            kind,
            host: provider.host.get().filter(|host| *host != public).cloned(),
            client_id: provider.client_id.get().cloned().unwrap_or_default(),
            client_secret: secret_field(names, &secret, &provider.client_secret),
            id,
        });
    }
    providers
}
