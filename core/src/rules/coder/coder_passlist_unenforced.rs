//! See [`RULE`].
use crate::diagnostic::Fix;
use crate::model::{Config, Field};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The list of mail domains has no effect.
    ///
    /// ## Why
    ///
    /// Coder checks mail domains at each login by OpenID Connect, and nowhere else: not for GitHub, not for passwords. With `blockNewUsers: false`, anyone
    /// may sign up, whatever the list says. The list also locks out users of other domains who have an account already.
    ///
    /// Source: coder/coder `coderd/userauth.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: [acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// domain_passlist: [acme.dev]
    /// coder: {login: {oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: S}}}}
    /// ```
    "coder-passlist-unenforced", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist().filter(|list| !list.value.is_empty()) else {
        return;
    };
    let signups = config.signups();
    if let (false, Some(off)) = (signups.blocked, signups.written) {
        let finding = report
            .found(list.key, "this list has no effect: new users are not blocked")
            .and(off, "new users admitted here");
        report.push(
            finding
                .help("set `blockNewUsers: true`, or remove `blockNewUsers`")
                .fix(Fix::risky("block new users", off, "true")),
        );
        return;
    }
    let coder = config.coder.get();
    if coder.is_some_and(|coder| matches!(coder.login, Field::Bad)) {
        return;
    }
    let login = coder.and_then(|coder| coder.login.get());
    // Nobody can log in at all then, as `coder-password-login-locked` says.
    if login.is_some_and(|login| login.disable_password.copied_or(false)) {
        return;
    }
    if login.is_none_or(|login| login.oidc.is_missing()) && !report.is_damaged() {
        let finding = report.found(
            list.key,
            "these mail domains are not enforced without OpenID Connect",
        );
        report.push(
            finding
                .help("add `coder.login.oidc`, or use `blockNewUsers: true` alone")
                .note("Coder compares mail domains for OpenID Connect only"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn lists_without_effect() {
        check(
            r"
platform: coder
domain_passlist: [acme.dev]
^^^^^^^^^^^^^^^ error[coder-passlist-unenforced]: these mail domains are not enforced without OpenID Connect
",
        );
        check(
            r"
platform: coder
blockNewUsers: false
domain_passlist: [acme.dev]
^^^^^^^^^^^^^^^ error[coder-passlist-unenforced]: this list has no effect: new users are not blocked
",
        );
    }
}
