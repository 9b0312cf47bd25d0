//! See [`RULE`].

use super::external;
use crate::facts::services::is_ecr;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Amazon ECR is to keep workspace images.
    ///
    /// ## Why
    ///
    /// In ECR every repository has to be there before somebody pushes to it, and Gitpod pushes to new ones. Its passwords hold for
    /// twelve hours besides.
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
    "registry-ecr-unsupported", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
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
        "`{}` is an Amazon ECR, where Gitpod cannot make repositories",
        masked.spelt(&host)
    );
    report.push(
        report
            .found(url.span, message)
            .help("use `registry: {s3: …}`, the registry in the cluster with its data in a bucket")
            .note("every push to a repository that is not there fails, and ECR's passwords hold for twelve hours"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn ecr_is_pointed_at_even_where_a_part_is_late() {
        check(
            r#"
registry:
  external:
    url: "${data.account}.dkr.ecr.eu-west-1.amazonaws.com/acme"
#        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[registry-ecr-unsupported]: `${data.account}.dkr.ecr.eu-west-1.amazonaws.com` is an Amazon ECR, where Gitpod cannot make repositories
    username: AWS
#             ^^^ warning[registry-short-lived-token]: The user `AWS` stands for a token that runs out after twelve hours
    password: {env: P}
"#,
        );
        check("registry: {external: {url: acme.azurecr.io, username: u, password: {env: P}}}\n");
    }
}
