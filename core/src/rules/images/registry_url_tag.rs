//! See [`RULE`].

use super::external;
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The registry is written with a tag or a digest.
    ///
    /// ## Why
    ///
    /// The names and tags of images are appended to it, and nothing may follow a tag or a digest.
    ///
    /// Source: distribution/reference, its grammar.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: "acme.azurecr.io/gitpod:latest", username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: acme.azurecr.io/gitpod, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    "registry-url-tag", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check), silences crate::rules::network::host_invalid::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let text = masked.text.as_str();
    let written = dissect(text);
    if written.scheme.is_some() {
        return;
    }
    // Behind the last slash a `:` begins a tag; without one it begins a port, which is a number.
    let last = text.rfind('/').map_or(0, |slash| slash + 1);
    let tag = text
        .get(last..)
        .and_then(|name| name.find(['@', ':']))
        .map(|at| last + at);
    let is_port = written.path.is_empty()
        && written
            .port
            .is_some_and(|port| port.chars().all(|c| !c.is_ascii_alphabetic()))
        && !text.contains('@');
    let Some(bare) = tag.filter(|_| !is_port).and_then(|tag| text.get(..tag)) else {
        return;
    };
    let bare = masked.spelt(bare);
    let finding = report
        .found(
            url.span,
            format!("`{}` has a tag, which each image adds itself", masked.spelt(text)),
        )
        .help(format!("use `{bare}`"))
        .note("no image has such a name: the first workspace fails");
    let fix = edit::write(report, url.span, &bare, Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    fn with(url: &str) -> String {
        format!("registry: {{external: {{url: \"{url}\", username: u, password: {{env: P}}}}}}\n")
    }

    #[test]
    fn tags_and_digests() {
        check(
            r#"
registry: {external: {url: "registry.acme.dev/gitpod:latest", username: u, password: {env: P}}}
#                          ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-url-tag]: `registry.acme.dev/gitpod:latest` has a tag, which each image adds itself
"#,
        );
        for url in [
            "registry.acme.dev:5000/x",
            "registry.acme.dev:5000",
            "registry.acme.dev",
        ] {
            check(&with(url));
        }
    }

    #[test]
    fn the_fix_removes_it() {
        let fix = |before, after| check_fix("registry-url-tag", &with(before), &with(after));
        fix("registry.acme.dev/gitpod:latest", "registry.acme.dev/gitpod");
        fix("registry.acme.dev:5000/x@sha256:00", "registry.acme.dev:5000/x");
        fix("registry.acme.dev:latest", "registry.acme.dev");
    }
}
