//! See [`RULE`].

use crate::facts::mail::is_placeholder;
use crate::model::Config;
use crate::rules::public::{bare_domain, is_gitpod};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The domain is one that documents print in place of a real one.
    ///
    /// ## Why
    ///
    /// Names such as `example.com` are reserved and belong to nobody (RFC 2606): no DNS record can be made for them and no
    /// authority signs a certificate. `gitpod.<domain>` is no name at all.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: gitpod.example.com
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: gitpod.acme.dev
    /// ```
    "domain-placeholder", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned() else {
        return;
    };
    if !is_gitpod(config) || !is_placeholder(bare_domain(&domain.value)) {
        return;
    }
    let finding = report.found(
        domain.span,
        format!("`{}` stands for a domain and is none", domain.value),
    );
    report.push(
        finding
            .help("write the name that your Gitpod shall answer at")
            .note("nobody can own such a name, so there will be neither DNS records nor a certificate"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_of_documents_are_no_domains() {
        check(
            r"
domain: gitpod.<domain>
#       ^^^^^^^^^^^^^^^ error[domain-placeholder]: `gitpod.<domain>` stands for a domain and is none
",
        );
        check(
            r"
domain: GITPOD.example.COM.
#       ^^^^^^^^^^^^^^^^^^^ error[domain-placeholder]: `GITPOD.example.COM.` stands for a domain and is none
#       ^^^^^^^^^^^^^^^^^^^ error[domain-trailing-dot]: `GITPOD.example.COM.` ends in a dot
#       ^^^^^^^^^^^^^^^^^^^ warning[domain-uppercase]: `GITPOD.example.COM.` has capital letters
",
        );
        check("domain: gitpod.acme.dev\n");
        check("platform: none\ndomain: k3s.example.com\n");
    }
}
