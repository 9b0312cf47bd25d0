//! See [`RULE`].
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Git providers are not for logging in.
    ///
    /// ## Why
    ///
    /// Workspaces use `authProviders` to clone and push. Users do not log in with them, but by password,
    /// `coder.login.oidc` or `coder.login.github`.
    ///
    /// Source: coder/coder `docs/admin/external-auth`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// authProviders: [{id: gitlab, type: GitLab, host: gitlab.acme.dev, clientId: a, clientSecret: {env: S}}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// blockNewUsers: true
    /// coder: {login: {oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: O}}}}
    /// authProviders: [{id: gitlab, type: GitLab, host: gitlab.acme.dev, clientId: a, clientSecret: {env: S}}]
    /// ```
    "coder-git-is-no-login", Info, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let login = config.coder.get().and_then(|coder| coder.login.get());
    let logs_in = login.is_some_and(|login| login.oidc.is_written() || login.github.is_written());
    let Some(providers) = config
        .auth_providers
        .spanned()
        .filter(|list| !list.value.is_empty() && !logs_in)
    else {
        return;
    };
    let finding = report.found(
        providers.key,
        "users do not log in with these: only workspaces use them",
    );
    report.push(
        finding.help("add `coder.login.oidc` or `coder.login.github` for logging in without passwords"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn providers_without_a_login() {
        check(
            r"
platform: coder
authProviders: [{id: gitlab, type: GitLab, host: gitlab.acme.dev, clientId: a, clientSecret: {env: S}}]
^^^^^^^^^^^^^ info[coder-git-is-no-login]: users do not log in with these: only workspaces use them
",
        );
    }
}
