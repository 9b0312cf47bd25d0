//! See [`RULE`].

use crate::facts::public_suffix;
use crate::model::Config;
use crate::rules::public::{bare_domain, is_public_gitpod};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Gitpod is to answer at a whole registered domain.
    ///
    /// ## Why
    ///
    /// Its DNS records cover `*.` of the domain, so every subdomain without a record of its own ends up at Gitpod, and cookies of Gitpod
    /// are sent to all of them. A name below the domain keeps them apart.
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
    /// domain: gitpod.acme.dev
    /// ```
    "domain-apex-shared", Info, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(domain) = config.domain.spanned().filter(|_| is_public_gitpod(config)) else {
        return;
    };
    let name = bare_domain(&domain.value).to_ascii_lowercase();
    if !public_suffix::is_registered(&name) {
        return;
    }
    let finding = report.found(
        domain.span,
        format!("every name below `{name}` without a record of its own leads to Gitpod"),
    );
    report.push(finding.help(format!(
        "write a name below it, such as `gitpod.{name}`, unless the domain is there for Gitpod alone"
    )));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_whole_domain_is_told() {
        check(
            r"
domain: acme.co.uk
#       ^^^^^^^^^^ info[domain-apex-shared]: Every name below `acme.co.uk` without a record of its own leads to Gitpod
",
        );
        check("domain: gitpod.acme.co.uk\n");
        check(
            r"
domain: acme.lan
#       ^^^^^^^^ warning[domain-not-public]: `acme.lan` is a private name: the public DNS has nothing under `.lan`
",
        );
    }
}
