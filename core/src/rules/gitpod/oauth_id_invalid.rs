//! See [`RULE`].

use crate::model::{Config, provider_slug};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// An auth provider's ID has no letters or digits, or is that of another.
    ///
    /// ## Why
    ///
    /// The ID names the Kubernetes secret of a provider, in small letters and with `-` for everything else, and there can be only one of that
    /// name.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: Git, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: FIRST}}
    ///   - {id: git, type: GitLab, host: gitlab.com, clientId: fedcba9876543210, clientSecret: {env: SECOND}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: FIRST}}
    ///   - {id: GitLab, type: GitLab, host: gitlab.com, clientId: fedcba9876543210, clientSecret: {env: SECOND}}
    /// ```
    "oauth-id-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod, doubles id
}

/// Names of secrets have up to 253 characters, and this much after what gkc puts in front.
const LONGEST: usize = 200;

fn check(config: &Config, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for provider in config.auth_providers.items() {
        let Some(id) = provider.value.id.spanned() else {
            continue;
        };
        let slug = provider_slug(&id.value);
        if slug.is_empty() || slug.len() > LONGEST {
            let finding = report.found(id.span, format!("invalid auth provider ID `{}`", id.value));
            report.push(finding.help(format!(
                "use up to {LONGEST} letters and digits, such as `GitHub`"
            )));
            continue;
        }
        let Some(first) = seen.get(&slug) else {
            seen.insert(slug, id.span);
            continue;
        };
        let finding = report.found(id.span, format!("duplicate auth provider ID `{}`", id.value));
        report.push(
            finding
                .and(*first, "first defined here")
                .help("use another ID, such as the name of the host"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_second_provider_of_an_id() {
        check(
            r"
authProviders:
  - {id: Git, type: GitHub, host: github.com, clientId: x, clientSecret: {env: A}}
  - {id: git, type: GitLab, host: gitlab.com, clientId: x, clientSecret: {env: B}}
#        ^^^ error[oauth-id-invalid]: duplicate auth provider ID `git`
  - {id: '@', type: GitLab, host: gitlab.acme.dev, clientId: x, clientSecret: {env: C}}
#        ^^^ error[oauth-id-invalid]: invalid auth provider ID `@`
",
        );
    }
}
