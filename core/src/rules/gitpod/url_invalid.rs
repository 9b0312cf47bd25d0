//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::{Config, Spanned};
use crate::rules::hostname::{Flaw, dissect, flaw};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A URL has no scheme, or no host.
    ///
    /// ## Why
    ///
    /// Gitpod hands these URLs on as they are: to browsers, which take one without `https://` for a path below Gitpod itself, and to
    /// components, which exit on it.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {openVsxUrl: open-vsx.org}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {openVsxUrl: "https://open-vsx.org"}
    /// ```
    "url-invalid", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let gitpod = config.gitpod.get();
    let tracing = gitpod.and_then(|gitpod| gitpod.tracing.get());
    let one = gitpod.and_then(|gitpod| gitpod.open_vsx_url.spanned());
    let endpoint = tracing.and_then(|tracing| tracing.endpoint.spanned());
    let settings = config
        .auth_providers
        .items()
        .filter_map(|provider| provider.value.settings_url.spanned());
    for url in one.into_iter().chain(endpoint).chain(settings) {
        judge(url, report);
    }
}

fn judge(url: &Spanned<String>, report: &mut Report<'_>) {
    let text = url.value.trim();
    let written = dissect(text);
    let host = match flaw(written.host) {
        None | Some(Flaw::Address | Flaw::SingleLabel | Flaw::Tld(_)) => None,
        Some(flaw) => Some(format!("host {}", flaw.clause())),
    };
    let why = match (written.scheme, host) {
        (Some("https" | "http"), None) => return,
        (None | Some(""), _) => "missing `https://`".to_owned(),
        (Some("https" | "http"), Some(host)) => host,
        (Some(scheme), _) => format!("unknown scheme `{scheme}`"),
    };
    let finding = report.found(url.span, format!("invalid URL `{text}`: {why}"));
    let better = format!("https://{}", text.trim_start_matches('/'));
    let fits = written.scheme.is_none_or(str::is_empty) && flaw(written.host).is_none();
    report.push(match fits {
        true => {
            let fix = edit::write(report, url.span, &better, Applicability::Unsafe);
            edit::attach(finding.help(format!("use `{better}`")), fix)
        }
        false => finding.help("use a URL such as `https://git.acme.dev/settings`"),
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn urls_without_a_scheme() {
        check(
            r#"
authProviders:
  - {id: a, type: GitHub, host: github.com, clientId: x, clientSecret: {env: A}, settingsUrl: github.com/settings/applications/1}
#                                                                                             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[url-invalid]: invalid URL `github.com/settings/applications/1`: missing `https://`
  - {id: b, type: GitLab, host: gitlab.com, clientId: x, clientSecret: {env: B}, settingsUrl: "https://gitlab.com/-/profile/applications"}
gitpod: {openVsxUrl: "ftp://open-vsx.org", repository: registry.acme.dev/gitpod}
#                    ^^^^^^^^^^^^^^^^^^^^ error[url-invalid]: invalid URL `ftp://open-vsx.org`: unknown scheme `ftp`
"#,
        );
    }

    #[test]
    fn the_fix_adds_the_scheme() {
        check_fix(
            "url-invalid",
            "gitpod: {openVsxUrl: open-vsx.org}\n",
            "gitpod: {openVsxUrl: https://open-vsx.org}\n",
        );
    }
}
