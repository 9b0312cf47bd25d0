//! See [`RULE`].

use crate::facts::gitpod::{Release, S3_AWS_ONLY};
use crate::facts::services::is_aws;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::masked::{Masked, stands_in};
use crate::rules::public::is_gitpod;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Backups are to go to an object store that this release of Gitpod does not ask.
    ///
    /// ## Why
    ///
    /// From 2022.12 on, Gitpod talks to Amazon S3 only: the Installer demands `endpoint` and reads it nowhere. Workspaces start, and
    /// their backups fail or end up with Amazon.
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
    "s3-endpoint-ignored", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let s3 = config.storage.get().and_then(|storage| storage.s3.get());
    let Some(endpoint) = s3
        .and_then(|s3| s3.endpoint.spanned())
        .filter(|_| is_gitpod(config))
    else {
        return;
    };
    let release = config.gitpod.get().map(|gitpod| &gitpod.release);
    let written = release.and_then(|release| release.spanned());
    let aimed_at = match (release, written) {
        // What cannot be read says nothing.
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
        "release `{aimed_at}` talks to Amazon S3 only and does not ask `{}`",
        masked.spelt(&host)
    );
    let mut finding = report.found(endpoint.span, message);
    if let Some(written) = written {
        finding = finding.and(written.span, "this release");
    }
    report.push(
        finding
            .help("use Amazon S3, `storage: {gcs: …}` or `storage: {inCluster: true}`; or a release up to `2022.11`")
            .note("since 2022.12 the Installer demands `endpoint` and reads it nowhere, so no backup reaches that store"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    fn with(release: &str, endpoint: &str, message: &str) {
        let note = match message {
            "" => String::new(),
            _ => format!("#             {} error: {message}\n", "^".repeat(endpoint.len())),
        };
        check(
            "s3-endpoint-ignored",
            &format!(
                "{release}storage:\n  s3:\n    region: r\n    bucket: acme\n    accessKeyId: {{env: A}}\n    secretAccessKey: {{env: S}}\n    endpoint: {endpoint}\n{note}"
            ),
        );
    }

    #[test]
    fn other_stores_are_pointed_at_from_the_release_on_that_ignores_them() {
        with(
            "",
            "minio.acme.dev:9000",
            "Release `main` talks to Amazon S3 only and does not ask `minio.acme.dev`",
        );
        with(
            "gitpod: {release: '2022.12'}\n",
            "minio.acme.dev",
            "Release `2022.12` talks",
        );
        with("gitpod: {release: '2022.11.2'}\n", "minio.acme.dev", "");
        with("gitpod: {release: nightly}\n", "minio.acme.dev", "");
        with("", "s3.eu-west-1.amazonaws.com", "");
        with("", "'${aws.host}'", "");
        with("", "'${minio.name}.acme.dev'", "Release `main` talks");
    }
}
