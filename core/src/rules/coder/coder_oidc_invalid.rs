//! See [`RULE`].
use crate::diagnostic::Severity;
use crate::model::{Config, Spanned};
use crate::rules::hostname::{dissect, is_loopback, url_flaw};
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

/// Microsoft Entra ID's issuers begin with it, and these words are not tenants (Microsoft docs, "OpenID Connect on the Microsoft identity
/// platform": the issuer in a token is always that of a tenant).
const ENTRA: &str = "login.microsoftonline.com";
const ANY_TENANT: [&str; 3] = ["common", "consumers", "organizations"];

/// Google's issuer, and the end of its client IDs (Google Identity docs, "OpenID Connect").
const GOOGLE: &str = "https://accounts.google.com";
const GOOGLE_CLIENT: &str = ".apps.googleusercontent.com";

/// What discovery adds to the issuer's URL (OpenID Connect Discovery 1.0, section 4).
const DISCOVERY: &str = "/.well-known/openid-configuration";

/// What providers put behind the issuer for authorization, tokens, users and keys: Keycloak, Google, Microsoft Entra ID, Okta, Auth0, GitLab.
const ENDPOINTS: [&str; 16] = [
    "/protocol/openid-connect/auth",
    "/protocol/openid-connect/token",
    "/protocol/openid-connect/userinfo",
    "/protocol/openid-connect/certs",
    "/o/oauth2/v2/auth",
    "/oauth2/v2.0/authorize",
    "/oauth2/v2.0/token",
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth/authorize",
    "/oauth/token",
    "/v1/authorize",
    "/v1/token",
    "/authorize",
    "/userinfo",
    "/.well-known/jwks.json",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let login = config.coder.get().and_then(|coder| coder.login.get());
    let Some(oidc) = login.and_then(|login| login.oidc.get()) else {
        return;
    };
    if let Some(issuer) = oidc.issuer_url.spanned() {
        check_issuer(issuer, report);
        let host = dissect(&issuer.value).host;
        if let Some(domain) = config
            .domain
            .spanned()
            .filter(|own| own.value.eq_ignore_ascii_case(host))
        {
            let finding = report
                .found(issuer.span, format!("the issuer is Coder itself: `{host}`"))
                .and(domain.span, "Coder's name");
            report.push(finding.help("use the URL of the identity provider"));
        }
    }
    let google = oidc
        .issuer_url
        .get()
        .is_some_and(|issuer| issuer.trim_end_matches('/') == GOOGLE);
    if let Some(id) = oidc
        .client_id
        .spanned()
        .filter(|id| google && !id.value.ends_with(GOOGLE_CLIENT))
    {
        let finding = report.found(id.span, format!("`{}` is not a Google client ID", id.value));
        report.push(finding.help(format!("use the whole ID, which ends in `{GOOGLE_CLIENT}`")));
    }
    let entra = oidc
        .issuer_url
        .get()
        .is_some_and(|issuer| dissect(issuer).host == ENTRA);
    if let Some(id) = oidc
        .client_id
        .spanned()
        .filter(|id| entra && id.value.starts_with("api://"))
    {
        let finding = report.found(
            id.span,
            format!("`{}` is the ID of an API, not of the client", id.value),
        );
        report.push(finding.help("use the application (client) ID, a UUID"));
    }
    let tenant = oidc
        .issuer_url
        .get()
        .filter(|_| entra)
        .and_then(|issuer| tenant(issuer));
    if let Some(id) = oidc
        .client_id
        .spanned()
        .filter(|id| Some(id.value.as_str()) == tenant)
    {
        let finding = report.found(
            id.span,
            format!("`{}` is the tenant of the issuer, not the client", id.value),
        );
        report.push(finding.help("use the application (client) ID"));
    }
    if let Some(group) = oidc
        .allowed_groups
        .items()
        .find(|group| group.value.contains('*'))
    {
        let finding = report.found(
            group.span,
            format!("`{}` is not a pattern: groups are compared whole", group.value),
        );
        report.push(finding.help("list the groups, or remove `allowedGroups` to let in everybody"));
    }
    for field in [&oidc.group_field, &oidc.username_field, &oidc.email_field] {
        let inside = |field: &&Spanned<String>| NESTED.iter().any(|nested| field.value.starts_with(nested));
        if let Some(field) = field.spanned().filter(inside) {
            let finding = report.found(field.span, format!("`{}` is inside another claim", field.value));
            report.push(
                finding
                    .help("let the provider put it into a claim of its own, and name that")
                    .note("Coder reads the claims of the token, not what is in them"),
            );
        }
    }
    let groups = oidc.scopes.items().find(|scope| scope.value == "groups");
    if let Some(scope) = groups.filter(|_| google) {
        let finding = report.found(scope.span, "Google has no scope `groups`");
        let finding = finding.help("remove it: Google does not send groups");
        report.push(finding.note("Google refuses the request, and nobody can log in"));
    }
    let scopes: Vec<&str> = oidc.scopes.items().map(|scope| scope.value.as_str()).collect();
    if let Some(groups) = oidc.allowed_groups.spanned()
        && oidc.group_field.is_missing()
        && !scopes.contains(&"groups")
    {
        let finding = report.found(groups.key, "`allowedGroups` requires `groupField`");
        report.push(finding.help("add `groupField`, or `groups` to `scopes`"));
    }
    if let Some(field) = oidc
        .email_field
        .spanned()
        .filter(|field| field.value.contains([',', ' ']))
    {
        let finding = report.found(field.span, format!("`{}` is not one claim", field.value));
        report
            .push(finding.help("use the name of the claim with the mail address, such as `email` or `upn`"));
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
        return;
    }
    if let Some(written) = oidc
        .scopes
        .spanned()
        .filter(|_| !scopes.is_empty() && !scopes.contains(&"email") && oidc.email_field.is_missing())
    {
        let mut finding = report.found(written.span, "missing scope `email`");
        finding.severity = Severity::Warning;
        let finding = finding.help("add `email`, or set `emailField` to a claim that is always sent");
        report.push(finding.note("Coder refuses logins without a mail address"));
    }
}

