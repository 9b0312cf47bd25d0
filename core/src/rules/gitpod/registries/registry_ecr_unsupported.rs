//! See [`RULE`].

use crate::facts::gitpod::services::is_ecr;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::images::external;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Amazon ECR cannot store workspace images.
    ///
    /// ## Why
    ///
    /// ECR requires every repository to exist before the first push, but Gitpod pushes to new ones. Its passwords also expire after
    /// twelve hours.
    ///
    /// Source: gitpod-io/gitpod `install/installer/docs/overview.md` and gitpod-io/website pull request #2431, which names the
    /// in-cluster registry on S3 instead.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// registry:
    ///   external: {url: 123456789012.dkr.ecr.eu-west-1.amazonaws.com, username: AWS, password: {env: REGISTRY_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// registry:
    ///   s3: {bucket: acme-registry, region: eu-west-1, endpoint: s3.eu-west-1.amazonaws.com, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    "registry-ecr-unsupported", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some((url, masked)) = external::url(config) else {
        return;
    };
    let host = dissect(&masked.text).host.to_ascii_lowercase();
    if !is_ecr(&host) {
        return;
    }
    let message = format!(
        "unsupported registry `{}`: Gitpod cannot create repositories in Amazon ECR",
        masked.spelt(&host)
    );
    report.push(
        report
            .found(url.span, message)
            .help("use `registry: {s3: …}`, the in-cluster registry with its data in a bucket")
            .note("pushes to a repository that does not exist fail, and ECR's passwords expire after twelve hours"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn ecr_with_and_without_late_parts() {
        check(
            r#"
registry:
  external:
    url: "${data.account}.dkr.ecr.eu-west-1.amazonaws.com/acme"
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-ecr-unsupported]: unsupported registry `${data.account}.dkr.ecr.eu-west-1.amazonaws.com`: Gitpod cannot create repositories in Amazon ECR
    username: AWS
#             ^^^ warning[registry-short-lived-token]: the token of user `AWS` expires after twelve hours
    password: {env: P}
"#,
        );
        check("registry: {external: {url: acme.azurecr.io, username: u, password: {env: P}}}\n");
    }
}
