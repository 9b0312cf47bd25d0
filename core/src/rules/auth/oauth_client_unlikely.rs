//! See [`RULE`].

use crate::model::{AuthProviderKind, Config};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A client ID has the form of another Git host, or is the number of an app.
    ///
    /// ## Why
    ///
    /// GitHub's client IDs start with `Ov23` or `Iv` and belong to GitHub alone; the page of a GitHub App shows its number first, which is
    /// another ID. With either, the Git host answers that it does not know the application, and nobody can log in.
    ///
    /// Source: docs.github.com, "Identifying and authorizing users for GitHub Apps" and "Differences between GitHub Apps and OAuth apps".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authProviders: [{id: gitlab, type: GitLab, host: gitlab.acme.dev, clientId: Ov23liAbCdEfGhIjKlMn, clientSecret: {env: S}}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// authProviders: [{id: github, type: GitHub, host: github.com, clientId: Ov23liAbCdEfGhIjKlMn, clientSecret: {env: S}}]
    /// ```
    "oauth-client-unlikely", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// The beginnings of GitHub's client IDs, and their length.
const BEGINNINGS: [&str; 3] = ["Iv1.", "Iv23", "Ov23"];
const LENGTH: usize = 20;

/// The most digits of an app's number; client IDs of older OAuth apps are 20 hexadecimal digits.
const NUMBER: usize = 10;

fn check(config: &Config, report: &mut Report<'_>) {
    for provider in config.auth_providers.items() {
        let (Some(kind), Some(id)) = (provider.value.kind.spanned(), provider.value.client_id.spanned())
        else {
            continue;
        };
        // With GitHub's host, the type is wrong, as `oauth-type-mismatch` says.
        let host = provider.value.host.get().map_or("", String::as_str);
        let is_github = host.contains("github") || host.ends_with(".ghe.com");
        let text = id.value.as_str();
        let of_github = BEGINNINGS.iter().any(|start| text.starts_with(start)) && text.len() == LENGTH;
        let is_number = !text.is_empty() && text.len() <= NUMBER && text.bytes().all(|b| b.is_ascii_digit());
        let (message, help) = match kind.value {
            AuthProviderKind::GitHub if is_number => (
                format!("`{text}` is the number of an app, not its client ID"),
                "use the client ID, which starts with `Iv`",
            ),
            other if other != AuthProviderKind::GitHub && of_github && !is_github => (
                format!("`{text}` is a client ID of GitHub"),
                "use the ID of the application on this host",
            ),
            _ => continue,
        };
        let finding = report.found(id.span, message).help(help);
        report.push(finding.note("the Git host does not know the application, and nobody can log in"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn ids_of_others() {
        check(
            r#"
authProviders:
  - {id: a, type: GitLab, host: gitlab.com, clientId: Iv23liAbCdEfGhIjKlMn, clientSecret: {env: A}}
#                                                     ^^^^^^^^^^^^^^^^^^^^ warning[oauth-client-unlikely]: `Iv23liAbCdEfGhIjKlMn` is a client ID of GitHub
  - {id: b, type: GitHub, host: github.com, clientId: "1029384", clientSecret: {env: B}}
#                                                     ^^^^^^^^^ warning[oauth-client-unlikely]: `1029384` is the number of an app, not its client ID
  - {id: c, type: GitHub, host: github.acme.dev, clientId: 0a1b2c3d4e5f60718293, clientSecret: {env: C}}
"#,
        );
    }
}
