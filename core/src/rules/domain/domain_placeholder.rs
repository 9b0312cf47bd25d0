//! See [`RULE`].

use crate::facts::mail::is_placeholder;
use crate::model::Config;
use crate::rules::domain::{domain_not_fqdn, domain_not_public};
use crate::rules::public::{bare_domain, has_platform};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The domain is a placeholder from documentation.
    ///
    /// ## Why
    ///
    /// Names such as `example.com` are reserved (RFC 2606): nobody can create DNS records for them, and no authority signs a
    /// certificate. `dev.<domain>` is not a valid name.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.example.com
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.acme.dev
    /// ```
    "domain-placeholder", Error, since "0.1.0", fix None, always, Reads::Model(check),
    silences domain_not_fqdn::RULE.rule, domain_not_public::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned() else {
        return;
    };
    if !has_platform(config) || !is_placeholder(bare_domain(&domain.value)) {
        return;
    }
    let finding = report.found(domain.span, format!("placeholder domain `{}`", domain.value));
    report.push(
        finding
            .help(format!(
                "use the name of your {} installation",
                config.platform().title()
            ))
            .note("nobody can own such a name, so it gets neither DNS records nor a certificate"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_from_documentation() {
        check(
            r"
domain: gitpod.<domain>
#       ^^^^^^^^^^^^^^^ error[domain-placeholder]: placeholder domain `gitpod.<domain>`
",
        );
        check(
            r"
domain: GITPOD.example.COM.
#       ^^^^^^^^^^^^^^^^^^^ error[domain-placeholder]: placeholder domain `GITPOD.example.COM.`
#       ^^^^^^^^^^^^^^^^^^^ error[domain-trailing-dot]: domain `GITPOD.example.COM.` ends in a dot
#       ^^^^^^^^^^^^^^^^^^^ warning[domain-uppercase]: domain `GITPOD.example.COM.` has upper-case letters
",
        );
        check("domain: gitpod.acme.dev\n");
        check("platform: none\ndomain: k3s.example.com\n");
    }
}
