//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::public::is_gitpod;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A passlist is given, and new users are not blocked.
    ///
    /// ## Why
    ///
    /// Gitpod asks the passlist only where new users are blocked. As it is, everybody may sign up.
    ///
    /// Source: gitpod-io/gitpod `components/server/src/user/user-service.ts:69-76`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// blockNewUsers: false
    /// domain_passlist: [acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// blockNewUsers: true
    /// domain_passlist: [acme.dev]
    /// ```
    "passlist-ignored", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let signups = config.signups();
    let (Some(list), Some(off)) = (config.passlist(), signups.written) else {
        return;
    };
    if signups.blocked || list.value.is_empty() || !is_gitpod(config) {
        return;
    }
    let mut finding = report
        .found(list.key, "this passlist is not asked: nobody is blocked")
        .and(off, "new users are let in here")
        .help("write `blockNewUsers: true`, or leave it out")
        .note("Gitpod compares mail addresses with the passlist only where new users are blocked");
    // An alias is used elsewhere too.
    if !report.text(off).starts_with('*') {
        finding = finding.fix(Fix::risky("block new users", off, "true"));
    }
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_list_that_is_not_asked_is_pointed_at() {
        check(
            r"
blockNewUsers: false
domain_passlist: [acme.dev]
^^^^^^^^^^^^^^^ warning[passlist-ignored]: This passlist is not asked: nobody is blocked
",
        );
        check(
            r"
blockNewUsers: {enabled: false, passlist: [acme.dev]}
#                               ^^^^^^^^ warning[passlist-ignored]: This passlist is not asked: nobody is blocked
",
        );
        check("domain_passlist: [acme.dev]\n");
        check(
            r"
blockNewUsers: false
#              ^^^^^ warning[signups-open]: Everybody on the internet may sign up at `gitpod.acme.dev`
domain_passlist: []
",
        );
    }

    #[test]
    fn the_fix_blocks_new_users() {
        check_fix(
            "passlist-ignored",
            "blockNewUsers: {enabled: FALSE, passlist: [acme.dev]}\n",
            "blockNewUsers: {enabled: true, passlist: [acme.dev]}\n",
        );
    }
}
