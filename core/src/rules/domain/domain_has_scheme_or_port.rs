//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The domain is written as a URL, or with a port.
    ///
    /// ## Why
    ///
    /// The Installer takes a name alone and rejects anything else with no more than "failed fqdn validation". Gitpod always
    /// answers with HTTPS on port 443.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/config/v1/config.go` (`Domain`, `validate:"required,fqdn"`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: https://gitpod.acme.dev:443/
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: gitpod.acme.dev
    /// ```
    "domain-has-scheme-or-port", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned() else {
        return;
    };
    let written = dissect(&domain.value);
    if written.is_bare() || written.host.is_empty() {
        return;
    }
    let message = format!("`{}` has {} around the name", domain.value, written.extras());
    let finding = report
        .found(domain.span, message)
        .help(format!("write `{}`", written.host))
        .note("the Installer stops with \"failed fqdn validation\"; Gitpod always answers with HTTPS on port 443");
    let fix = edit::write(report, domain.span, written.host, Applicability::Safe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn what_surrounds_the_name_is_pointed_at() {
        check(
            r#"
domain: "https://gitpod.acme.dev:443/workspaces"
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[domain-has-scheme-or-port]: `https://gitpod.acme.dev:443/workspaces` has a scheme, a port and a path around the name
"#,
        );
        check(
            r"
domain: gitpod.acme.dev:8443
#       ^^^^^^^^^^^^^^^^^^^^ error[domain-has-scheme-or-port]: `gitpod.acme.dev:8443` has a port around the name
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
#       ^^^^^ error[domain-not-fqdn]: `::1` is an IP address, not a name
",
        );
        check(
            r"
domain: a b.dev
#       ^^^^^^^ error[domain-not-fqdn]: `a b.dev` has a blank in it
",
        );
        check(
            r"
domain: ops@acme.dev
#       ^^^^^^^^^^^^ error[domain-not-fqdn]: `ops@acme.dev` has a `@`, which no host name may have
",
        );
    }

    #[test]
    fn the_name_alone_is_left_in_its_quotes() {
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
}
