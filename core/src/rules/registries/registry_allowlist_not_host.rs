//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::services::{DEFAULT_IMAGES, DOCKER_HUB};
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// An allowed registry is not written as the host that names of its images have.
    ///
    /// ## Why
    ///
    /// Gitpod compares the entry with the host of an image's name, letter by letter: a URL or a path fits none. The host of
    /// every image of Docker Hub is `docker.io`, whichever other name is written.
    ///
    /// Source: gitpod-io/gitpod `components/image-builder-mk3/pkg/auth/auth.go` (`GetAuthFor`); issue #10215, whose configuration has
    /// `https://index.docker.io/v1/`.
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
        let port = written.port.map(|port| format!(":{port}")).unwrap_or_default();
        let bare = format!("{}{port}", written.host);
        let hub = DOCKER_HUB.iter().any(|name| bare.eq_ignore_ascii_case(name));
        let wanted = if hub { DEFAULT_IMAGES } else { &bare };
        if written.host.is_empty() || host.value == wanted {
            continue;
        }
        let finding = report
            .found(
                host.span,
                format!("`{}` is not how the host of an image is written", host.value),
            )
            .help(format!("write `{wanted}`"))
            .note("the entry is compared with the host of an image's name, so it allows nothing");
        // A path alone may be meant as a limit.
        let how = match written.scheme.is_some() || hub {
            true => Applicability::Safe,
            false => Applicability::Unsafe,
        };
        let fix = edit::write(report, host.span, wanted, how);
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn what_is_more_than_a_host_is_pointed_at() {
        check(
            r#"
registry:
  allowedBaseImages: ["https://index.docker.io/v1/", acme.dev:5000, acme.dev/x]
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-allowlist-not-host]: `https://index.docker.io/v1/` is not how the host of an image is written
#                                                                   ^^^^^^^^^^ warning[registry-allowlist-not-host]: `acme.dev/x` is not how the host of an image is written
"#,
        );
        check_fix(
            "registry-allowlist-not-host",
            "registry: {allowedBaseImages: ['https://acme.dev:5000/v2/', docker.io]}\n",
            "registry: {allowedBaseImages: ['acme.dev:5000', docker.io]}\n",
        );
    }
}
