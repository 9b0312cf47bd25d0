//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A mail domain of the passlist has capital letters.
    ///
    /// ## Why
    ///
    /// Gitpod compares the end of a person's mail address with the entry letter by letter, and mail addresses arrive in small
    /// letters. The Installer accepts the entry, and nobody of that domain can sign up.
    ///
    /// Source: gitpod-io/gitpod `components/server/src/user/user-service.ts:69-76`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// domain_passlist: [Acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// domain_passlist: [acme.dev]
    /// ```
    "passlist-uppercase", Error, since "0.1.0", fix Safe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        let lower = entry.value.to_lowercase();
        if lower == entry.value {
            continue;
        }
        let message = format!(
            "`{}` has capital letters, so it matches nobody's mail address",
            entry.value
        );
        let finding = report.found(entry.span, message).help(format!("write `{lower}`"));
        let fix = edit::write(report, entry.span, &lower, Applicability::Safe);
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn capitals_are_pointed_at_and_nothing_else() {
        check(
            r"
domain_passlist: [acme.dev, Acme.dev, ACME.DEV]
#                           ^^^^^^^^ error[passlist-uppercase]: `Acme.dev` has capital letters, so it matches nobody's mail address
#                                     ^^^^^^^^ error[passlist-uppercase]: `ACME.DEV` has capital letters, so it matches nobody's mail address
",
        );
    }
}
