//! See [`RULE`].

use crate::model::Config;
use crate::rules::public::{bare_domain, defaults_matter};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Anyone on the internet may sign up.
    ///
    /// ## Why
    ///
    /// Anyone with an account at one of the Git hosts can sign up and start workspaces on machines you pay for. Upstream recommends
    /// blocking new users on public installations.
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
    "signups-open", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
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
    // `passlist-ignored` covers a list that is switched off.
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
            .found(span, format!("anyone on the internet may sign up at `{domain}`"))
            .help("add your mail domains: `domain_passlist: [acme.dev]`")
            .note("every account can start workspaces on your machines"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn open_signups() {
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: only the admin can log in to `gitpod.acme.dev`, by a link
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
blockNewUsers: false
#              ^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
domain_passlist: []
#                ^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
    }

    #[test]
    fn blocked_signups_and_private_domains() {
        check(
            r"
domain_passlist: [acme.dev]
",
        );
        check(
            r"
blockNewUsers: false
domain_passlist: [acme.dev]
^^^^^^^^^^^^^^^ warning[passlist-ignored]: this passlist has no effect: new users are not blocked
",
        );
        check(
            r"
domain_passlist: acme.dev
#                ^^^^^^^^ error[wrong-type]: expected a list, found `acme.dev`
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
#       ^ error[syntax]: unclosed `[`
",
        );
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: only the admin can log in to `gitpod.acme.dev`, by a link
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
gitpod: {configPatch: {blockNewUsers: {enabled: true, passlist: [acme.dev]}}}
^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
",
        );
    }
}
