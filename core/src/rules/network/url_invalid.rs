//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::{Config, Spanned};
use crate::rules::hostname::{dissect, is_loopback, url_flaw};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A URL has no scheme, or no host.
    ///
    /// ## Why
    ///
    /// These URLs are handed on as they are: to browsers, which take one without `https://` for a path of the page that they show, and to
    /// services, which exit on it.
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
    "url-invalid", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for url in config.urls() {
        judge(url, report);
        if url_flaw(url.value.trim()).is_none() && is_loopback(dissect(url.value.trim()).host) {
            let finding = report.found(
                url.span,
                format!("`{}` is loopback, where each pod reaches only itself", url.value),
            );
            report.push(finding.help("use the name of a Service, such as `otel-collector.observability.svc.cluster.local`, or of a machine"));
        }
    }
}

fn judge(url: &Spanned<String>, report: &mut Report<'_>) {
    let text = url.value.trim();
    let Some(why) = url_flaw(text) else { return };
    let written = dissect(text);
    let finding = report.found(url.span, format!("invalid URL `{text}`: {why}"));
    let better = match written.host {
        // Two schemes.
        "https" | "http" => format!("https://{}", written.path.trim_start_matches('/')),
        _ => format!("https://{}", text.trim_start_matches('/')),
    };
    report.push(match url_flaw(&better) {
        None if written.scheme.is_none_or(|scheme| scheme != "ftp") => {
            let fix = edit::write(report, url.span, &better, Applicability::Unsafe);
            edit::attach(finding.help(format!("use `{better}`")), fix)
        }
        _ => finding.help("use a URL such as `https://git.acme.dev/settings`"),
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
    fn what_is_no_url() {
        check(
            r#"
platform: coder
coder: {login: {github: {clientId: a, clientSecret: {env: G}, allowedOrgs: [acme], enterpriseUrl: "https://https://git.acme.dev"}}}
#                                                                                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[url-invalid]: invalid URL `https://https://git.acme.dev`: contains two schemes
"#,
        );
        check(
            r#"
gitpod: {openVsxUrl: "https://open-vsx.org:84430/a b", repository: registry.acme.dev/gitpod}
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[url-invalid]: invalid URL `https://open-vsx.org:84430/a b`: contains a space
"#,
        );
        check(
            r#"
gitpod: {openVsxUrl: "https://open-vsx.org:84430", repository: registry.acme.dev/gitpod}
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[url-invalid]: invalid URL `https://open-vsx.org:84430`: port `84430` is out of range (1-65535)
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
