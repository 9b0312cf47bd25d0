//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The domain ends in a dot.
    ///
    /// ## Why
    ///
    /// The Installer accepts it, but browsers, cookies and certificates do not take `gitpod.acme.dev.` and `gitpod.acme.dev`
    /// for the same name: logins and certificates break.
    ///
    /// Source: the expression `fqdn` of go-playground/validator, which ends in `\.?$`; run against the Installer.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: gitpod.acme.dev.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: gitpod.acme.dev
    /// ```
    "domain-trailing-dot", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned() else {
        return;
    };
    let host = dissect(&domain.value).host;
    let bare = host.trim_end_matches('.');
    if bare == host || bare.is_empty() {
        return;
    }
    // What stands around the name is another finding, with a fix of its own.
    let fixed = domain.value.replacen(host, bare, 1);
    let finding = report
        .found(domain.span, format!("`{}` ends in a dot", domain.value))
        .help(format!("write `{fixed}`"))
        .note("the Installer accepts it, and then certificates and cookies are for another name than the browser asks for");
    let fix = edit::write(report, domain.span, &fixed, Applicability::Safe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_dot_is_pointed_at_and_taken_off() {
        check(
            r"
domain: gitpod.acme.dev.
#       ^^^^^^^^^^^^^^^^ error[domain-trailing-dot]: `gitpod.acme.dev.` ends in a dot
",
        );
        check("domain: gitpod.acme.dev\n");
        check(
            r"
domain: ..
#       ^^ error[domain-not-fqdn]: `.` is empty
",
        );
        check_fix(
            "domain-trailing-dot",
            "domain: 'gitpod.acme.dev.'\n",
            "domain: 'gitpod.acme.dev'\n",
        );
        check_fix(
            "domain-trailing-dot",
            "domain: https://gitpod.acme.dev./\n",
            "domain: https://gitpod.acme.dev/\n",
        );
    }
}
