//! See [`RULE`].

use crate::facts::services::TOKEN_USERS;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The registry is logged in to with a token that runs out within hours.
    ///
    /// ## Why
    ///
    /// The users `AWS` and `oauth2accesstoken` stand for tokens of twelve hours and of one. Gitpod keeps what it is given, so images
    /// cannot be pushed or pulled any more by tomorrow.
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
    "registry-short-lived-token", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
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
        format!("the user `{known}` stands for a token that runs out after {lifetime}"),
    );
    report.push(
        finding
            .help("use a user or a service account whose password does not run out, such as `_json_key` with Google")
            .note("Gitpod keeps the token that it is given, so pushes and pulls fail from then on"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn users_of_tokens_are_pointed_at() {
        check(
            r"
registry:
  external:
    username: AWS
#             ^^^ warning[registry-short-lived-token]: The user `AWS` stands for a token that runs out after twelve hours
    password: {env: P}
    url: registry.acme.dev
",
        );
        check("registry: {external: {url: a.dev, username: '${a.b}', password: {env: P}}}\n");
        check("registry: {external: {url: a.dev, username: _json_key, password: {env: P}}}\n");
    }
}
