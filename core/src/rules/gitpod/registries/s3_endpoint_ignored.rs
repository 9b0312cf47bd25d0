//! See [`RULE`].

use crate::facts::gitpod::services::is_aws;
use crate::facts::gitpod::{Release, S3_AWS_ONLY};
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::masked::{Masked, stands_in};
use crate::rules::public::has_platform;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// This Gitpod release ignores the endpoint of the object storage.
    ///
    /// ## Why
    ///
    /// From 2022.12 on, Gitpod supports only Amazon S3: the Installer requires `endpoint` but never reads it. Workspaces start, but
    /// their backups fail or go to Amazon.
    ///
    /// Source: gitpod-io/gitpod commit c3a97c9ccb (2022-12-05), `install/installer/pkg/common/storage.go:41-52`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: main, repository: registry.acme.dev/gitpod}
    /// storage:
    ///   s3: {endpoint: fsn1.your-objectstorage.com, region: fsn1, bucket: acme, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: main, repository: registry.acme.dev/gitpod}
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    "s3-endpoint-ignored", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod, tagged Unused
}

fn check(config: &Config, report: &mut Report<'_>) {
    let s3 = config.storage.get().and_then(|storage| storage.s3.get());
    let Some(endpoint) = s3
        .and_then(|s3| s3.endpoint.spanned())
        .filter(|_| has_platform(config))
    else {
        return;
    };
    let release = config.gitpod.get().map(|gitpod| &gitpod.release);
    let written = release.and_then(|release| release.spanned());
    let aimed_at = match (release, written) {
        // An unreadable release is reported elsewhere.
        (Some(release), None) if release.is_written() => return,
        (_, Some(written)) => match Release::parse(&written.value) {
            Some(release) => release,
            None => return,
        },
        (_, None) => Release::Main,
    };
    let Some(masked) = Masked::new(&endpoint.value) else {
        return;
    };
    let host = dissect(&masked.text).host.to_ascii_lowercase();
    if aimed_at < S3_AWS_ONLY || is_aws(&host) || host.is_empty() || host.ends_with(stands_in) {
        return;
    }
    let message = format!(
        "endpoint `{}` is ignored by release `{aimed_at}`, which supports only Amazon S3",
        masked.spelt(&host)
    );
    let mut finding = report.found(endpoint.span, message);
    if let Some(written) = written {
        finding = finding.and(written.span, "release set here");
    }
    report.push(
        finding
            .help("use Amazon S3, `storage: {gcs: …}`, `storage: {inCluster: true}`, or a release up to `2022.11`")
            .note("since 2022.12 the Installer requires `endpoint` but never reads it, so no backup reaches that storage"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn other_stores_since_the_release_that_ignores_them() {
        check(
            r"
storage:
  s3:
    region: r
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: minio.acme.dev:9000
#             ^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-ignored]: endpoint `minio.acme.dev` is ignored by release `main`, which supports only Amazon S3
",
        );
        check(
            r"
gitpod: {release: '2022.12', repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.12 lets workspaces connect to the machines and the Kubernetes API
storage:
  s3:
    region: r
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: minio.acme.dev
#             ^^^^^^^^^^^^^^ error[s3-endpoint-ignored]: endpoint `minio.acme.dev` is ignored by release `2022.12`, which supports only Amazon S3
",
        );
        check(
            r"
gitpod: {release: '2022.11.2', repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.11.2 lets workspaces connect to the machines and the Kubernetes API
storage:
  s3:
    region: r
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: minio.acme.dev
",
        );
        check(
            r"
gitpod: {release: nightly, repository: registry.acme.dev/gitpod}
#                 ^^^^^^^ error[release-invalid]: unknown Gitpod release `nightly`
storage:
  s3:
    region: r
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: minio.acme.dev
",
        );
        check(
            r"
storage:
  s3:
    region: eu-west-1
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.eu-west-1.amazonaws.com
",
        );
        check(
            r"
storage:
  s3:
    region: r
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: '${aws.host}'
",
        );
        check(
            r"
storage:
  s3:
    region: r
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: '${minio.name}.acme.dev'
#             ^^^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-ignored]: endpoint `${minio.name}.acme.dev` is ignored by release `main`, which supports only Amazon S3
",
        );
    }
}
