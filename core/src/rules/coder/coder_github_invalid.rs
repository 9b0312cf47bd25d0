//! See [`RULE`].
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The login with GitHub has the ID or the URL of something else.
    ///
    /// ## Why
    ///
    /// An app has a number, and a client ID of twenty characters that the login sends. A server of one's own answers programs below `/api/v3`,
    /// which Coder adds itself.
    ///
    /// Source: GitHub docs, "Differences between GitHub Apps and OAuth apps"; coder/coder, cli/server.go (`CODER_OAUTH2_GITHUB_ENTERPRISE_BASE_URL`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {login: {github: {clientId: "412345", clientSecret: {env: S}, allowedOrgs: [acme]}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {login: {github: {clientId: Ov23liK4pWq8ZxN1sTvB, clientSecret: {env: S}, allowedOrgs: [acme]}}}
    /// ```
    "coder-github-invalid", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), for Coder
}

/// What programs add to the URL of a GitHub Enterprise Server.
const API: [&str; 4] = ["/api/v3/", "/api/v3", "/api/", "/api"];

fn check(config: &Config, report: &mut Report<'_>) {
    let login = config.coder.get().and_then(|coder| coder.login.get());
    let Some(github) = login.and_then(|login| login.github.get()) else {
        return;
    };
    let number = |id: &str| !id.is_empty() && id.bytes().all(|b| b.is_ascii_digit());
    if let Some(id) = github.client_id.spanned().filter(|id| number(&id.value)) {
        let finding = report.found(
            id.span,
            format!("`{}` is the number of an app, not its client ID", id.value),
        );
        report.push(finding.help("use the client ID from the same page, such as `Ov23li…` or `Iv1.…`"));
    }
    let Some(url) = github.enterprise_url.spanned() else {
        return;
    };
    if let Some(base) = API.iter().find_map(|end| url.value.strip_suffix(end)) {
        let finding = report.found(url.span, format!("`{}` is the URL of the API", url.value));
        let fix = edit::write(report, url.span, base, Applicability::Unsafe);
        report.push(edit::attach(finding.help(format!("use `{base}`")), fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn numbers_and_apis() {
        check(
            r#"
platform: coder
coder:
  login:
    github:
      clientId: "412345"
#               ^^^^^^^^ error[coder-github-invalid]: `412345` is the number of an app, not its client ID
      clientSecret: {env: S}
      allowedOrgs: [acme]
      enterpriseUrl: https://git.acme.dev/api/v3
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-github-invalid]: `https://git.acme.dev/api/v3` is the URL of the API
"#,
        );
    }
}
