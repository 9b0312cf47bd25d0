//! See [`RULE`].
use crate::model::Config;
use crate::plan::platform::coder::LOGIN_ISSUER;
use crate::plan::{Built, OneWay, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The OpenID Connect issuer is another one than the tree was built with.
    ///
    /// ## Why
    ///
    /// An account is linked to the issuer that it came from. With another one, its user gets 403 until `coder server fix-oidc-links` has run.
    ///
    /// Source: coder/coder #25712, #26398 (2.33.8 and 2.33.9).
    ///
    /// ## Example
    ///
    /// With a tree that was built with another `issuerUrl`:
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {login: {oidc: {issuerUrl: https://new.acme.dev, clientId: coder, clientSecret: {env: S}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {login: {oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: S}}}}
    /// ```
    "coder-login-issuer-changed", Warning, since "0.1.0", fix None, suppressible, Reads::Built(check), for Coder
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let now = OneWay::of(plan).platform;
    let (Some(before), Some(now)) = (built.one_way.platform.get(LOGIN_ISSUER), now.get(LOGIN_ISSUER)) else {
        return;
    };
    let oidc = config.coder.get().and_then(|coder| coder.login.get()?.oidc.get());
    let written = oidc.and_then(|oidc| oidc.issuer_url.span());
    if before == now {
        return;
    }
    let at = written.unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(at, format!("issuer changed from {before} to {now}"))
            .help("after applying it, run `coder server fix-oidc-links`")
            .note("accounts are linked to the old issuer, and their users get 403 until then"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn accounts_belong_to_an_issuer() {
        check_after(
            r"
platform: coder
domain_passlist: [acme.dev]
coder: {login: {oidc: {issuerUrl: https://new.acme.dev, clientId: coder, clientSecret: {env: S}}}}
#                                 ^^^^^^^^^^^^^^^^^^^^ warning[coder-login-issuer-changed]: issuer changed from https://id.acme.dev to https://new.acme.dev
",
            "platform: coder\ndomain_passlist: [acme.dev]\ncoder: {login: {oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: S}}}}\n",
        );
    }
}
