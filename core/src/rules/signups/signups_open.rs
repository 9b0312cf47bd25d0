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
            "signups-open",
            "domain: gitpod.acme.dev\n#       ^^^^^^^^^^^^^^^ warning: Everybody on the internet may sign up at `gitpod.acme.dev`\n",
        );
        check(
            "signups-open",
            "blockNewUsers: false\n#              ^^^^^ warning: Everybody\n",
        );
        check(
            "signups-open",
            "domain_passlist: []\n#                ^^ warning: Everybody\n",
        );
    }

    #[test]
    fn nothing_is_said_where_somebody_is_kept_out_or_nobody_comes() {
        for text in [
            "domain_passlist: [acme.dev]\n",
            "blockNewUsers: false\ndomain_passlist: [acme.dev]\n",
            "domain_passlist: acme.dev\n",
            "domain: gitpod.lan\n",
            "platform: none\ndomain: k3s.acme.dev\n",
            "domain: [\n",
            "gitpod: {configPatch: {blockNewUsers: {enabled: true, passlist: [acme.dev]}}}\n",
        ] {
            check("signups-open", text);
        }
    }
}
