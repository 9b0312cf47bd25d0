//! See [`RULE`].

use super::domain_uppercase;
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The domain is written as a URL or with a port.
    ///
    /// ## Why
    ///
    /// Certificates and DNS records take only a name, and installers reject anything else. Platforms always serve HTTPS on port 443.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: https://dev.acme.dev:443/
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.acme.dev
    /// ```
    "domain-has-scheme-or-port", Error, since "0.1.0", fix Safe, always, Reads::Model(check), silences domain_uppercase::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned() else {
        return;
    };
    let written = dissect(&domain.value);
    if written.is_bare() || written.host.is_empty() {
        return;
    }
    let message = format!(
        "expected a domain name, found `{}` with {}",
        domain.value,
        written.extras()
    );
    // In one step: a URL in lower case would still be one.
    let host = written.host.to_ascii_lowercase();
    let finding = report
        .found(domain.span, message)
        .help(format!("use `{host}`"))
        .note("certificates and DNS records take only a name, and clients use HTTPS on port 443");
    // What else is written may be meant: another port, a path, a user.
    let port = written.port.is_none_or(|port| port == "443");
    let how = match port && written.userinfo.is_none() && matches!(written.path, "" | "/") {
        true => Applicability::Safe,
        false => Applicability::Unsafe,
    };
    let fix = edit::write(report, domain.span, &host, how);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    #[test]
    fn a_url_in_upper_case_is_fixed_in_one_step() {
        check(
            r"
domain: HTTPS://Gitpod.acme.dev/
#       ^^^^^^^^^^^^^^^^^^^^^^^^ error[domain-has-scheme-or-port]: expected a domain name, found `HTTPS://Gitpod.acme.dev/` with a scheme
",
        );
        check_fix(
            "domain-has-scheme-or-port",
            "domain: HTTPS://Gitpod.acme.dev/\n",
            "domain: gitpod.acme.dev\n",
        );
    }

    #[test]
    fn what_surrounds_the_name_is_flagged() {
        check(
            r#"
domain: "https://gitpod.acme.dev:443/workspaces"
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[domain-has-scheme-or-port]: expected a domain name, found `https://gitpod.acme.dev:443/workspaces` with a scheme, a port and a path
"#,
        );
        check(
            r"
domain: gitpod.acme.dev:8443
#       ^^^^^^^^^^^^^^^^^^^^ error[domain-has-scheme-or-port]: expected a domain name, found `gitpod.acme.dev:8443` with a port
",
        );
        check(
            r"
domain: gitpod.acme.dev
",
        );
        check(
            r"
domain: '::1'
#       ^^^^^ error[domain-not-fqdn]: invalid domain `::1`: an IP address, not a name
",
        );
        check(
            r"
domain: a b.dev
#       ^^^^^^^ error[domain-not-fqdn]: invalid domain `a b.dev`: contains a space
",
        );
        check(
            r"
domain: ops@acme.dev
#       ^^^^^^^^^^^^ error[domain-not-fqdn]: invalid domain `ops@acme.dev`: contains `@`
",
        );
    }

    #[test]
    fn the_fix_keeps_the_name_and_its_quotes() {
        let fix = |before: &str, after: &str| {
            check_fix(
                "domain-has-scheme-or-port",
                &format!("domain: {before} # here\n"),
                &format!("domain: {after} # here\n"),
            );
        };
        fix("https://gitpod.acme.dev/", "gitpod.acme.dev");
        fix("'gitpod.acme.dev:443'", "'gitpod.acme.dev'");
        fix("\"//gitpod.acme.dev\"", "\"gitpod.acme.dev\"");
    }

    #[test]
    fn only_what_has_one_reading_is_fixed_without_asking() {
        check_applicability(
            "domain-has-scheme-or-port",
            &[
                ("domain: https://gitpod.acme.dev:443/\n", "safe"),
                ("domain: gitpod.acme.dev:8443\n", "unsafe"),
                ("domain: https://acme.dev/gitpod\n", "unsafe"),
                ("domain: https://ops@gitpod.acme.dev\n", "unsafe"),
            ],
        );
    }
}
