//! Coder's secrets: names and keys are ours, and the chart's values name them.

use super::database::{self, CA_KEY, CA_SECRET};
use crate::emit::backup;
use crate::emit::certificates::{self, Order};
use crate::emit::secrets::{DOCKER, OPAQUE, Secret, docker_config, proxy_data, user_secret};
use crate::facts::coder::NAMESPACE;
use crate::plan::Plan;
use crate::plan::platform::coder::{Coder, Database, Registry};
use crate::text::Text;

/// The secret with everything that the server's variables take from one.
pub(super) const SERVER: &str = "coder-server";
/// Its key with the URL of PostgreSQL.
pub(super) const URL: &str = "pg-url";
/// Its key with the OIDC client's secret.
pub(super) const OIDC: &str = "oidc";
/// Its key with the secret of GitHub's application for logging in.
pub(super) const GITHUB: &str = "github";
/// Its key with the keys that tokens are encrypted with.
pub(super) const TOKEN_KEYS: &str = "token-keys";
/// Its key with the proxy for `http` URLs.
pub(super) const HTTP_PROXY: &str = "httpProxy";
/// The secret with the first user's password.
pub(super) const OWNER: &str = "coder-owner";
/// The secret with a further CA.
pub(super) const CUSTOM_CA: &str = "custom-ca";
/// The secret with the CA of the mirror, which Terraform fetches its providers from.
pub(super) const MIRROR_CA: &str = "mirror-ca";
/// The secret with the login to the registry, in both namespaces.
pub(super) const REGISTRY: &str = "registry";

/// The key of a Git provider's secret, by its place in the list.
pub(super) fn git_key(number: usize) -> String {
    format!("git-{number}")
}

/// The key of a variable of the user's own.
pub(super) fn env_key(name: &str) -> String {
    format!("env-{name}")
}

/// Every secret that it needs.
pub(super) fn secrets(plan: &Plan, coder: &Coder, order: &Order<'_>) -> Vec<Secret> {
    let mut secrets = vec![
        own(SERVER, server(plan, coder)),
        own(OWNER, [("password", coder.owner.password.clone())]),
    ];
    match &coder.database {
        Database::InCluster { password } => {
            secrets.push(own(database::SECRET, [(database::PASSWORD, password.clone())]));
        }
        Database::External(external) => {
            let ca = external.ca.as_ref();
            secrets.extend(ca.map(|ca| own(CA_SECRET, [(CA_KEY, ca.clone())])));
        }
    }
    if let Some(backup) = &coder.database_backup {
        secrets.push(own(backup::SECRET, backup::secret_data(plan, &backup.s3)));
    }
    secrets.extend(certificates::secrets(order));
    if let Some(ca) = &coder.custom_ca {
        secrets.push(own(CUSTOM_CA, [(CA_KEY, ca.clone())]));
    }
    if let Some(ca) = plan.k3s.mirror_ca() {
        secrets.push(own(MIRROR_CA, [(CA_KEY, ca.clone())]));
    }
    let workspaces = &coder.workspaces;
    if let Some(registry) = &coder.registry {
        for namespace in [NAMESPACE, &workspaces.namespace] {
            let config = match registry {
                Registry::DockerConfig(config) => config.clone(),
                Registry::Password {
                    url,
                    username,
                    password,
                } => docker_config(url, username, password),
            };
            secrets.push(Secret::new(
                namespace,
                REGISTRY,
                DOCKER,
                [(".dockerconfigjson", config)],
            ));
        }
    }
    secrets.extend(coder.secrets.iter().map(|user| user_secret(NAMESPACE, user)));
    let users = workspaces.secrets.iter();
    secrets.extend(users.map(|user| user_secret(&workspaces.namespace, user)));
    secrets
}

fn own<K: Into<String>>(name: &str, data: impl IntoIterator<Item = (K, Text)>) -> Secret {
    Secret::new(NAMESPACE, name, OPAQUE, data)
}

fn server(plan: &Plan, coder: &Coder) -> Vec<(String, Text)> {
    let mut data = vec![(URL.to_owned(), database::url(plan, &coder.database))];
    let login = &coder.login;
    let oidc = login.oidc.as_ref();
    data.extend(oidc.map(|oidc| (OIDC.to_owned(), oidc.client_secret.clone())));
    let github = login.github.as_ref();
    data.extend(github.map(|github| (GITHUB.to_owned(), github.client_secret.clone())));
    let git = coder.git.iter().enumerate();
    data.extend(git.map(|(number, git)| (git_key(number), git.client_secret.clone())));
    if !coder.token_keys.is_empty() {
        data.push((TOKEN_KEYS.to_owned(), Text::join(&coder.token_keys, ",")));
    }
    if let Some(proxy) = &plan.proxy {
        data.push((HTTP_PROXY.to_owned(), proxy.http.clone()));
    }
    data.extend(proxy_data(plan).map(|(key, value)| (key.to_owned(), value)));
    let env = coder.secret_env.iter();
    data.extend(env.map(|(name, value)| (env_key(name), value.clone())));
    data
}
