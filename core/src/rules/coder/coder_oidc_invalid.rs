//! See [`RULE`].
use crate::model::{Config, Spanned};
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A setting of OpenID Connect cannot work.
    ///
    /// ## Why
    ///
    /// The server fetches `/.well-known/openid-configuration` below the issuer's URL when it starts, and does not start without it. Groups are only read
    /// with `groupField` or the scope `groups`.
    ///
    /// Source: coder/coder `cli/server.go`, `docs/admin/users/oidc-auth`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: [acme.dev]
    /// coder: {login: {oidc: {issuerUrl: id.acme.dev, clientId: coder, clientSecret: {env: S}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: [acme.dev]
    /// coder: {login: {oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: S}}}}
    /// ```
    "coder-oidc-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

/// What discovery adds to the issuer's URL (OpenID Connect Discovery 1.0, section 4).
const DISCOVERY: &str = "/.well-known/openid-configuration";

fn check(config: &Config, report: &mut Report<'_>) {
    let login = config.coder.get().and_then(|coder| coder.login.get());
    let Some(oidc) = login.and_then(|login| login.oidc.get()) else {
        return;
    };
    if let Some(issuer) = oidc.issuer_url.spanned() {
        let text = issuer.value.as_str();
        let (message, help) = match dissect(text).scheme {
            Some("http" | "https") if text.contains(DISCOVERY) => (
                format!("issuer `{text}` is the address of its configuration"),
                format!("use `{}`", text.split(DISCOVERY).next().unwrap_or_default()),
            ),
            Some("http" | "https") if dissect(text).host.is_empty() => (
                format!("invalid issuer `{text}`: no host"),
                "use a URL such as `https://id.acme.dev`".to_owned(),
            ),
            Some("http" | "https") => (String::new(), String::new()),
            _ => (
                format!("invalid issuer `{text}`: not a URL"),
                "use a URL such as `https://id.acme.dev`".to_owned(),
            ),
        };
        if !message.is_empty() {
            report.push(report.found(issuer.span, message).help(help));
        }
    }
    let scopes: Vec<&str> = oidc.scopes.items().map(|scope| scope.value.as_str()).collect();
    if let Some(groups) = oidc.allowed_groups.spanned()
        && oidc.group_field.is_missing()
        && !scopes.contains(&"groups")
    {
        let finding = report.found(groups.key, "`allowedGroups` requires `groupField`");
        report.push(finding.help("add `groupField`, or `groups` to `scopes`"));
    }
    let joined = |scope: &&Spanned<String>| scope.value.contains([',', ' ']);
    if let Some(scope) = oidc.scopes.items().find(joined) {
        let finding = report.found(
            scope.span,
            format!("several scopes in one item: `{}`", scope.value),
        );
        report.push(finding.help("list each scope separately: `[openid, profile, email]`"));
        return;
    }
    if let Some(written) = oidc
        .scopes
        .spanned()
        .filter(|_| !scopes.is_empty() && !scopes.contains(&"openid"))
    {
        let finding = report.found(written.span, "missing scope `openid`");
        report.push(finding.help("add `openid`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn settings_that_cannot_work() {
        check(
            r"
platform: coder
domain_passlist: [acme.dev]
coder: {login: {oidc: {issuerUrl: id.acme.dev, clientId: coder, clientSecret: {env: S}, allowedGroups: [dev], scopes: [email]}}}
#                                 ^^^^^^^^^^^ error[coder-oidc-invalid]: invalid issuer `id.acme.dev`: not a URL
#                                                                                       ^^^^^^^^^^^^^ error[coder-oidc-invalid]: `allowedGroups` requires `groupField`
#                                                                                                                     ^^^^^^^ error[coder-oidc-invalid]: missing scope `openid`
",
        );
        check(
            r"
platform: coder
domain_passlist: [acme.dev]
coder: {login: {oidc: {issuerUrl: https://id.acme.dev/.well-known/openid-configuration, clientId: coder, clientSecret: {env: S}}}}
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-oidc-invalid]: issuer `https://id.acme.dev/.well-known/openid-configuration` is the address of its configuration
",
        );
    }
}
