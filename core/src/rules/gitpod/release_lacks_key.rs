//! See [`RULE`].

use crate::facts::gitpod::config_keys::first_lacking;
use crate::facts::gitpod::{FIRST, Release, WORKSPACE_CIDR};
use crate::model::{Config, Field};
use crate::plan::Plan;
use crate::plan::platform::gitpod::Gitpod;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// The Gitpod release does not support what a key sets.
    ///
    /// ## Why
    ///
    /// Each of these keys sets one in the Installer's config, which not every release has. The Installer rejects unknown keys, so gkc leaves
    /// it out for such a release, and the installation runs without that setting: workspaces keep the default lifetime, the database's
    /// certificate is not verified, pods do not trust the CA.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/config/v1/config.go`, at each release's tag.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: "2022.08"}
    /// proxy: {https: "http://proxy.acme.dev:3128"}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: "2022.09"}
    /// proxy: {https: "http://proxy.acme.dev:3128"}
    /// ```
    "release-lacks-key", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(gitpod) = plan
        .gitpod()
        .filter(|gitpod| gitpod.release != Release::Main && gitpod.release >= FIRST)
    else {
        return;
    };
    for (path, key, span) in uses(config, gitpod) {
        let Some(lacking) = first_lacking(gitpod.release, path) else {
            continue;
        };
        let message = format!("Gitpod {} does not support `{key}`", gitpod.release);
        let finding = report.found(span, message);
        let finding = match config.platform_release() {
            Some(release) => finding.and(release.span, "the release"),
            None => finding,
        };
        let finding = finding.note(format!(
            "its Installer has no `{}`: {}",
            path.join("."),
            lacking.when(gitpod.release)
        ));
        report.push(finding.help("remove the key, or use another `gitpod.release`"));
    }
}

/// What the configuration asks for: the key of the Installer that it ends in, its own key, and where that is.
fn uses(config: &Config, gitpod: &Gitpod) -> Vec<(&'static [&'static str], &'static str, Span)> {
    fn key<T>(field: &Field<T>) -> Option<Span> {
        field.spanned().map(|written| written.key)
    }
    let section = config.gitpod.get();
    let workspace = section.and_then(|gitpod| gitpod.workspace.get());
    let tracing = section.and_then(|gitpod| gitpod.tracing.get());
    let certificate = config.certificate.get();
    let database = config.external_database();
    let registry = config.registry.get();
    let storage = config.storage.get();
    let shortname = section.filter(|_| gitpod.shortname != "default");
    let cidr = workspace.filter(|_| gitpod.workspace.cidr.to_string() != WORKSPACE_CIDR);
    let all: [(&'static [&'static str], &'static str, Option<Span>); 16] = [
        (
            &["metadata", "shortname"],
            "gitpod.shortname",
            shortname.and_then(|gitpod| key(&gitpod.shortname)),
        ),
        (
            &["workspace", "maxLifetime"],
            "gitpod.workspace.maxLifetime",
            workspace.and_then(|workspace| key(&workspace.max_lifetime)),
        ),
        (
            &["workspace", "timeoutDefault"],
            "gitpod.workspace.timeout",
            workspace.and_then(|workspace| key(&workspace.timeout)),
        ),
        (
            &["workspace", "timeoutExtended"],
            "gitpod.workspace.timeoutExtended",
            workspace.and_then(|workspace| key(&workspace.timeout_extended)),
        ),
        (
            &["workspace", "timeoutAfterClose"],
            "gitpod.workspace.timeoutAfterClose",
            workspace.and_then(|workspace| key(&workspace.timeout_after_close)),
        ),
        (
            &["workspace", "workspaceImage"],
            "gitpod.workspace.image",
            workspace.and_then(|workspace| key(&workspace.image)),
        ),
        (
            &["observability", "tracing", "secretName"],
            "gitpod.tracing.secretName",
            tracing.and_then(|tracing| key(&tracing.secret_name)),
        ),
        (
            &["objectStorage", "blobQuota"],
            "storage.blobQuota",
            storage.and_then(|storage| key(&storage.blob_quota)),
        ),
        (
            &["experimental", "workspace", "workspaceCIDR"],
            "gitpod.workspace.cidr",
            cidr.and_then(|workspace| key(&workspace.cidr)),
        ),
        (
            &["openVSX"],
            "gitpod.openVsxUrl",
            section.and_then(|gitpod| key(&gitpod.open_vsx_url)),
        ),
        (
            &["customCACert"],
            "certificate.customCa",
            certificate.and_then(|certificate| key(&certificate.custom_ca)),
        ),
        (
            &["database", "ssl"],
            "database.external.caCert",
            database.and_then(|database| key(&database.ca_cert)),
        ),
        (
            &["containerRegistry", "privateBaseImageAllowList"],
            "registry.allowedBaseImages",
            registry.and_then(|registry| key(&registry.allowed_base_images)),
        ),
        (
            &["containerRegistry", "s3storage", "endpoint"],
            "registry.s3",
            registry.and_then(|registry| key(&registry.s3)),
        ),
        (
            &["objectStorage", "s3", "bucket"],
            "storage.s3",
            storage.and_then(|storage| key(&storage.s3)),
        ),
        (&["httpProxy"], "proxy", key(&config.proxy)),
    ];
    let written = all.into_iter();
    written
        .filter_map(|(path, key, span)| Some((path, key, span?)))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn keys_that_come_later() {
        check(
            r#"
gitpod: {release: "2022.11", repository: registry.acme.dev/gitpod, workspace: {cidr: 10.0.6.0/30, timeout: 30m}}
#                 ^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.11 lets workspaces connect to the machines and the Kubernetes API
#                                                                              ^^^^ error[release-lacks-key]: Gitpod 2022.11 does not support `gitpod.workspace.cidr`
database:
  external:
    host: db.acme.dev
    port: 3306
    username: gitpod
    password: {env: DB_PASSWORD}
    encryptionKeys: [{name: general, version: 1, primary: true, material: {env: DB_KEY}}]
    caCert: {env: DB_CA}
#   ^^^^^^ error[release-lacks-key]: Gitpod 2022.11 does not support `database.external.caCert`
#           ^^^^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `database.external.caCert`
"#,
        );
    }

    #[test]
    fn an_old_release_has_no_image_quota_or_secret_for_traces() {
        check(
            r#"
gitpod:
  release: "2022.06"
#          ^^^^^^^^^ warning[pod-security-policies-gone]: Gitpod 2022.06 makes PodSecurityPolicies, which Kubernetes 1.36 does not have
#          ^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.06 lets workspaces connect to the machines and the Kubernetes API
  repository: registry.acme.dev/gitpod
  workspace: {image: registry.acme.dev/base, timeoutExtended: 3h, timeoutAfterClose: 5m}
#             ^^^^^ error[release-lacks-key]: Gitpod 2022.06 does not support `gitpod.workspace.image`
  tracing: {agentHost: jaeger.acme.dev, secretName: jaeger}
#                                       ^^^^^^^^^^ error[release-lacks-key]: Gitpod 2022.06 does not support `gitpod.tracing.secretName`
storage: {blobQuota: 10Gi}
secrets: {jaeger: {JAEGER_USER: {env: JAEGER_USER}, JAEGER_PASSWORD: {env: JAEGER_PASSWORD}}}
"#,
        );
    }

    #[test]
    fn keys_that_the_release_has() {
        check(
            r#"
gitpod: {release: "2023.04", repository: registry.acme.dev/gitpod, shortname: eu, workspace: {cidr: 10.0.6.0/30, maxLifetime: 8h}}
"#,
        );
    }
}
