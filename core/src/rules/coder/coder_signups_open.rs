//! See [`RULE`].
use crate::model::Config;
use crate::rules::public::is_public;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Anyone with an account at the identity provider may sign up.
    ///
    /// ## Why
    ///
    /// Everyone who can log in by OpenID Connect or GitHub gets an account with the first login, and can start workspaces on machines you pay for.
    ///
    /// Source: coder/coder `docs/admin/users`, `--oidc-allow-signups`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {login: {github: {clientId: Iv1.a, clientSecret: {env: S}, allowEveryone: true}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// blockNewUsers: true
    /// coder: {login: {github: {clientId: Iv1.a, clientSecret: {env: S}, allowEveryone: true}}}
    /// ```
    "coder-signups-open", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

fn check(config: &Config, report: &mut Report<'_>) {
    let signups = config.signups();
    let unreadable = config.block_new_users.is_written() && signups.written.is_none();
    if signups.blocked
        || unreadable
        || config.passlist().is_some()
        || !is_public(config)
        || report.is_damaged()
    {
        return;
    }
    let Some(login) = config.coder.get().and_then(|coder| coder.login.get()) else {
        return;
    };
    // What only an organization or some groups can use is not open.
    let oidc = login
        .oidc
        .spanned()
        .filter(|oidc| oidc.value.allowed_groups.is_missing());
    let github = login.github.spanned();
    let github = github.filter(|github| {
        // With a list of who may, it is not clear who is meant.
        let listed = github.value.allowed_orgs.is_written() || github.value.allowed_teams.is_written();
        github.value.allow_everyone.copied_or(false) && !listed
    });
    let places = [
        oidc.map(|oidc| (oidc.key, "OpenID Connect")),
        github.map(|github| (github.key, "GitHub")),
    ];
    for (at, how) in places.into_iter().flatten() {
        let finding = report.found(
            signups.written.unwrap_or(at),
            format!("anyone who can log in by {how} may sign up"),
        );
        report.push(
            finding
                .help("add your mail domains: `domain_passlist: [acme.dev]`, or set `blockNewUsers: true`")
                .note("every account can start workspaces on your machines"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn open_doors() {
        check(
            r"
platform: coder
coder:
  login:
    oidc: {issuerUrl: https://id.acme.dev, clientId: coder, clientSecret: {env: S}}
#   ^^^^ warning[coder-signups-open]: anyone who can log in by OpenID Connect may sign up
    github: {clientId: a, clientSecret: {env: G}, allowEveryone: true}
#   ^^^^^^ warning[coder-signups-open]: anyone who can log in by GitHub may sign up
",
        );
    }
}
