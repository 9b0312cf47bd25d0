//! See [`RULE`].

use crate::facts::gitpod::services::{DEFAULT_IMAGES, DOCKER_HUB};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The registry allowlist does not include Docker Hub.
    ///
    /// ## Why
    ///
    /// `allowedBaseImages` lists the registries whose credentials Gitpod uses for base images. Without `docker.io`, images from
    /// Docker Hub (the default workspace image among them) are pulled anonymously, within Docker Hub's low rate limit. KOTS added
    /// `docker.io` to every such list.
    ///
    /// Source: gitpod-io/gitpod `components/image-builder-mk3/pkg/auth/auth.go` (`GetAuthFor`); commit 5b30eb5b8c^
    /// `install/installer/pkg/config/v1/envvars.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   allowedBaseImages: [registry.acme.dev]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   allowedBaseImages: [registry.acme.dev, docker.io]
    /// ```
    "registry-allowlist-missing-dockerio", Info, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let list = config
        .registry
        .get()
        .and_then(|registry| registry.allowed_base_images.spanned());
    let Some(list) = list else { return };
    let workspace = config.gitpod.get().and_then(|gitpod| gitpod.workspace.get());
    if workspace.is_some_and(|workspace| workspace.image.is_written()) {
        return;
    }
    let items: Vec<_> = list.value.iter().filter_map(|item| item.spanned()).collect();
    let is_hub = |host: &str| {
        DOCKER_HUB
            .iter()
            .any(|hub| host.to_ascii_lowercase().contains(hub))
    };
    // An unreadable entry may be `docker.io`.
    let Some(last) = items.last().filter(|_| items.len() == list.value.len()) else {
        return;
    };
    if items.iter().any(|item| is_hub(&item.value)) {
        return;
    }
    let finding = report
        .found(
            list.key,
            format!("missing `{DEFAULT_IMAGES}`, the registry of the default workspace image"),
        )
        .help(format!("add `{DEFAULT_IMAGES}` to the list"))
        .note("anonymous pulls soon exceed Docker Hub's rate limit");
    let flow = report.text(list.span).starts_with('[');
    let fix = flow.then(|| {
        let end = crate::source::Span {
            start: last.span.end,
            ..last.span
        };
        crate::diagnostic::Fix::risky(
            format!("add `{DEFAULT_IMAGES}`"),
            end,
            format!(", {DEFAULT_IMAGES}"),
        )
    });
    report.push(fix.into_iter().fold(finding, crate::diagnostic::Diagnostic::fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn another_image_comes_from_elsewhere() {
        check(
            r"
gitpod: {repository: registry.acme.dev/gitpod, workspace: {image: registry.acme.dev/base}}
registry:
  allowedBaseImages: [registry.acme.dev]
",
        );
    }

    #[test]
    fn a_list_without_docker_hub() {
        check(
            r"
registry:
  allowedBaseImages: [registry.acme.dev]
# ^^^^^^^^^^^^^^^^^ info[registry-allowlist-missing-dockerio]: missing `docker.io`, the registry of the default workspace image
",
        );
        check(
            r"
registry: {allowedBaseImages: []}
",
        );
        check(
            r"
registry: {allowedBaseImages: [a.dev, docker.io]}
",
        );
        check(
            r"
registry: {allowedBaseImages: ['https://index.docker.io/v1/']}
#                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[registry-allowlist-not-host]: `https://index.docker.io/v1/` is not an image host
",
        );
        check(
            r"
registry: {allowedBaseImages: [[x]]}
#                              ^^^ error[wrong-type]: expected a string, found a list
",
        );
    }

    #[test]
    fn the_fix_appends_it() {
        check_fix(
            "registry-allowlist-missing-dockerio",
            "registry: {allowedBaseImages: [a.dev, 'b.dev' ]}\n",
            "registry: {allowedBaseImages: [a.dev, 'b.dev', docker.io ]}\n",
        );
    }
}