/// Claims of Keycloak that are mappings (Keycloak docs, "Mapping claims and assertions").
const NESTED: [&str; 2] = ["realm_access.", "resource_access."];

/// The tenant's ID in an issuer of Microsoft Entra ID.
fn tenant(issuer: &str) -> Option<&str> {
    dissect(issuer).path.trim_start_matches('/').split('/').next()
}

/// The issuer below which an address of Keycloak's is: nothing follows the realm in it (Keycloak docs, "Endpoints").
fn realm(issuer: &str) -> Option<&str> {
    let start = issuer.find("/realms/")? + "/realms/".len();
    let end = start + issuer.get(start..)?.find('/')?;
    issuer.get(..end).filter(|base| base.len() + 1 < issuer.len())
}

/// The word in the place of a tenant's ID.
fn any_tenant(issuer: &str) -> Option<&'static str> {
    let written = dissect(issuer);
    let first = written.path.trim_start_matches('/').split('/').next()?;
    ANY_TENANT
        .into_iter()
        .find(|word| written.host == ENTRA && first == *word)
}

/// The URL below which discovery finds everything else.
fn check_issuer(issuer: &Spanned<String>, report: &mut Report<'_>) {
    let text = issuer.value.as_str();
    let found = |message: String| report.found(issuer.span, message);
    let finding = if dissect(text).scheme.is_none() {
        found(format!("invalid issuer `{text}`: not a URL")).help("use a URL such as `https://id.acme.dev`")
    } else if dissect(text).host.is_empty() {
        found(format!("invalid issuer `{text}`: no host")).help("use a URL such as `https://id.acme.dev`")
    } else if let Some(why) = url_flaw(text) {
        found(format!("invalid issuer `{text}`: {why}")).help("use a URL such as `https://id.acme.dev`")
    } else if let Some(word) = any_tenant(text) {
        found(format!("invalid issuer `{text}`: `{word}` is not a tenant"))
            .help(format!(
                "use the tenant's ID, as in `https://{ENTRA}/TENANT-ID/v2.0`"
            ))
            .note("tokens name their tenant as the issuer, so every login fails")
    } else if let Some((base, _)) = text.split_once(DISCOVERY) {
        found(format!("issuer `{text}` is the address of its configuration")).help(format!("use `{base}`"))
    } else if let Some(base) = ENDPOINTS.iter().find_map(|endpoint| text.strip_suffix(endpoint)) {
        found(format!("issuer `{text}` is one of its endpoints")).help(format!("use `{base}`"))
    } else if text.contains(['#', '?']) {
        found(format!(
            "issuer `{text}` has a {}",
            if text.contains('#') { "fragment" } else { "query" }
        ))
        .help("use the `issuer` of the provider's `/.well-known/openid-configuration`")
    } else if let Some(base) = realm(text) {
        found(format!("issuer `{text}` is an address below the realm's")).help(format!("use `{base}`"))
    } else if let Some(tenant) = tenant(text).filter(|_| dissect(text).host == ENTRA)
        && dissect(text).path != format!("/{tenant}/v2.0")
    {
        found(format!("issuer `{text}` is not the one in the tenant's tokens"))
            .help(format!("use `https://{ENTRA}/{tenant}/v2.0`"))
            .note("the server compares the two letter by letter, and does not start")
    } else if dissect(text).is_plain_http() && !is_loopback(dissect(text).host) {
        let mut finding = found(format!("issuer `{text}` does not use TLS"));
        finding.severity = Severity::Warning;
        finding
            .help(format!("use `{}`", text.replacen("http://", "https://", 1)))
            .note("anyone who can intercept the connection can log in as any user")
    } else {
        return;
    };
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check, findings};

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

    #[test]
    fn where_the_mail_address_comes_from() {
        check(
            r#"
platform: coder
domain: ide.acme.dev
domain_passlist: [acme.dev]
coder:
  login:
    oidc:
      issuerUrl: https://ide.acme.dev/realms/dev
#                ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-oidc-invalid]: the issuer is Coder itself: `ide.acme.dev`
      clientId: coder
      clientSecret: {env: S}
      scopes: [openid, profile]
#             ^^^^^^^^^^^^^^^^^ warning[coder-oidc-invalid]: missing scope `email`
"#,
        );
        check(
            r#"
platform: coder
domain_passlist: [acme.dev]
coder:
  login:
    oidc:
      issuerUrl: https://id.acme.dev
      clientId: coder
      clientSecret: {env: S}
      scopes: [openid, profile]
      emailField: "email upn"
#                 ^^^^^^^^^^^ error[coder-oidc-invalid]: `email upn` is not one claim
"#,
        );
    }

    #[test]
    fn claims_and_clients() {
        check(
            r#"
platform: coder
domain_passlist: [acme.dev]
coder:
  login:
    oidc:
      issuerUrl: https://login.microsoftonline.com/7f0c2d54-9e1a-4b88-a3a6-51c2e7d90b14/v2.0
      clientId: 7f0c2d54-9e1a-4b88-a3a6-51c2e7d90b14
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-oidc-invalid]: `7f0c2d54-9e1a-4b88-a3a6-51c2e7d90b14` is the tenant of the issuer, not the client
      clientSecret: {env: S}
      ignoreEmailVerified: true
      groupField: realm_access.roles
#                 ^^^^^^^^^^^^^^^^^^ error[coder-oidc-invalid]: `realm_access.roles` is inside another claim
      allowedGroups: ["dev*", /ops]
#                     ^^^^^^ error[coder-oidc-invalid]: `dev*` is not a pattern: groups are compared whole
"#,
        );
        check(
            r#"
platform: coder
domain_passlist: [acme.dev]
coder: {login: {oidc: {issuerUrl: "https://id.acme.dev/realms/dev", clientId: c, clientSecret: {env: S}, groupField: "https://acme.dev/groups", allowedGroups: [/dev]}}}
"#,
        );
    }

    #[test]
    fn issuers_that_are_something_else() {
        let with = |issuer: &str| {
            format!(
                "platform: coder\ndomain_passlist: [acme.dev]\ncoder: {{login: {{oidc: {{issuerUrl: \"{issuer}\", clientId: a, clientSecret: {{env: S}}}}}}}}\n"
            )
        };
        for (issuer, says) in [
            (
                "https://id.acme.dev/realms/dev/protocol/openid-connect/token",
                "is one of its endpoints",
            ),
            (
                "https://accounts.google.com/o/oauth2/v2/auth",
                "is one of its endpoints",
            ),
            ("https://id.acme.dev/realms/my dev", "contains a space"),
            (
                "https://id.acme.dev:84430/x",
                "port `84430` is out of range (1-65535)",
            ),
            ("http://id.acme.dev", "does not use TLS"),
            (
                "https://id.acme.dev/realms/dev/account",
                "is an address below the realm's",
            ),
            ("https://id.acme.dev/admin/#/dev", "has a fragment"),
            (
                "https://login.microsoftonline.com/7f0c2d54-9e1a-4b88-a3a6-51c2e7d90b14/v2.0/",
                "is not the one in the tenant's tokens",
            ),
            (
                "https://login.microsoftonline.com/7f0c2d54-9e1a-4b88-a3a6-51c2e7d90b14",
                "is not the one in the tenant's tokens",
            ),
        ] {
            let (_, found) = findings(&with(issuer), &TestInputs::default());
            let found: Vec<_> = found
                .iter()
                .filter(|found| found.rule.name == "coder-oidc-invalid")
                .collect();
            assert!(
                matches!(&*found, [found] if found.message.ends_with(says)),
                "{issuer}: {found:?}"
            );
        }
    }
}
