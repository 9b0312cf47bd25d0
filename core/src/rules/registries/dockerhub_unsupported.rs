//! See [`RULE`].

use super::external;
use crate::facts::services::DOCKER_HUB;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::masked::Masked;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Docker Hub is to keep workspace images.
    ///
    /// ## Why
    ///
    /// The image builder does not get past Docker Hub's login: "insufficient_scope: authorization failed". No image of a workspace is
    /// built, whichever of its names is written.
    ///
    /// Source: gitpod-io/gitpod issue #10215.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: docker.io/acme, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: registry.acme.dev, username: acme, password: {env: REGISTRY_PASSWORD}}
    /// ```
    "registry-dockerhub-unsupported", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let written = dissect(&masked.text);
    let host = written.host.trim_end_matches('.').to_ascii_lowercase();
    let message = if DOCKER_HUB.contains(&host.as_str()) {
        format!("`{host}` is Docker Hub, which cannot keep workspace images")
    } else if is_bare_account(written.host, &masked) {
        let shown = masked.spelt(&masked.text);
        format!("`{shown}` has no host, so it means Docker Hub, which cannot keep workspace images")
    } else {
        return;
    };
    report.push(
        report
            .found(url.span, message)
            .help("use another registry, or `registry: {inCluster: true}`")
            .note(
                "the image builder does not get past its login, so building the first workspace image fails",
            ),
    );
}

/// What Docker takes for an account of Docker Hub: a first part without a dot and a port, unless it is `localhost`.
fn is_bare_account(host: &str, masked: &Masked<'_>) -> bool {
    let written = dissect(&masked.text);
    let known = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    known && written.port.is_none() && written.scheme.is_none() && host != "localhost"
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    fn with(url: &str, message: &str) -> String {
        let note = match message {
            "" => String::new(),
            _ => format!("#        {} error: {message}\n", "^".repeat(url.len())),
        };
        format!("registry:\n  external:\n    url: {url}\n{note}    username: u\n    password: {{env: P}}\n")
    }

    #[test]
    fn every_name_of_docker_hub_is_pointed_at() {
        for url in [
            "docker.io/acme",
            "index.docker.io",
            "https://Registry-1.docker.io/v2",
        ] {
            check("registry-dockerhub-unsupported", &with(url, "`"));
        }
        check(
            "registry-dockerhub-unsupported",
            &with("acme/gitpod", "`acme/gitpod` has no host, so it means Docker Hub"),
        );
        for clean in [
            "registry.acme.dev/docker.io",
            "localhost/x",
            "registry:5000/x",
            "'${a.b}/x'",
            "ghcr.io/acme",
        ] {
            check("registry-dockerhub-unsupported", &with(clean, ""));
        }
    }
}
