//! See [`RULE`].

use crate::diagnostic::{Applicability, Severity};
use crate::model::{AuthProviderKind, Config};
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// An auth provider's type is not that of its host.
    ///
    /// ## Why
    ///
    /// The platform uses the API of the type. `gitlab.com` does not answer as GitHub does, so nobody can log in. `Bitbucket` is
    /// bitbucket.org alone; a server of one's own is `BitbucketServer`.
    ///
    /// Source: Bitbucket's documentation, "Bitbucket Cloud" and "Bitbucket Data Center".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitLab, type: GitHub, host: gitlab.com, clientId: 0123456789abcdef0123, clientSecret: {env: GITLAB_CLIENT_SECRET}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// authProviders:
    ///   - {id: GitLab, type: GitLab, host: gitlab.com, clientId: 0123456789abcdef0123, clientSecret: {env: GITLAB_CLIENT_SECRET}}
    /// ```
    "oauth-type-mismatch", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

use AuthProviderKind::{Bitbucket, BitbucketServer, GitHub, GitLab};

fn check(config: &Config, report: &mut Report<'_>) {
    for provider in config.auth_providers.items() {
        let (Some(kind), Some(host)) = (provider.value.kind.spanned(), provider.value.host.spanned()) else {
            continue;
        };
        let written = dissect(&host.value);
        // With a path, the host is wrong, which is `oauth-host-has-scheme`.
        if !matches!(written.path, "" | "/") {
            continue;
        }
        let name = written.host.trim_end_matches('.').to_ascii_lowercase();
        let Some((better, severity)) = better(kind.value, &name) else {
            continue;
        };
        let message = format!("`{name}` is not of the type `{}`", kind.value.as_str());
        let mut finding = report
            .found(kind.span, message)
            .and(host.span, "host set here")
            .help(format!("use `type: {}`", better.as_str()))
            .note("the host does not answer the type's API, and nobody can log in");
        finding.severity = severity;
        // The host may as well be the mistake.
        let fix = edit::write(report, kind.span, better.as_str(), Applicability::Unsafe);
        report.push(edit::attach(finding, fix));
    }
}

/// The type of a host, where it is another; certain for the services themselves, likely by the name of others.
fn better(written: AuthProviderKind, host: &str) -> Option<(AuthProviderKind, Severity)> {
    let of_host = match host {
        "github.com" => GitHub,
        "gitlab.com" => GitLab,
        "bitbucket.org" => Bitbucket,
        _ => {
            let first = host.split('.').next().unwrap_or("");
            let likely = match first {
                _ if host.ends_with(".ghe.com") || first.contains("github") => GitHub,
                _ if first.contains("gitlab") => GitLab,
                _ if first.contains("bitbucket") || written == Bitbucket => BitbucketServer,
                _ => return None,
            };
            return (likely != written).then_some((likely, Severity::Warning));
        }
    };
    (of_host != written).then_some((of_host, Severity::Error))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn hosts_of_another_type() {
        check(
            r"
authProviders:
  - {id: a, type: GitHub, host: gitlab.com, clientId: x, clientSecret: {env: A}}
#                 ^^^^^^ error[oauth-type-mismatch]: `gitlab.com` is not of the type `GitHub`
  - {id: b, type: GitHub, host: gitlab.acme.dev, clientId: x, clientSecret: {env: B}}
#                 ^^^^^^ warning[oauth-type-mismatch]: `gitlab.acme.dev` is not of the type `GitHub`
  - {id: c, type: Bitbucket, host: git.acme.dev, clientId: x, clientSecret: {env: C}}
#                 ^^^^^^^^^ warning[oauth-type-mismatch]: `git.acme.dev` is not of the type `Bitbucket`
  - {id: d, type: GitHub, host: git.acme.org, clientId: x, clientSecret: {env: D}}
  - {id: e, type: BitbucketServer, host: bitbucket.org, clientId: x, clientSecret: {env: E}}
#                 ^^^^^^^^^^^^^^^ error[oauth-type-mismatch]: `bitbucket.org` is not of the type `BitbucketServer`
",
        );
    }

    #[test]
    fn the_fix_writes_the_type_of_the_host() {
        let with = |kind: &str| {
            format!(
                "authProviders: [{{id: a, type: {kind}, host: gitlab.com, clientId: x, clientSecret: {{env: A}}}}]\n"
            )
        };
        check_fix("oauth-type-mismatch", &with("GitHub"), &with("GitLab"));
    }
}
