//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A Git host is written as a URL.
    ///
    /// ## Why
    ///
    /// Gitpod compares the host with those of repositories and builds `https://` URLs from it. With a scheme or path it matches no
    /// repository, and the login fails.
    ///
    /// Source: gitpod-io/gitpod `components/server/src/auth/auth-provider-service.ts`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitHub, type: GitHub, host: https://github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: GITHUB_CLIENT_SECRET}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitHub, type: GitHub, host: github.com, clientId: Iv1.0123456789abcdef, clientSecret: {env: GITHUB_CLIENT_SECRET}}
    /// ```
    "oauth-host-has-scheme", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    for provider in config.auth_providers.items() {
        let Some(host) = provider.value.host.spanned() else {
            continue;
        };
        let written = dissect(&host.value);
        if written.host.is_empty() || (written.scheme.is_none() && written.path.is_empty()) {
            continue;
        }
        // A custom port is part of the host.
        let bare = match written.port {
            Some(port) if port != "443" => format!("{}:{port}", written.host),
            _ => written.host.to_owned(),
        };
        let bare = bare.to_ascii_lowercase();
        // A path may have been meant, and without TLS the host may not answer.
        let lossless =
            matches!(written.path, "" | "/") && written.userinfo.is_none() && !written.is_plain_http();
        let how = match lossless {
            true => Applicability::Safe,
            false => Applicability::Unsafe,
        };
        let finding = report
            .found(
                host.span,
                format!("expected a host, found the URL `{}`", host.value),
            )
            .help(format!("use `{bare}`"))
            .note("Gitpod compares it with the hosts of repositories, so it matches none of them");
        let fix = edit::write(report, host.span, &bare, how);
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    fn with(host: &str) -> String {
        format!(
            "authProviders:\n  - id: a\n    type: GitLab\n    clientId: b\n    clientSecret: {{env: C}}\n    host: {host}\n"
        )
    }

    #[test]
    fn urls_are_flagged_and_fixed() {
        check(
            r"
authProviders:
  - id: a
    type: GitLab
    clientId: b
    clientSecret: {env: C}
    host: https://gitlab.acme.dev/
#         ^^^^^^^^^^^^^^^^^^^^^^^^ error[oauth-host-has-scheme]: expected a host, found the URL `https://gitlab.acme.dev/`
",
        );
        check(
            r"
authProviders:
  - id: a
    type: GitLab
    clientId: b
    clientSecret: {env: C}
    host: gitlab.acme.dev:8443
",
        );
        check_fix(
            "oauth-host-has-scheme",
            &with("'https://gitlab.acme.dev:8443/'"),
            &with("'gitlab.acme.dev:8443'"),
        );
        check_fix(
            "oauth-host-has-scheme",
            &with("https://gitlab.acme.dev:443"),
            &with("gitlab.acme.dev"),
        );
    }

    #[test]
    fn only_what_has_one_reading_is_fixed_without_asking() {
        check_applicability(
            "oauth-host-has-scheme",
            &[
                (
                    "authProviders:\n  - {id: a, type: GitLab, clientId: b, clientSecret: {env: C}, host: \"https://gitlab.acme.dev/\"}\n",
                    "safe",
                ),
                (
                    "authProviders:\n  - {id: a, type: GitLab, clientId: b, clientSecret: {env: C}, host: \"http://gitlab.acme.dev\"}\n",
                    "unsafe",
                ),
                (
                    "authProviders:\n  - {id: a, type: GitLab, clientId: b, clientSecret: {env: C}, host: \"https://acme.dev/gitlab\"}\n",
                    "unsafe",
                ),
                (
                    "authProviders:\n  - {id: a, type: GitLab, clientId: b, clientSecret: {env: C}, host: \"https://ada@gitlab.acme.dev\"}\n",
                    "unsafe",
                ),
            ],
        );
    }
}
