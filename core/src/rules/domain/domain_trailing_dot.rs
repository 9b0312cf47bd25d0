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
    /// Installers accept it, but browsers, cookies and certificates treat `dev.acme.dev.` and `dev.acme.dev` as different
    /// names, which breaks logins and certificates.
    ///
    /// Source: the expression `fqdn` of go-playground/validator, which ends in `\.?$`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.acme.dev.
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.acme.dev
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
    // `domain-has-scheme-or-port` covers what surrounds the name, with its own fix.
    let fixed = domain.value.replacen(host, bare, 1);
    let finding = report
        .found(domain.span, format!("domain `{}` ends in a dot", domain.value))
        .help(format!("use `{fixed}`"))
        .note("installers accept it, but then certificates and cookies are for a different name than the browser requests");
    let fix = edit::write(report, domain.span, &fixed, Applicability::Safe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn the_dot_is_flagged_and_removed() {
        check(
            r"
domain: gitpod.acme.dev.
#       ^^^^^^^^^^^^^^^^ error[domain-trailing-dot]: domain `gitpod.acme.dev.` ends in a dot
",
        );
        check("domain: gitpod.acme.dev\n");
        check(
            r"
domain: ..
#       ^^ error[domain-not-fqdn]: invalid domain `.`: empty
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
