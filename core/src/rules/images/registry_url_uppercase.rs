//! See [`RULE`].

use super::external;
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The registry's path has upper-case letters.
    ///
    /// ## Why
    ///
    /// Names of images are lower-case after the host, and they are built from the registry: none of them is valid.
    ///
    /// Source: distribution/reference, its grammar.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: registry.acme.dev/IDE, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: registry.acme.dev/ide, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    "registry-url-uppercase", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let written = dissect(&masked.text);
    let lower = written.path.to_ascii_lowercase();
    if lower == written.path || written.userinfo.is_some() {
        return;
    }
    let host = masked.text.strip_suffix(written.path).unwrap_or_default();
    let fixed = masked.spelt(&format!("{host}{lower}"));
    let finding = report
        .found(
            url.span,
            format!(
                "registry `{}` has upper-case letters, which image names cannot have",
                masked.spelt(&masked.text)
            ),
        )
        .help(format!("use `{fixed}`"))
        .note("no image has such a name: the first workspace fails");
    let fix = edit::write(report, url.span, &fixed, Applicability::Safe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    fn with(url: &str) -> String {
        format!("registry:\n  external:\n    username: u\n    password: {{env: P}}\n    url: {url}\n")
    }

    #[test]
    fn upper_case_after_the_host() {
        check(
            r"
registry:
  external:
    url: Registry.acme.dev/IDE
#        ^^^^^^^^^^^^^^^^^^^^^ error[registry-url-uppercase]: registry `Registry.acme.dev/IDE` has upper-case letters, which image names cannot have
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: Registry.acme.dev/gitpod
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: 'acme.dev/${random.Name}'
    username: u
    password: {env: P}
",
        );
        check_fix(
            "registry-url-uppercase",
            &with("'acme.dev/X/${random.Name}'"),
            &with("'acme.dev/x/${random.Name}'"),
        );
    }
}
