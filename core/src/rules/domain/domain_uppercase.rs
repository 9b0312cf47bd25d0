//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The domain has capital letters.
    ///
    /// ## Why
    ///
    /// The Installer accepts them and writes them everywhere as they are. Browsers send host names in small letters, so what
    /// Gitpod compares letter by letter, hosts, cookies and OAuth callbacks, no longer fits.
    ///
    /// Source: the expression `fqdn` of go-playground/validator takes `[a-zA-Z]`; run against the Installer.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: Gitpod.acme.dev
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: gitpod.acme.dev
    /// ```
    "domain-uppercase", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned() else {
        return;
    };
    let lower = domain.value.to_ascii_lowercase();
    if lower == domain.value {
        return;
    }
    let finding = report
        .found(domain.span, format!("`{}` has capital letters", domain.value))
        .help(format!("write `{lower}`"))
        .note("browsers send host names in small letters, and Gitpod compares hosts and callbacks letter by letter");
    let fix = edit::write(report, domain.span, &lower, Applicability::Safe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn capitals_are_pointed_at_and_made_small() {
        check(
            r"
domain: Gitpod.acme.DEV
#       ^^^^^^^^^^^^^^^ warning[domain-uppercase]: `Gitpod.acme.DEV` has capital letters
",
        );
        check("domain: gitpod.acme.dev\n");
        check_fix(
            "domain-uppercase",
            "domain: \"Gitpod.acme.DEV\"\n",
            "domain: \"gitpod.acme.dev\"\n",
        );
    }
}
