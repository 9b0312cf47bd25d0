//! See [`RULE`].

use super::external;
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The registry is written as a URL.
    ///
    /// ## Why
    ///
    /// Image names begin with it, and `https://registry.acme.dev/base-images` is not a valid one. Components that use it crash, or fail to
    /// pull when the first workspace starts.
    ///
    /// Source: distribution/reference, its grammar.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: https://acme.azurecr.io, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: acme.azurecr.io, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    "registry-url-scheme", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let written = dissect(&masked.text);
    if written.scheme.is_none() || written.host.is_empty() {
        return;
    }
    // A URL may contain a password.
    let shown = match written.userinfo {
        Some(_) => "the registry".to_owned(),
        None => format!("`{}`", masked.spelt(&masked.text)),
    };
    let port = written.port.map(|port| format!(":{port}")).unwrap_or_default();
    let bare = format!("{}{port}{}", written.host, written.path.trim_end_matches('/'));
    let bare = masked.spelt(&bare);
    let finding = report
        .found(
            url.span,
            format!("{shown} has a scheme, which image names cannot have"),
        )
        .help(format!("use `{bare}`"))
        .note("no image has such a name: the first workspace fails");
    let fix = match written.userinfo {
        Some(_) => None,
        // Image names cannot say that a registry has no TLS.
        None if written.is_plain_http() => edit::write(report, url.span, &bare, Applicability::Unsafe),
        None => edit::write(report, url.span, &bare, Applicability::Safe),
    };
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    fn with(url: &str) -> String {
        format!("registry:\n  external:\n    url: {url}\n    username: u\n    password: {{env: P}}\n")
    }

    #[test]
    fn a_scheme_is_flagged() {
        check(
            r"
registry:
  external:
    url: https://acme.azurecr.io/x
#        ^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-url-scheme]: `https://acme.azurecr.io/x` has a scheme, which image names cannot have
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: acme.azurecr.io/x
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: registry.acme.dev:5000/x
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: '${a.b}/x'
    username: u
    password: {env: P}
",
        );
    }

    #[test]
    fn the_fix_removes_the_scheme() {
        let fix = |before, after| check_fix("registry-url-scheme", &with(before), &with(after));
        fix("https://registry.acme.dev:5000/x/", "registry.acme.dev:5000/x");
        fix("'https://${a.b}/x'", "'${a.b}/x'");
    }

    #[test]
    fn only_what_has_one_reading_is_fixed_without_asking() {
        check_applicability(
            "registry-url-scheme",
            &[
                (
                    "registry: {external: {url: \"https://registry.acme.dev\", username: u, password: {env: P}}}\n",
                    "safe",
                ),
                (
                    "registry: {external: {url: \"http://registry.acme.dev\", username: u, password: {env: P}}}\n",
                    "unsafe",
                ),
            ],
        );
    }
}
