//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::is_label;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The short name of the installation cannot be part of a host name.
    ///
    /// ## Why
    ///
    /// Workspaces of an installation with a short name are served at `*.ws-<shortname>.<domain>`, so that it has to fit into a label of the
    /// DNS: lower-case letters, digits and `-`, 60 characters at most.
    ///
    /// Source: Gitpod's Installer, `pkg/components/ws-manager/configmap.go` and `ws-proxy/configmap.go`; RFC 1123, section 2.1.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {shortname: acme_eu, repository: registry.acme.dev/gitpod}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {shortname: acme-eu, repository: registry.acme.dev/gitpod}
    /// ```
    "shortname-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod
}

/// A label of the DNS without `ws-` (RFC 1035, section 2.3.4).
const LONGEST: usize = 63 - "ws-".len();

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(name) = config.gitpod.get().and_then(|gitpod| gitpod.shortname.spanned()) else {
        return;
    };
    let text = name.value.as_str();
    // An empty one is left out of host names, like `default`.
    if text.is_empty() || is_label(text, LONGEST) {
        return;
    }
    let finding = report.found(name.span, format!("invalid short name `{text}`"));
    report.push(finding.help(format!(
        "use lower-case letters, digits and `-`, {LONGEST} characters at most: it is part of workspaces' host names"
    )));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn part_of_a_label() {
        let with =
            |name: &str| format!("gitpod: {{repository: registry.acme.dev/gitpod, shortname: {name}}}\n");
        check(
            r"
gitpod: {repository: registry.acme.dev/gitpod, shortname: acme_eu}
#                                                         ^^^^^^^ error[shortname-invalid]: invalid short name `acme_eu`
",
        );
        check(
            r"
gitpod: {repository: registry.acme.dev/gitpod, shortname: eu.acme}
#                                                         ^^^^^^^ error[shortname-invalid]: invalid short name `eu.acme`
",
        );
        check(&with("acme-eu"));
        check(&with("\"\""));
        check(&with(&"a".repeat(60)));
    }
}
