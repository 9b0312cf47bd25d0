//! See [`RULE`].

use crate::facts::gitpod::services::is_gar;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::images::external;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Google Artifact Registry is untested with Gitpod.
    ///
    /// ## Why
    ///
    /// Upstream tested Google's older Container Registry and closed the question about Artifact Registry without an answer.
    ///
    /// Source: gitpod-io/gitpod issue #10214.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: europe-docker.pkg.dev/acme/gitpod, username: _json_key, password: {env: REGISTRY_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: registry.acme.dev, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    "registry-gar-unsupported", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let host = dissect(&masked.text).host.to_ascii_lowercase();
    if !is_gar(&host) {
        return;
    }
    let message = format!(
        "untested registry `{}`: Google Artifact Registry",
        masked.spelt(&host)
    );
    let finding = report.found(url.span, message);
    report.push(
        finding
            .help("use another registry, or `registry: {inCluster: true}`")
            .note("Gitpod was never tested with it; upstream closed the question without an answer (gitpod-io/gitpod#10214)"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn artifact_registry() {
        check(
            r"
registry:
  external:
    url: Europe-docker.pkg.dev/acme
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-gar-unsupported]: untested registry `europe-docker.pkg.dev`: Google Artifact Registry
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: '${var.region}-docker.pkg.dev'
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-gar-unsupported]: untested registry `${var.region}-docker.pkg.dev`: Google Artifact Registry
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: pkg.dev.acme.com
    username: u
    password: {env: P}
",
        );
    }
}
