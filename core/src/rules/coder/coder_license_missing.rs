//! See [`RULE`].
use crate::facts::coder::UNLICENSED_PROVIDERS;
use crate::model::{Config, Field, License};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

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
    if report.is_damaged() {
        return;
    }
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
    let external = config.external_database();
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
    let found: Vec<(Span, String)> = found.into_iter().flatten().collect();
    let help = "set `coder.license: premium` if you have one, or remove it";
    let license = license.and_then(Field::spanned);
    if let (Some(none), [_, _, ..]) = (license, found.as_slice()) {
        let finding = report.found(none.span, "a Premium license is required");
        let finding = found
            .into_iter()
            .fold(finding, |finding, (at, message)| finding.and(at, message));
        report.push(finding.help("set `premium` if you have one, or remove what requires it"));
        return;
    }
    for (at, message) in found {
        report.push(report.found(at, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_is_left_out_on_purpose_is_one_mistake() {
        check(
            r"
platform: coder
coder: {license: none, replicas: 3}
#                ^^^^ error[coder-license-missing]: a Premium license is required
database: {external: {host: db.acme.dev, username: coder, password: {env: P}, encryptionKeys: [{material: {env: K}}]}}
",
        );
    }

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
