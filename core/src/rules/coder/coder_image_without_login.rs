//! See [`RULE`].
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An image is in a registry without a login for it.
    ///
    /// ## Why
    ///
    /// The kubelet pulls images with the secrets that a pod names. For an image in a private registry, there must be one in the namespace of the server and
    /// one in that of workspaces: `registry.external` makes both.
    ///
    /// Source: coder/coder issue #11527.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {image: registry.acme.dev/base:1}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {image: registry.acme.dev/base:1}}
    /// registry: {external: {url: registry.acme.dev, username: coder, password: {env: R}}}
    /// ```
    "coder-image-without-login", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Coder
}

/// Registries that anyone can pull from.
const PUBLIC: [&str; 7] = [
    "docker.io",
    "ghcr.io",
    "quay.io",
    "gcr.io",
    "registry.k8s.io",
    "public.ecr.aws",
    "mcr.microsoft.com",
];

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(coder) = config.coder.get() else { return };
    let registries = config.k3s.get().and_then(|k3s| k3s.registries.get());
    // Machines themselves may have a login, or a mirror that asks for none.
    if config.registry.is_written() || registries.is_some() || report.is_damaged() {
        return;
    }
    let workspaces = coder.workspaces.get();
    let of_server = coder
        .image
        .spanned()
        .filter(|_| !coder.image_pull_secrets.is_written());
    let of_workspaces = workspaces.and_then(|workspaces| workspaces.image.spanned());
    for image in [of_server, of_workspaces].into_iter().flatten() {
        let host = image.value.split('/').next().unwrap_or("");
        let is_host = host.contains('.') || host.contains(':');
        if is_host && image.value.contains('/') && !PUBLIC.contains(&host) {
            let finding = report.found(image.span, format!("no login for the registry `{host}`"));
            report.push(finding.help(format!(
                "add `registry: {{external: {{url: {host}, …}}}}`, if it is not public"
            )));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn private_registries() {
        check(
            r"
platform: coder
coder: {image: registry.acme.dev/coder, workspaces: {image: codercom/enterprise-base:ubuntu}}
#              ^^^^^^^^^^^^^^^^^^^^^^^ warning[coder-image-without-login]: no login for the registry `registry.acme.dev`
",
        );
    }
}
