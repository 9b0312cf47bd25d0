//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::gitpod::services::{AWS_GLOBAL_ENDPOINT, AWS_GLOBAL_REGION};
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The registry uses the Amazon S3 endpoint of another region.
    ///
    /// ## Why
    ///
    /// `s3.amazonaws.com` is the endpoint of `us-east-1`. The registry does not find a bucket of another region there and crashes.
    ///
    /// Source: gitpod-io/gitpod issue #10790, pull request #13037.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   s3: {endpoint: s3.amazonaws.com, region: eu-west-1, bucket: acme-registry, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme-registry, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    "registry-s3-region-endpoint", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let s3 = config.registry.get().and_then(|registry| registry.s3.get());
    let Some((endpoint, region)) = s3.and_then(|s3| s3.endpoint.spanned().zip(s3.region.spanned())) else {
        return;
    };
    let host = endpoint.value.as_known().map(str::to_ascii_lowercase);
    if host.as_deref() != Some(AWS_GLOBAL_ENDPOINT) || region.value == AWS_GLOBAL_REGION {
        return;
    }
    // China's regions are a partition of their own.
    let china = if region.value.starts_with("cn-") {
        ".cn"
    } else {
        ""
    };
    let regional = format!("s3.{}.amazonaws.com{china}", region.value);
    let message = format!("endpoint `{AWS_GLOBAL_ENDPOINT}` belongs to the region `{AWS_GLOBAL_REGION}`");
    let finding = report
        .found(endpoint.span, message)
        .and(region.span, "bucket's region")
        .help(format!("use `{regional}`"))
        .note("the registry does not find its bucket there and crashes");
    // The region may as well be the mistake.
    let fix = edit::write(report, endpoint.span, &regional, Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    fn with(endpoint: &str, region: &str) -> String {
        format!(
            "registry:\n  s3:\n    bucket: b\n    region: {region}\n    accessKeyId: {{env: A}}\n    secretAccessKey: {{env: S}}\n    endpoint: {endpoint}\n"
        )
    }

    #[test]
    fn the_endpoint_of_another_region() {
        check(
            r"
registry:
  s3:
    bucket: acme
    region: eu-west-1
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.amazonaws.com
#             ^^^^^^^^^^^^^^^^ error[registry-s3-region-endpoint]: endpoint `s3.amazonaws.com` belongs to the region `us-east-1`
",
        );
        check(
            r"
registry:
  s3:
    bucket: acme
    region: us-east-1
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: s3.amazonaws.com
",
        );
        check(
            r"
registry:
  s3:
    bucket: acme
    region: eu-west-1
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
    endpoint: '${a.b}'
",
        );
        check_fix(
            "registry-s3-region-endpoint",
            &with("'s3.amazonaws.com'", "eu-west-1"),
            &with("'s3.eu-west-1.amazonaws.com'", "eu-west-1"),
        );
    }

    #[test]
    fn the_region_may_be_the_mistake() {
        check_applicability(
            "registry-s3-region-endpoint",
            &[(&with("s3.amazonaws.com", "eu-west-1"), "unsafe")],
        );
        check_fix(
            "registry-s3-region-endpoint",
            &with("s3.amazonaws.com", "cn-north-1"),
            &with("s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        );
    }
}
