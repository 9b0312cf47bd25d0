//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The domain has upper-case letters.
    ///
    /// ## Why
    ///
    /// Installers accept them and write them unchanged everywhere. Browsers lower-case host names, so what a platform compares
    /// exactly (hosts, cookies, OAuth callbacks) no longer matches.
    ///
    /// Source: the expression `fqdn` of go-playground/validator takes `[a-zA-Z]`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: Dev.acme.dev
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.acme.dev
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
        .found(
            domain.span,
            format!("domain `{}` has upper-case letters", domain.value),
        )
        .help(format!("use `{lower}`"))
        .note("browsers send host names in lower case, and servers compare hosts and callbacks exactly");
    let fix = edit::write(report, domain.span, &lower, Applicability::Safe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn upper_case_is_flagged_and_fixed() {
        check(
            r"
domain: Gitpod.acme.DEV
#       ^^^^^^^^^^^^^^^ warning[domain-uppercase]: domain `Gitpod.acme.DEV` has upper-case letters
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
