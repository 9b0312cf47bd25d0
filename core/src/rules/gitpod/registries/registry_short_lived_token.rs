//! See [`RULE`].

use crate::facts::gitpod::services::TOKEN_USERS;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The registry login expires within hours.
    ///
    /// ## Why
    ///
    /// The users `AWS` and `oauth2accesstoken` log in with tokens that expire after twelve hours and one hour. Gitpod never renews
    /// the token, so pushes and pulls soon fail.
    ///
    /// Source: Gitpod's documentation of 2021, "Docker registry".
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
    "registry-short-lived-token", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config.registry.get().and_then(|registry| registry.external.get());
    let Some(user) = external.and_then(|external| external.username.spanned()) else {
        return;
    };
    let known = user.value.as_known().unwrap_or_default();
    let Some((_, lifetime)) = TOKEN_USERS.iter().find(|(name, _)| *name == known) else {
        return;
    };
    let finding = report.found(
        user.span,
        format!("the token of user `{known}` expires after {lifetime}"),
    );
    report.push(
        finding
            .help("use a user or service account with a permanent password, such as `_json_key` for Google")
            .note("Gitpod never renews the token, so pushes and pulls fail from then on"),
    );
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
        check("registry: {external: {url: a.dev, username: '${a.b}', password: {env: P}}}\n");
        check("registry: {external: {url: a.dev, username: _json_key, password: {env: P}}}\n");
    }
}
