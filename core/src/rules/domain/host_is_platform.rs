//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::images::external;
use crate::rules::storage::buckets;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The platform is to use a service at its own name.
    ///
    /// ## Why
    ///
    /// At `domain`, the platform itself answers. A Git host, a registry, a bucket or a database there would be the platform, which
    /// serves none of these to itself: logins, pulls and connections fail.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain: dev.acme.dev
    /// authProviders: [{id: gitlab, type: GitLab, host: dev.acme.dev, clientId: a, clientSecret: {env: GITLAB_SECRET}}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain: dev.acme.dev
    /// authProviders: [{id: gitlab, type: GitLab, host: gitlab.acme.dev, clientId: a, clientSecret: {env: GITLAB_SECRET}}]
    /// ```
    "host-is-platform", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned().filter(|own| !own.value.is_empty()) else {
        return;
    };
    let own = domain.value.as_str();
    let mut used: Vec<(Span, String, &str)> = Vec::new();
    for provider in config.auth_providers.items() {
        if let Some(host) = provider.value.host.spanned() {
            used.push((host.span, host.value.clone(), "the Git host"));
        }
    }
    if let Some((url, known)) = external::url(config) {
        used.push((url.span, known.text, "the registry"));
    }
    for bucket in buckets(config) {
        let endpoint = bucket
            .endpoint
            .and_then(|endpoint| Some((endpoint.span, endpoint.value.as_known()?)));
        used.extend(endpoint.map(|(span, text)| (span, text.to_owned(), "the endpoint of a bucket")));
    }
    let database = config
        .database
        .get()
        .and_then(|database| database.external.get()?.host.spanned());
    if let Some((span, host)) = database.and_then(|host| Some((host.span, host.value.as_known()?))) {
        used.push((span, host.to_owned(), "the host of the database"));
    }
    for (span, text, what) in used {
        let host = dissect(&text).host;
        if !host.eq_ignore_ascii_case(own) {
            continue;
        }
        let finding = report
            .found(span, format!("{what} is the platform itself: `{host}`"))
            .and(domain.span, "the platform's name")
            .help("use the name of the service");
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn services_at_the_name_of_the_platform() {
        check(
            r"
domain: dev.acme.dev
registry: {external: {url: dev.acme.dev/workspaces, username: u, password: {env: P}}}
#                          ^^^^^^^^^^^^^^^^^^^^^^^ error[host-is-platform]: the registry is the platform itself: `dev.acme.dev`
database: {external: {host: db.dev.acme.dev, username: u, password: {env: P}}}
#                                                                   ^^^^^^^^ warning[secret-reused]: `database.external.password` reuses the secret `registry.external.password`
",
        );
    }
}
