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

    #[test]
    fn every_name_of_docker_hub_is_pointed_at() {
        check(
            r"
registry:
  external:
    url: docker.io/acme
#        ^^^^^^^^^^^^^^ error[registry-dockerhub-unsupported]: `docker.io` is Docker Hub, which cannot keep workspace images
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: index.docker.io
#        ^^^^^^^^^^^^^^^ error[registry-dockerhub-unsupported]: `index.docker.io` is Docker Hub, which cannot keep workspace images
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: https://Registry-1.docker.io/v2
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-dockerhub-unsupported]: `registry-1.docker.io` is Docker Hub, which cannot keep workspace images
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-url-scheme]: `https://Registry-1.docker.io/v2` begins with a scheme, and image names have none
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: acme/gitpod
#        ^^^^^^^^^^^ error[registry-dockerhub-unsupported]: `acme/gitpod` has no host, so it means Docker Hub, which cannot keep workspace images
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: registry.acme.dev/docker.io
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: localhost/x
#        ^^^^^^^^^^^ error[host-invalid]: `localhost/x` is no host: it is whoever asks: each machine and each pod reaches itself there
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: registry:5000/x
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
        check(
            r"
registry:
  external:
    url: ghcr.io/acme
    username: u
    password: {env: P}
",
        );
    }
}
