//! See [`RULE`].

use crate::facts::public_suffix;
use crate::model::Config;
use crate::rules::public::{bare_domain, is_public};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The platform takes over a whole registered domain.
    ///
    /// ## Why
    ///
    /// Its DNS records include `*.` of the domain, so every subdomain without its own record resolves to the platform, and its
    /// cookies are sent to all subdomains. A name below the domain keeps them apart.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: acme.dev
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.acme.dev
    /// ```
    "domain-apex-shared", Info, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned().filter(|_| is_public(config)) else {
        return;
    };
    let name = bare_domain(&domain.value).to_ascii_lowercase();
    if !public_suffix::is_registered(&name) {
        return;
    }
    let platform = config.platform();
    let product = platform.title();
    let finding = report.found(
        domain.span,
        format!("every name below `{name}` without its own DNS record resolves to {product}"),
    );
    report.push(finding.help(format!(
        "use a name below it, such as `{}.{name}`, unless the domain is only for {product}",
        platform.as_str()
    )));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_whole_domain() {
        check(
            r"
domain: acme.co.uk
#       ^^^^^^^^^^ info[domain-apex-shared]: every name below `acme.co.uk` without its own DNS record resolves to Gitpod
",
        );
        check("domain: gitpod.acme.co.uk\n");
        check(
            r"
domain: acme.lan
#       ^^^^^^^^ warning[domain-not-public]: private domain `acme.lan`: no public DNS for `.lan`
",
        );
    }
}
