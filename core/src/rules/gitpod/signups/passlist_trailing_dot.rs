//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::flaw;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A passlist domain ends in a dot.
    ///
    /// ## Why
    ///
    /// Mail addresses do not end in a dot, and Gitpod compares their end with the entry. The Installer accepts it, but nobody in
    /// that domain can sign up.
    ///
    /// Source: gitpod-io/gitpod `components/server/src/user/user-service.ts:69-76`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev.]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    "passlist-trailing-dot", Error, since "0.1.0", fix Safe, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        let bare = entry.value.trim_end_matches('.');
        if bare == entry.value || flaw(bare).is_some() {
            continue;
        }
        let finding = report
            .found(
                entry.span,
                format!(
                    "mail domain `{}` ends in a dot, so it matches no address",
                    entry.value
                ),
            )
            .help(format!("use `{bare}`"));
        let fix = edit::write(report, entry.span, bare, Applicability::Safe);
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_dot_is_flagged_and_removed() {
        check(
            r"
domain_passlist: [acme.dev., acme.com]
#                 ^^^^^^^^^ error[passlist-trailing-dot]: mail domain `acme.dev.` ends in a dot, so it matches no address
",
        );
        check(
            r"
domain_passlist: [acme.dev, '...']
#                           ^^^^^ error[passlist-not-domain]: invalid mail domain `...`: contains an empty label
",
        );
        check_fix(
            "passlist-trailing-dot",
            "domain_passlist: ['acme.dev.']\n",
            "domain_passlist: ['acme.dev']\n",
        );
    }
}
