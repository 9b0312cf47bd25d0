//! See [`RULE`].

use crate::facts::gitpod::services::DOCKER_HUB;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::images::external;
use crate::rules::masked::Masked;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Docker Hub cannot store workspace images.
    ///
    /// ## Why
    ///
    /// The image builder fails to log in to Docker Hub, under any of its names, with "insufficient_scope: authorization failed", so
    /// no workspace image is built.
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
    "registry-dockerhub-unsupported", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let written = dissect(&masked.text);
    let host = written.host.trim_end_matches('.').to_ascii_lowercase();
    let message = if DOCKER_HUB.contains(&host.as_str()) {
        format!("unsupported registry `{host}`: Docker Hub cannot store workspace images")
    } else if is_bare_account(written.host, &masked) {
        let shown = masked.spelt(&masked.text);
        format!("unsupported registry `{shown}`: without a host it means Docker Hub")
    } else {
        return;
    };
    report.push(
        report
            .found(url.span, message)
            .help("use another registry, or `registry: {inCluster: true}`")
            .note("the image builder fails to log in, so building the first workspace image fails"),
    );
}

/// Whether Docker reads it as a Docker Hub account: a first part without dot or port, other than `localhost`.
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
    fn every_name_of_docker_hub() {
        check(
            r"
registry:
  external:
    url: docker.io/acme
#        ^^^^^^^^^^^^^^ error[registry-dockerhub-unsupported]: unsupported registry `docker.io`: Docker Hub cannot store workspace images
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: index.docker.io
#        ^^^^^^^^^^^^^^^ error[registry-dockerhub-unsupported]: unsupported registry `index.docker.io`: Docker Hub cannot store workspace images
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: https://Registry-1.docker.io/v2
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-dockerhub-unsupported]: unsupported registry `registry-1.docker.io`: Docker Hub cannot store workspace images
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-url-scheme]: `https://Registry-1.docker.io/v2` has a scheme, which image names cannot have
    username: u
    password: {env: P}
",
        );
        check(
            r"
registry:
  external:
    url: acme/gitpod
#        ^^^^^^^^^^^ error[registry-dockerhub-unsupported]: unsupported registry `acme/gitpod`: without a host it means Docker Hub
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
#        ^^^^^^^^^^^ error[host-invalid]: invalid host `localhost/x`: loopback, where each machine reaches only itself
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
