//! See [`RULE`].

use crate::model::Config;
use crate::rules::public::has_platform;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// New users are blocked, and the passlist admits nobody.
    ///
    /// ## Why
    ///
    /// The first person to sign up becomes the admin, and is blocked too. The Installer rejects this combination.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/config/v1/validation.go` (`block_new_users_passlist`), issue #13114.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// blockNewUsers: true
    /// domain_passlist: []
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// blockNewUsers: true
    /// domain_passlist: [acme.dev]
    /// ```
    "passlist-empty-but-enabled", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod
}

/// What the list is called.
const PASSLISTS: [&str; 2] = ["domain_passlist", "domainPasslist"];

fn check(config: &Config, report: &mut Report<'_>) {
    let signups = config.signups();
    let list = config.passlist();
    let Some(on) = signups
        .written
        .filter(|_| signups.blocked && has_platform(config))
    else {
        return;
    };
    let unreadable = config.domain_passlist.is_written() || config.domain_passlist_alias.is_written();
    let nobody = match list {
        Some(list) => list.value.is_empty(),
        None => !unreadable && !report.is_damaged() && !PASSLISTS.iter().any(|key| report.is_meant(key)),
    };
    if !nobody {
        return;
    }
    let mut finding = report.found(on, "new users are blocked, but the passlist is empty");
    if let Some(list) = list {
        finding = finding.and(list.span, "empty list");
    }
    report.push(
        finding
            .help("add your own mail domain: `domain_passlist: [acme.dev]`")
            .note("the first admin has to sign up too, so the Installer rejects this combination"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn everyone_is_blocked() {
        check(
            r"
blockNewUsers: true
#              ^^^^ error[passlist-empty-but-enabled]: new users are blocked, but the passlist is empty
domain_passlist: []
",
        );
        check(
            r"
blockNewUsers: {enabled: true}
#                        ^^^^ error[passlist-empty-but-enabled]: new users are blocked, but the passlist is empty
",
        );
    }

    #[test]
    fn what_works_or_is_unknown() {
        check(
            r"
blockNewUsers: true
domain_passlist: [acme.dev]
",
        );
        check(
            r"
domain_passlist: []
#                ^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
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
blockNewUsers: true
domain_passlist: acme.dev
#                ^^^^^^^^ error[wrong-type]: expected a list, found `acme.dev`
",
        );
        check(
            r"
blockNewUsers: true
domain_passlist: [[x]]
#                 ^^^ error[wrong-type]: expected a string, found a list
",
        );
    }
}
