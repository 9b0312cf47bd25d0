//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// An allowed registry is written as a URL, or with a path.
    ///
    /// ## Why
    ///
    /// Gitpod compares the entry with the host of an image's name, so an entry with anything else allows nothing.
    ///
    /// Source: gitpod-io/gitpod issue #10215, whose configuration has `https://index.docker.io/v1/`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   allowedBaseImages: ["https://registry.acme.dev/v2/", docker.io]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   allowedBaseImages: [registry.acme.dev, docker.io]
    /// ```
    "registry-allowlist-not-host", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(registry) = config.registry.get() else {
        return;
    };
    for host in registry.allowed_base_images.items() {
        let written = dissect(&host.value);
        if written.host.is_empty() || (written.scheme.is_none() && written.path.is_empty()) {
            continue;
        }
        let port = written.port.map(|port| format!(":{port}")).unwrap_or_default();
        let bare = format!("{}{port}", written.host);
        let finding = report
            .found(
                host.span,
                format!("`{}` is more than a host, so it allows nothing", host.value),
            )
            .help(format!("write `{bare}`"))
            .note("the entry is compared with the host of an image's name");
        // A path may be meant as a limit.
        let how = match written.scheme {
            Some(_) => Applicability::Safe,
            None => Applicability::Unsafe,
        };
        let fix = edit::write(report, host.span, &bare, how);
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn what_is_more_than_a_host_is_pointed_at() {
        check(
            "registry-allowlist-not-host",
            r#"
    registry:
      allowedBaseImages: ["https://index.docker.io/v1/", acme.dev:5000, acme.dev/x]
    #                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning: `https://index.docker.io/v1/` is more than a host
    #                                                                   ^^^^^^^^^^ warning: `acme.dev/x` is more than a host
    "#,
        );
        check_fix(
            "registry-allowlist-not-host",
            "registry: {allowedBaseImages: ['https://acme.dev:5000/v2/', docker.io]}\n",
            "registry: {allowedBaseImages: ['acme.dev:5000', docker.io]}\n",
        );
    }
}
