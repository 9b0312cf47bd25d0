//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Backups and the registry share a bucket.
    ///
    /// ## Why
    ///
    /// Each creates and deletes objects by its own rules, and a lifecycle policy for one also expires the other's objects.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-backups, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// registry:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-backups, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-backups, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// registry:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-registry, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    "bucket-shared-with-registry", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let storage = config.storage.get().and_then(|storage| storage.s3.get());
    let registry = config.registry.get().and_then(|registry| registry.s3.get());
    let (Some(storage), Some(registry)) = (storage, registry) else {
        return;
    };
    let (Some(first), Some(second)) = (storage.bucket.spanned(), registry.bucket.spanned()) else {
        return;
    };
    if first.value != second.value || storage.endpoint.get() != registry.endpoint.get() {
        return;
    }
    let message = format!(
        "the registry shares the bucket `{}` with backups",
        second.value.shown()
    );
    // The one that is written later repeats the other.
    let (at, other, label) = match first.span < second.span {
        true => (second.span, first.span, "bucket for backups"),
        false => (first.span, second.span, "bucket of the registry"),
    };
    report.push(
        report
            .found(at, message)
            .and(other, label)
            .help("create a second bucket")
            .note("a lifecycle policy for one also deletes the other's objects"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_bucket_for_both() {
        check(
            r"
storage:
  s3:
    region: r
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.acme.dev
#             ^^^^^^^^^^^ error[s3-endpoint-ignored]: endpoint `s3.acme.dev` is ignored by release `main`, which supports only Amazon S3
    bucket: '${a.b}'
registry:
  s3:
    region: r
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.acme.dev
    bucket: '${a.b}'
#           ^^^^^^^^ warning[bucket-shared-with-registry]: the registry shares the bucket `${a.b}` with backups
",
        );
        check(
            r"
storage:
  s3:
    region: r
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.acme.dev
#             ^^^^^^^^^^^ error[s3-endpoint-ignored]: endpoint `s3.acme.dev` is ignored by release `main`, which supports only Amazon S3
    bucket: '${a.b}'
registry:
  s3:
    region: r
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.acme.dev
    bucket: other
",
        );
        check(
            r"
storage:
  s3:
    region: r
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.acme.dev
#             ^^^^^^^^^^^ error[s3-endpoint-ignored]: endpoint `s3.acme.dev` is ignored by release `main`, which supports only Amazon S3
    bucket: '${a.b}'
registry:
  s3:
    region: r
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.acme.com
    bucket: '${a.b}'
",
        );
    }
}
