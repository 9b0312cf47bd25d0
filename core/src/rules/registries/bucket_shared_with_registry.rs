//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Backups and the registry use the same bucket.
    ///
    /// ## Why
    ///
    /// Both make and delete objects by their own rules, and a policy that expires one kind takes the other with it.
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
    "bucket-shared-with-registry", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
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
    let finding = report.found(
        second.span,
        format!("the bucket `{}` is the one for backups too", second.value.shown()),
    );
    report.push(
        finding
            .and(first.span, "the backups go here")
            .help("make a second bucket")
            .note("what expires or cleans one kind of object takes the other with it"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    fn with(endpoint: &str, bucket: &str, note: &str) {
        let part = |key: &str, endpoint: &str, bucket: &str| {
            format!(
                "{key}:\n  s3:\n    region: r\n    accessKeyId: {{env: A}}\n    secretAccessKey: {{env: S}}\n    endpoint: {endpoint}\n    bucket: {bucket}\n"
            )
        };
        let text = part("storage", "s3.acme.dev", "'${a.b}'") + &part("registry", endpoint, bucket) + note;
        check("bucket-shared-with-registry", &text);
    }

    #[test]
    fn one_bucket_for_both_is_pointed_at() {
        with(
            "s3.acme.dev",
            "'${a.b}'",
            "#           ^^^^^^^^ warning: The bucket `${a.b}` is the one for backups too\n",
        );
        with("s3.acme.dev", "other", "");
        with("s3.acme.com", "'${a.b}'", "");
    }
}
