//! See [`RULE`].

use crate::model::Config;
use crate::rules::public::{bare_domain, defaults_matter};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Everybody on the internet may sign up.
    ///
    /// ## Why
    ///
    /// Whoever can log in at one of the Git hosts gets an account and can start workspaces, which are virtual machines that
    /// you pay for. Upstream says that new users should be blocked where an installation is on the public internet.
    ///
    /// Source: gitpod-io/gitpod issue #8906, pull request #13126.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// blockNewUsers: false
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    "signups-open", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let signups = config.signups();
    let list = config.passlist();
    let written = [
        config.block_new_users.is_written(),
        config.domain_passlist.is_written(),
        config.domain_passlist_alias.is_written(),
    ];
    let unreadable = written.contains(&true) && signups.written.is_none() && list.is_none();
    // A list with entries that is switched off is a finding of its own.
    let listed = list.is_some_and(|list| !list.value.is_empty());
    if signups.blocked || unreadable || listed || !defaults_matter(config, "blockNewUsers", report) {
        return;
    }
    let span = signups
        .written
        .or(list.map(|list| list.span))
        .unwrap_or(report.anchor());
    let domain = bare_domain(config.domain.text().unwrap_or_default());
    report.push(
        report
            .found(
                span,
                format!("everybody on the internet may sign up at `{domain}`"),
            )
            .help("add the mail domains of your people: `domain_passlist: [acme.dev]`")
            .note("every account can start workspaces on your machines"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn an_open_door_is_told_where_it_is_opened_or_at_the_domain() {
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: The cluster itself signs the certificate of `gitpod.acme.dev`, which no browser trusts
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: No `gitpod.repository` is given, and the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: The first visitor of `gitpod.acme.dev` sets up the login and becomes the admin
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: No SSH key may log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: Everybody on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
blockNewUsers: false
#              ^^^^^ warning[signups-open]: Everybody on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
domain_passlist: []
#                ^^ warning[signups-open]: Everybody on the internet may sign up at `gitpod.acme.dev`
",
        );
    }

    #[test]
    fn nothing_is_said_where_somebody_is_kept_out_or_nobody_comes() {
        check(
            r"
domain_passlist: [acme.dev]
",
        );
        check(
            r"
blockNewUsers: false
domain_passlist: [acme.dev]
^^^^^^^^^^^^^^^ warning[passlist-ignored]: This passlist is not asked: nobody is blocked
",
        );
        check(
            r"
domain_passlist: acme.dev
#                ^^^^^^^^ error[wrong-type]: Expected a list, found `acme.dev`
",
        );
        check(
            r"
domain: gitpod.lan
blockNewUsers: false
certificate: {selfSigned: true}
",
        );
        check(
            r"
platform: none
domain: k3s.acme.dev
cluster: {api: {host: k3s.acme.dev}}
",
        );
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: [
#       ^ error[syntax]: This `[` is never closed
",
        );
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: The cluster itself signs the certificate of `gitpod.acme.dev`, which no browser trusts
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: The first visitor of `gitpod.acme.dev` sets up the login and becomes the admin
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: No SSH key may log in to the machines
gitpod: {configPatch: {blockNewUsers: {enabled: true, passlist: [acme.dev]}}}
^^^^^^ warning[images-not-public]: No `gitpod.repository` is given, and the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
",
        );
    }
}
