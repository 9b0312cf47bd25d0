//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::gitpod::services::{DEFAULT_IMAGES, DOCKER_HUB};
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// An entry of the registry allowlist is not an image host.
    ///
    /// ## Why
    ///
    /// Gitpod compares the entry with the host in an image's name, exactly. A URL or a path never matches. The host of every Docker
    /// Hub image is `docker.io`, under whichever alias it was written.
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
    "registry-allowlist-not-host", Warning, since "0.1.0", fix Safe, suppressible, Reads::Model(check), for Gitpod
}

/// Paths of the registry's own API, as Docker's configuration has them: they name all of its images.
const API_PATHS: [&str; 3] = ["", "/v1", "/v2"];

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
            .found(host.span, format!("`{}` is not an image host", host.value))
            .help(format!("use `{wanted}`"))
            .note("Gitpod compares the entry with the host in an image's name, so it never matches");
        // Another path may be meant as a restriction, and the host alone admits every image on it.
        let whole = API_PATHS.contains(&written.path.trim_end_matches('/'));
        let how = match whole && written.userinfo.is_none() {
            true => Applicability::Safe,
            false => Applicability::Unsafe,
        };
        let fix = edit::write(report, host.span, wanted, how);
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    #[test]
    fn more_than_a_host() {
        check(
            r#"
registry:
  allowedBaseImages: ["https://index.docker.io/v1/", acme.dev:5000, acme.dev/x]
#                     ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-allowlist-not-host]: `https://index.docker.io/v1/` is not an image host
#                                                                   ^^^^^^^^^^ warning[registry-allowlist-not-host]: `acme.dev/x` is not an image host
"#,
        );
        check_fix(
            "registry-allowlist-not-host",
            "registry: {allowedBaseImages: ['https://acme.dev:5000/v2/', docker.io]}\n",
            "registry: {allowedBaseImages: ['acme.dev:5000', docker.io]}\n",
        );
    }

    #[test]
    fn only_what_has_one_reading_is_fixed_without_asking() {
        check_applicability(
            "registry-allowlist-not-host",
            &[
                (
                    "registry: {allowedBaseImages: [\"https://acme.dev/v2/\", docker.io]}\n",
                    "safe",
                ),
                (
                    "registry: {allowedBaseImages: [\"https://acme.dev/team\", docker.io]}\n",
                    "unsafe",
                ),
                (
                    "registry: {allowedBaseImages: [\"docker.io/acme\", docker.io]}\n",
                    "unsafe",
                ),
                (
                    "registry: {allowedBaseImages: [\"index.docker.io\", docker.io]}\n",
                    "safe",
                ),
            ],
        );
    }
}
