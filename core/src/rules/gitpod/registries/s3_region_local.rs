//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::plan::platform::gitpod::Storage;
use crate::rules::storage::s3_region_mismatch;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A storage bucket has the region `local`.
    ///
    /// ## Why
    ///
    /// `local` is the Installer's default region, for installations outside a cloud. If workspaces are backed up to a bucket, the
    /// same value is the bucket's region: requests go to a host that does not exist, and no workspace is saved.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/config/v1/config.go`, `Defaults`; `pkg/common/storage.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: {gcs: {project: acme, serviceAccount: {file: service-account.json}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: {gcs: {project: acme, region: europe-west1, serviceAccount: {file: service-account.json}}}
    /// ```
    "s3-region-local", Error, since "0.1.0", fix None, always, Reads::Plan(check), for Gitpod, silences s3_region_mismatch::RULE.rule, super::region_differs::RULE.rule
}

/// The Installer's name for no region.
const LOCAL: &str = "local";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let (Some(gitpod), Some(storage)) = (plan.gitpod(), config.storage.get()) else {
        return;
    };
    let own = config.gitpod.get().and_then(|gitpod| gitpod.region.spanned());
    let (written, bucket) = match &gitpod.storage {
        Storage::InCluster => return,
        Storage::S3(_) => (
            storage.s3.get().and_then(|s3| s3.region.spanned()),
            storage.s3.spanned().map(|s3| s3.key),
        ),
        Storage::Gcs { .. } => (
            storage.gcs.get().and_then(|gcs| gcs.region.spanned()),
            storage.gcs.spanned().map(|gcs| gcs.key),
        ),
    };
    let bad = |field: Option<&crate::model::Spanned<String>>| {
        field
            .filter(|region| region.value.eq_ignore_ascii_case(LOCAL))
            .map(|region| region.span)
    };
    let missing = || bucket.filter(|_| gitpod.region == LOCAL && own.is_none());
    let Some(at) = bad(written).or_else(|| bad(own)).or_else(missing) else {
        return;
    };
    let finding = report
        .found(
            at,
            format!("the bucket's region is `{LOCAL}`, which no cloud has"),
        )
        .help("set the bucket's region, such as `region: europe-west1`");
    report.push(
        finding.note("requests for the bucket go to a host that does not exist, and no workspace is saved"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn written_and_by_default() {
        check(
            r"
storage: {gcs: {project: acme, serviceAccount: {file: a.json}}}
#         ^^^ error[s3-region-local]: the bucket's region is `local`, which no cloud has
#                                              ^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `storage.gcs.serviceAccount`: cannot read file `a.json`: no such file
",
        );
        check(
            r"
storage: {s3: {endpoint: s3.amazonaws.com, region: local, bucket: a-b-c, accessKeyId: {env: A}, secretAccessKey: {env: S}}}
#                                                  ^^^^^ error[s3-region-local]: the bucket's region is `local`, which no cloud has
",
        );
        check(
            r"
gitpod: {region: local, repository: registry.acme.dev/gitpod}
#                ^^^^^ error[s3-region-local]: the bucket's region is `local`, which no cloud has
storage: {s3: {endpoint: s3.amazonaws.com, region: eu-west-1, bucket: a-b-c, accessKeyId: {env: A}, secretAccessKey: {env: S}}}
",
        );
        check(
            r"
gitpod: {region: europe-west1, repository: registry.acme.dev/gitpod}
storage: {gcs: {project: acme, serviceAccount: {file: a.json}}}
#                                              ^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `storage.gcs.serviceAccount`: cannot read file `a.json`: no such file
",
        );
        check(
            r"
gitpod: {region: local, repository: registry.acme.dev/gitpod}
",
        );
    }
}
