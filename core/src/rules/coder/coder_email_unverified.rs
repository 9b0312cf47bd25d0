//! See [`RULE`].
use crate::model::{Config, Field};
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The identity provider does not say whether mail addresses are verified.
    ///
    /// ## Why
    ///
    /// Since June 2026, all supported releases refuse a login whose `email_verified` is missing, and Microsoft Entra ID does not send it. Set
    /// `ignoreEmailVerified` if nobody can choose a mail address there that is not theirs.
    ///
    /// Source: coder/coder issue #3954, #25713; backported to 2.29 and 2.32 to 2.34 by #26177, #26182, #26187 and #26273.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: [acme.dev]
    /// coder: {login: {oidc: {issuerUrl: https://login.microsoftonline.com/T/v2.0, clientId: coder, clientSecret: {env: S}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: [acme.dev]
    /// coder:
    ///   login:
    ///     oidc:
    ///       issuerUrl: https://login.microsoftonline.com/T/v2.0
    ///       clientId: coder
    ///       clientSecret: {env: S}
    ///       ignoreEmailVerified: true
    /// ```
    "coder-email-unverified", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

/// Hosts of issuers that do not send the claim (Microsoft Entra ID's clouds).
const WITHOUT: [&str; 4] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "sts.windows.net",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let login = config.coder.get().and_then(|coder| coder.login.get());
    let Some(oidc) = login.and_then(|login| login.oidc.get()) else {
        return;
    };
    let Some(issuer) = oidc.issuer_url.spanned() else {
        return;
    };
    let written = oidc.ignore_email_verified.spanned();
    if written.is_some_and(|ignore| ignore.value) || matches!(oidc.ignore_email_verified, Field::Bad) {
        return;
    }
    let host = dissect(&issuer.value).host.to_ascii_lowercase();
    if WITHOUT.contains(&host.as_str()) {
        let finding = report.found(
            written.map_or(issuer.span, |off| off.span),
            format!("`{host}` does not say whether mail addresses are verified"),
        );
        report.push(
            finding
                .help("set `ignoreEmailVerified: true`, if mail addresses there cannot be chosen freely")
                .note("Coder refuses logins without `email_verified`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn entra_sends_no_such_claim() {
        check(
            r"
platform: coder
domain_passlist: [acme.dev]
coder: {login: {oidc: {issuerUrl: https://login.microsoftonline.com/t/v2.0, clientId: coder, clientSecret: {env: S}}}}
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[coder-email-unverified]: `login.microsoftonline.com` does not say whether mail addresses are verified
",
        );
    }
}
