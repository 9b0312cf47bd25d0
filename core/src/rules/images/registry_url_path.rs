//! See [`RULE`].

use super::external;
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::image_name::is_part;
use crate::rules::masked::stands_in;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The path of the registry is no part of an image's name.
    ///
    /// ## Why
    ///
    /// Names of images are built from it. Their parts have lower-case letters and digits, with `-`, `_` and `.` between them, and none is empty.
    ///
    /// Source: distribution/reference, its grammar.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: acme.azurecr.io/, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: acme.azurecr.io, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    "registry-url-path", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let written = dissect(&masked.text);
    let path = written.path;
    // Those are other rules' business.
    let is_told =
        written.scheme.is_some() || path.contains([':', '@']) || path.bytes().any(|b| b.is_ascii_uppercase());
    if written.host.is_empty() || path.is_empty() || is_told || path.contains(stands_in) {
        return;
    }
    let parts = || path.split('/').skip(1);
    if parts().all(is_part) {
        return;
    }
    let shown = masked.spelt(&masked.text);
    let left: Vec<&str> = parts().filter(|part| !part.is_empty()).collect();
    let host = masked.text.strip_suffix(path).unwrap_or_default();
    let better = masked.spelt(&[&[host], left.as_slice()].concat().join("/"));
    let finding = report.found(url.span, format!("invalid path in registry `{shown}`"));
    report.push(match left.iter().all(|part| is_part(part)) {
        true => {
            let fix = edit::write(report, url.span, &better, Applicability::Safe);
            edit::attach(finding.help(format!("use `{better}`")), fix)
        }
        false => finding.help("use lower-case letters and digits, with `-`, `_` and `.` between them"),
    });
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn parts_of_a_name() {
        check(
            r"
registry: {external: {url: registry.acme.dev/-ide, username: u, password: {env: P}}}
#                          ^^^^^^^^^^^^^^^^^^^^^^ error[registry-url-path]: invalid path in registry `registry.acme.dev/-ide`
",
        );
        check("registry: {external: {url: registry.acme.dev/a/b_c, username: u, password: {env: P}}}\n");
        let with = |url: &str| {
            format!("registry: {{external: {{url: \"{url}\", username: u, password: {{env: P}}}}}}\n")
        };
        check_fix(
            "registry-url-path",
            &with("acme.azurecr.io//ide/"),
            &with("acme.azurecr.io/ide"),
        );
        check_fix("registry-url-path", &with("${a.b}/x/"), &with("${a.b}/x"));
    }
}
