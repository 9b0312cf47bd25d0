//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// Two auth providers have the same Git host.
    ///
    /// ## Why
    ///
    /// Gitpod selects the auth provider by the repository's host, so only one of them is ever used, and which one is undefined.
    ///
    /// Source: gitpod-io/gitpod issue #2468.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: FIRST}}
    ///   - {id: GitHub-2, type: GitHub, host: github.com, clientId: Iv1.fedcba9876543210, clientSecret: {env: SECOND}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: FIRST}}
    ///   - {id: GitLab, type: GitLab, host: gitlab.com, clientId: fedcba9876543210, clientSecret: {env: SECOND}}
    /// ```
    "oauth-duplicate-host", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod, doubles host
}

fn check(config: &Config, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for provider in config.auth_providers.items() {
        let Some(host) = provider.value.host.spanned() else {
            continue;
        };
        let written = dissect(&host.value);
        let port = written.port.filter(|port| *port != "443").unwrap_or_default();
        let id = format!(
            "{}:{port}",
            written.host.trim_end_matches('.').to_ascii_lowercase()
        );
        let Some(first) = seen.get(&id) else {
            seen.insert(id, host.span);
            continue;
        };
        let finding = report.found(host.span, format!("duplicate auth provider for `{}`", host.value));
        report.push(
            finding
                .and(*first, "first defined here")
                .help("keep one auth provider per host")
                .note("Gitpod selects the auth provider by the repository's host and uses only one of them"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_second_provider_of_a_host() {
        check(
            r"
authProviders:
  - {id: a, type: GitHub, host: github.com, clientId: x, clientSecret: {env: A}}
  - {id: b, type: GitLab, host: gitlab.com, clientId: x, clientSecret: {env: B}}
  - {id: c, type: GitHub, host: GitHub.com, clientId: x, clientSecret: {env: C}}
#                               ^^^^^^^^^^ error[oauth-duplicate-host]: duplicate auth provider for `GitHub.com`
  - {id: d, type: GitHub, host: 'github.com:8443', clientId: x, clientSecret: {env: D}}
",
        );
    }
}
