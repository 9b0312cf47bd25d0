//! See [`RULE`].
use crate::facts::coder::{LONGEST_PROVIDER_ID, MOST_PROVIDERS, RESERVED_PROVIDER_IDS};
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use std::collections::BTreeMap;

declare_rule! {
    /// A Git provider's ID or host cannot be used.
    ///
    /// ## Why
    ///
    /// IDs are part of the callback URL: letters, digits and single hyphens, at most 32, each once, and not `new` or `create`. Hosts are names without a
    /// scheme. The server reads ten providers in order, and sorts the eleventh as text, before the second.
    ///
    /// Source: coder/coder `coderd/httpapi/name.go`, `cli/server.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// authProviders: [{id: my_gitlab, type: GitLab, host: gitlab.acme.dev, clientId: a, clientSecret: {env: S}}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// authProviders: [{id: my-gitlab, type: GitLab, host: gitlab.acme.dev, clientId: a, clientSecret: {env: S}}]
    /// ```
    "coder-git-provider-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let mut known: BTreeMap<&str, Span> = BTreeMap::new();
    for (number, provider) in config.auth_providers.items().enumerate() {
        if number == MOST_PROVIDERS {
            let finding = report.found(provider.span, format!("more than {MOST_PROVIDERS} Git providers"));
            report.push(finding.help("remove one"));
        }
        if let Some(id) = provider.value.id.spanned() {
            let text = id.value.as_str();
            if let Some(first) = known.get(text) {
                let finding = report.found(id.span, format!("duplicate ID `{text}`"));
                report.push(
                    finding
                        .and(*first, "first defined here")
                        .help("give each provider its own ID"),
                );
            } else if let Some(clause) = fault(text) {
                let finding = report.found(id.span, format!("invalid ID `{text}`: {clause}"));
                report.push(finding.help("use letters, digits and single hyphens, such as `gitlab`"));
            }
            known.entry(text).or_insert(id.span);
        }
        if let Some(host) = provider.value.host.spanned() {
            let written = dissect(&host.value);
            if written.scheme.is_some() || !written.path.is_empty() {
                let finding = report.found(host.span, format!("`{}` is a URL, not a host", host.value));
                report.push(finding.help(format!("use `{}`", written.host)));
            }
        }
    }
}

fn fault(id: &str) -> Option<&'static str> {
    let ends = id.starts_with('-') || id.ends_with('-') || id.contains("--");
    match id {
        _ if RESERVED_PROVIDER_IDS.contains(&id) => Some("reserved by Coder"),
        _ if id.len() > LONGEST_PROVIDER_ID => Some("longer than 32 characters"),
        _ if !id.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') => {
            Some("other characters than letters, digits and hyphens")
        }
        _ if ends => Some("a hyphen at an end, or two in a row"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn ids_that_the_server_refuses() {
        check(
            r"
platform: coder
coder: {license: premium}
authProviders:
^^^^^^^^^^^^^ info[coder-git-is-no-login]: users do not log in with these: only workspaces use them
  - {id: my_gitlab, type: GitLab, host: https://gitlab.acme.dev, clientId: a, clientSecret: {env: A}}
#        ^^^^^^^^^ error[coder-git-provider-invalid]: invalid ID `my_gitlab`: other characters than letters, digits and hyphens
#                                       ^^^^^^^^^^^^^^^^^^^^^^^ error[coder-git-provider-invalid]: `https://gitlab.acme.dev` is a URL, not a host
  - {id: new, type: GitHub, host: github.com, clientId: b, clientSecret: {env: B}}
#        ^^^ error[coder-git-provider-invalid]: invalid ID `new`: reserved by Coder
  - {id: git, type: GitHub, host: github.com, clientId: b, clientSecret: {env: C}}
  - {id: git, type: GitHub, host: github.com, clientId: b, clientSecret: {env: D}}
#        ^^^ error[coder-git-provider-invalid]: duplicate ID `git`
",
        );
    }
}
