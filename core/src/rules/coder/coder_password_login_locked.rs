//! See [`RULE`].
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Passwords are off, and there is no other way to log in.
    ///
    /// ## Why
    ///
    /// Without OpenID Connect or GitHub, only owners can log in, since owners keep their passwords.
    ///
    /// Source: coder/coder issue #6729; `coder server --help`, `--disable-password-auth`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {login: {disablePassword: true}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: [acme.dev]
    /// coder:
    ///   login:
    ///     oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: OIDC_SECRET}}
    ///     disablePassword: true
    /// ```
    "coder-password-login-locked", Error, since "0.1.0", fix None, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let login = config.coder.get().and_then(|coder| coder.login.get());
    let Some(login) = login.filter(|login| !login.oidc.is_written() && !login.github.is_written()) else {
        return;
    };
    if let Some(off) = login.disable_password.spanned().filter(|off| off.value) {
        let finding = report.found(off.span, "nobody but owners can log in");
        report.push(
            finding.help("add `coder.login.oidc` or `coder.login.github`, or remove `disablePassword`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn no_way_in() {
        check(
            r"
platform: coder
coder: {login: {disablePassword: true}}
#                                ^^^^ error[coder-password-login-locked]: nobody but owners can log in
",
        );
    }
}
