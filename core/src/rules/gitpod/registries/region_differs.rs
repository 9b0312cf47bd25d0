//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::plan::platform::gitpod::Storage;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// `gitpod.region` is not the region of the bucket.
    ///
    /// ## Why
    ///
    /// The Installer has one region for both: it signs requests for the bucket with it, and the provider refuses those for another region.
    /// No workspace is saved.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/common/storage.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {region: eu-west-1}
    /// storage:
    ///   s3: {endpoint: s3.eu-central-1.amazonaws.com, bucket: acme-gitpod, region: eu-central-1, accessKeyId: {env: S3_KEY}, secretAccessKey: {env: S3_SECRET}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {region: eu-central-1}
    /// storage:
    ///   s3: {endpoint: s3.eu-central-1.amazonaws.com, bucket: acme-gitpod, region: eu-central-1, accessKeyId: {env: S3_KEY}, secretAccessKey: {env: S3_SECRET}}
    /// ```
    "region-differs", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let (Some(gitpod), Some(storage)) = (plan.gitpod(), config.storage.get()) else {
        return;
    };
    let own = config.gitpod.get().and_then(|gitpod| gitpod.region.spanned());
    let bucket = match &gitpod.storage {
        Storage::InCluster => None,
        Storage::S3(_) => storage.s3.get().and_then(|s3| s3.region.spanned()),
        Storage::Gcs { .. } => storage.gcs.get().and_then(|gcs| gcs.region.spanned()),
    };
    let (Some(own), Some(bucket)) = (own, bucket) else {
        return;
    };
    // Where the endpoint agrees with it, the bucket's region is the wrong one: `s3-region-mismatch`.
    let endpoint = storage.s3.get().and_then(|s3| s3.endpoint.get()?.as_known());
    let is_of_endpoint = endpoint.is_some_and(|endpoint| endpoint.contains(own.value.as_str()));
    // So it is where it has a zone of that region.
    let is_zone = bucket.value.starts_with(own.value.as_str());
    if !is_of_endpoint && !is_zone && !own.value.eq_ignore_ascii_case(&bucket.value) {
        let finding = report
            .found(
                own.span,
                format!("`{}` is not the region of the bucket", own.value),
            )
            .and(bucket.span, "the bucket's region")
            .help(format!("use `{}`, or remove it", bucket.value));
        report.push(
            finding.note("requests for the bucket are signed with it and refused, so no workspace is saved"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn two_regions() {
        check(
            r"
gitpod: {region: eu-west-1}
^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#                ^^^^^^^^^ error[region-differs]: `eu-west-1` is not the region of the bucket
storage: {s3: {endpoint: s3.eu-central-1.amazonaws.com, bucket: acme-gitpod, region: eu-central-1, accessKeyId: {env: A}, secretAccessKey: {env: B}}}
",
        );
    }
}
