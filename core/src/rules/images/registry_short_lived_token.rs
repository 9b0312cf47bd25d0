//! See [`RULE`].

use crate::facts::registries::TOKEN_USERS;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The registry login expires within hours.
    ///
    /// ## Why
    ///
    /// `AWS`, `oauth2accesstoken` and `00000000-0000-0000-0000-000000000000` are the users of Amazon's, Google's and Azure's registries for
    /// those who log in with a token: it expires after twelve, one and three hours. Neither a platform nor k3s renews it.
    ///
    /// Source: the three providers' documentation on authentication with a token.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: eu.gcr.io/acme, username: oauth2accesstoken, password: {env: REGISTRY_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: eu.gcr.io/acme, username: _json_key, password: {env: REGISTRY_PASSWORD}}
    /// ```
    "registry-short-lived-token", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config.registry.get().and_then(|registry| registry.external.get());
    let pushed = external.and_then(|external| external.username.spanned());
    let pushed = pushed.map(|user| (user.value.as_known().unwrap_or_default(), user.span));
    let logins = config.k3s.get().and_then(|k3s| k3s.registries.get());
    let logins = logins.iter().flat_map(|registries| registries.configs.entries());
    // An `identity_token` is renewed by the registry.
    let logins = logins.filter_map(|(_, access)| access.value.auth.get());
    let users = logins.filter_map(|auth| auth.username.spanned().filter(|_| auth.password.is_written()));
    for (user, span) in pushed
        .into_iter()
        .chain(users.map(|user| (user.value.as_str(), user.span)))
    {
        let Some((_, lifetime)) = TOKEN_USERS.iter().find(|(name, _)| *name == user) else {
            continue;
        };
        let finding = report.found(
            span,
            format!("the token of user `{user}` expires after {lifetime}"),
        );
        report.push(
            finding
                .help("use a user or service account with a permanent password")
                .note("nothing in the cluster renews the token, so image pulls fail once it has expired"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn users_with_tokens() {
        check(
            r"
registry:
  external:
    username: AWS
#             ^^^ warning[registry-short-lived-token]: the token of user `AWS` expires after twelve hours
    password: {env: P}
    url: registry.acme.dev
",
        );
        check(
            r"
k3s:
  registries:
    configs:
      acme.azurecr.io:
        auth:
          username: 00000000-0000-0000-0000-000000000000
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-short-lived-token]: the token of user `00000000-0000-0000-0000-000000000000` expires after three hours
          password: {env: P}
",
        );
        check(
            "k3s: {registries: {configs: {a.azurecr.io: {auth: {username: 00000000-0000-0000-0000-000000000000, identity_token: {env: T}}}}}}\n",
        );
        check("registry: {external: {url: a.dev, username: '${a.b}', password: {env: P}}}\n");
        check("registry: {external: {url: a.dev, username: _json_key, password: {env: P}}}\n");
    }
}
