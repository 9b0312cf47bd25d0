//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::facts::gitpod::{CLOSED_REPOSITORIES, DEFAULT_REPOSITORY};
use crate::model::{Config, Field, Raw};
use crate::rules::public::{has_platform, patched};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Gitpod's images are configured at a registry that is no longer public.
    ///
    /// ## Why
    ///
    /// Upstream closed its registries in 2023, so an installation without its own `repository` cannot pull a single image. This is
    /// a warning if `gitpod.repository` is missing, and an error if it names one of upstream's registries.
    ///
    /// Source: README of mrsimonemms/gitpod-self-hosted, gitpod-io/gitpod pull request #16225.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {repository: eu.gcr.io/gitpod-core-dev/build}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {repository: registry.acme.dev/gitpod}
    /// ```
    "images-not-public", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

const HELP: &str = "set the registry of your copies: `gitpod: {repository: registry.acme.dev/gitpod}`";

fn check(config: &Config, report: &mut Report<'_>) {
    if !has_platform(config) || matches!(config.gitpod, Field::Bad) {
        return;
    }
    let missing = Default::default();
    let gitpod = config.gitpod.get().unwrap_or(&missing);
    let written = match patched(config, "repository").map(|value| (&value.value, value.span)) {
        Some((Raw::Text(text), span)) => Some((text.as_str(), span)),
        Some(_) => return,
        None => gitpod.repository.spanned().map(|r| (r.value.as_str(), r.span)),
    };
    match written {
        Some((repository, span)) if is_closed(repository) => {
            let mut finding = report.found(span, format!("images at `{repository}` are no longer public"));
            finding.severity = Severity::Error;
            report.push(
                finding
                    .help(HELP)
                    .note("no image can be pulled from there, so no pod starts"),
            );
        }
        Some(_) => {}
        None if gitpod.repository.is_written() || report.is_damaged() => {}
        None => {
            let span = config
                .gitpod
                .spanned()
                .map_or(report.anchor(), |gitpod| gitpod.key);
            let span = report.empty("repository").unwrap_or(span);
            let message = format!(
                "missing `gitpod.repository`: the default, `{DEFAULT_REPOSITORY}`, is no longer public"
            );
            let finding = report.found(span, message);
            report.push(
                finding
                    .help(HELP)
                    .note("no image can be pulled from there, so no pod starts"),
            );
        }
    }
}

fn is_closed(repository: &str) -> bool {
    CLOSED_REPOSITORIES.iter().any(|closed| {
        let rest = repository.strip_prefix(closed);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_default_is_a_warning() {
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: only the admin can log in to `gitpod.acme.dev`, by a link
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
gitpod: {region: eu}
^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
",
        );
        check(
            r"
platform: none
cluster: {api: {host: k3s.acme.dev}}
",
        );
        check(
            r"
gitpod: {repository: [x]}
#                    ^^^ error[wrong-type]: expected a string, found a list
",
        );
    }

    #[test]
    fn upstreams_registries_are_errors() {
        check(
            r#"
gitpod: {repository: "eu.gcr.io/gitpod-core-dev/build"}
#                    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[images-not-public]: images at `eu.gcr.io/gitpod-core-dev/build` are no longer public
"#,
        );
        check(
            r"
gitpod:
  repository: registry.acme.dev/gitpod
  configPatch: {repository: ghcr.io/gitpod-io}
#                           ^^^^^^^^^^^^^^^^^ error[images-not-public]: images at `ghcr.io/gitpod-io` are no longer public
",
        );
        check("gitpod: {repository: eu.gcr.io/gitpod-io-mirror}\n");
        check("gitpod: {configPatch: {repository: registry.acme.dev/gitpod}}\n");
    }
}
