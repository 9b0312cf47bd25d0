//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A passlist domain has upper-case letters.
    ///
    /// ## Why
    ///
    /// Gitpod compares the end of a mail address with the entry exactly, and mail addresses arrive in lower case. The Installer
    /// accepts the entry, but nobody in that domain can sign up.
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
    "passlist-uppercase", Error, since "0.1.0", fix Safe, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(list) = config.passlist() else { return };
    for entry in list.value.iter().filter_map(|entry| entry.spanned()) {
        // Other letters are for `passlist-not-domain`; some, such as the sign of Kelvin, have an ASCII letter as their lower case.
        let lower = entry.value.to_ascii_lowercase();
        if lower == entry.value {
            continue;
        }
        let message = format!(
            "mail domain `{}` has upper-case letters, so it matches no address",
            entry.value
        );
        let finding = report.found(entry.span, message).help(format!("use `{lower}`"));
        let fix = edit::write(report, entry.span, &lower, Applicability::Safe);
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn upper_case() {
        check(
            r"
domain_passlist: [acme.dev, Acme.dev, ACME.DEV]
#                           ^^^^^^^^ error[passlist-uppercase]: mail domain `Acme.dev` has upper-case letters, so it matches no address
#                                     ^^^^^^^^ error[passlist-uppercase]: mail domain `ACME.DEV` has upper-case letters, so it matches no address
",
        );
    }
}
