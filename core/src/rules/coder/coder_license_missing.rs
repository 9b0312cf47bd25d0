//! See [`RULE`].
use crate::facts::coder::UNLICENSED_PROVIDERS;
use crate::model::{Config, License};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A setting requires a Premium license.
    ///
    /// ## Why
    ///
    /// Without one, several servers do not let anyone connect to workspaces, a second Git provider is an entitlement error, and the server does not start
    /// with token encryption keys.
    ///
    /// Source: coder/coder `enterprise/coderd/license/license.go`, issue #11323.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {replicas: 3}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {replicas: 3, license: premium}
    /// ```
    "coder-license-missing", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let coder = config.coder.get();
    let license = coder.map(|coder| &coder.license);
    if license.is_some_and(|license| {
        license.copied_or(License::None) == License::Premium
            || license.is_written() && license.get().is_none()
    }) {
        return;
    }
    let replicas = coder.and_then(|coder| coder.replicas.spanned());
    let replicas = replicas.filter(|replicas| replicas.value > 1);
    let providers = config.auth_providers.items().nth(UNLICENSED_PROVIDERS);
    let external = config.database.get().and_then(|database| database.external.get());
    let keys = external.and_then(|external| external.encryption_keys.spanned());
    let found = [
        replicas.map(|replicas| {
            (
                replicas.span,
                format!("{} servers require a Premium license", replicas.value),
            )
        }),
        providers.map(|second| {
            (
                second.span,
                "a second Git provider requires a Premium license".to_owned(),
            )
        }),
        keys.map(|keys| (keys.key, "encrypted tokens require a Premium license".to_owned())),
    ];
    for (at, message) in found.into_iter().flatten() {
        let finding = report.found(at, message);
        report.push(finding.help("set `coder.license: premium` if you have one, or remove it"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_costs_money() {
        check(
            r"
platform: coder
coder: {replicas: 3}
#                 ^ error[coder-license-missing]: 3 servers require a Premium license
authProviders:
^^^^^^^^^^^^^ info[coder-git-is-no-login]: users do not log in with these: only workspaces use them
  - {id: github, type: GitHub, host: github.com, clientId: a, clientSecret: {env: A}}
  - {id: gitlab, type: GitLab, host: gitlab.com, clientId: b, clientSecret: {env: B}}
#   ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-license-missing]: a second Git provider requires a Premium license
database: {external: {host: db.acme.dev, username: coder, password: {env: P}, encryptionKeys: [{material: {env: K}}]}}
#                                                                             ^^^^^^^^^^^^^^ error[coder-license-missing]: encrypted tokens require a Premium license
",
        );
    }
}
