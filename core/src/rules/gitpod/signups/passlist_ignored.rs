//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::public::has_platform;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The passlist is ignored because new users are not blocked.
    ///
    /// ## Why
    ///
    /// Gitpod checks the passlist only if new users are blocked. With `blockNewUsers: false`, anyone may sign up.
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
    "passlist-ignored", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), for Gitpod, tagged Unused
}

fn check(config: &Config, report: &mut Report<'_>) {
    let signups = config.signups();
    let (Some(list), Some(off)) = (config.passlist(), signups.written) else {
        return;
    };
    if signups.blocked || list.value.is_empty() || !has_platform(config) {
        return;
    }
    let mut finding = report
        .found(list.key, "this passlist has no effect: new users are not blocked")
        .and(off, "new users admitted here")
        .help("set `blockNewUsers: true`, or remove `blockNewUsers`")
        .note("Gitpod checks mail addresses against the passlist only if new users are blocked");
    // A YAML alias may be used elsewhere too.
    if !report.text(off).starts_with('*') {
        finding = finding.fix(Fix::risky("block new users", off, "true"));
    }
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_list_without_effect() {
        check(
            r"
blockNewUsers: false
domain_passlist: [acme.dev]
^^^^^^^^^^^^^^^ warning[passlist-ignored]: this passlist has no effect: new users are not blocked
",
        );
        check(
            r"
blockNewUsers: {enabled: false, passlist: [acme.dev]}
#                               ^^^^^^^^ warning[passlist-ignored]: this passlist has no effect: new users are not blocked
",
        );
        check("domain_passlist: [acme.dev]\n");
        check(
            r"
blockNewUsers: false
#              ^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
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
