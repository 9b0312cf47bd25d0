//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::buckets::buckets;
use crate::rules::hostname::dissect;
use crate::rules::masked::Masked;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A bucket's endpoint is written as a URL.
    ///
    /// ## Why
    ///
    /// The MinIO client, which k3s and Gitpod up to 2022.11 use, accepts only `host` or `host:port` and exits on anything else:
    /// "Endpoint url cannot have fully qualified paths". The connection always uses TLS.
    ///
    /// Source: minio-go `utils.go` (`getEndpointURL`); gitpod-io/gitpod `install/installer/pkg/components/docker-registry/helm.go`
    /// (`secure: true`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage:
    ///   s3: {endpoint: https://s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage:
    ///   s3: {endpoint: s3.eu-west-1.amazonaws.com, region: eu-west-1, bucket: acme, accessKeyId: {env: A}, secretAccessKey: {env: S}}
    /// ```
    "s3-endpoint-scheme", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    for bucket in buckets(config) {
        let Some(endpoint) = bucket.endpoint else { continue };
        let Some(masked) = Masked::new(&endpoint.value) else {
            continue;
        };
        let written = dissect(&masked.text);
        if written.host.is_empty() || (written.scheme.is_none() && written.path.is_empty()) {
            continue;
        }
        let port = written.port.map(|port| format!(":{port}")).unwrap_or_default();
        let host = masked.spelt(&format!("{}{port}", written.host));
        let shown = match written.userinfo {
            Some(_) => format!("`{}.endpoint`", bucket.path),
            None => format!("`{}`", masked.spelt(&masked.text)),
        };
        // A path may be meant as the bucket, and plain HTTP is not supported.
        let plain_http = written.is_plain_http();
        let lossless = !plain_http && written.userinfo.is_none() && matches!(written.path, "" | "/");
        let how = if lossless {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        let fix = edit::write(report, endpoint.span, &host, how);
        let finding = report
            .found(endpoint.span, format!("expected a host, found the URL {shown}"))
            .help(format!("use `{host}`"));
        let finding = match plain_http {
            true => finding.note("the connection always uses TLS, so the storage must serve HTTPS"),
            false => finding.note("the MinIO client rejects an endpoint with a scheme or a path"),
        };
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn urls_of_every_bucket() {
        check(
            r#"
storage:
  s3:
    endpoint: https://s3.eu-west-1.amazonaws.com
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-scheme]: expected a host, found the URL `https://s3.eu-west-1.amazonaws.com`
    region: eu-west-1
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
registry:
  s3:
    endpoint: "http://${minio.host}:9000"
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-scheme]: expected a host, found the URL `http://${minio.host}:9000`
    region: eu-west-1
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
k3s:
  snapshots:
    s3: {bucket: acme, endpoint: minio.acme.dev/backups, accessKey: {env: A}, secretKey: {env: S}}
#                                ^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-scheme]: expected a host, found the URL `minio.acme.dev/backups`
"#,
        );
        check(
            r"
k3s: {snapshots: {s3: {bucket: acme, endpoint: 'minio.acme.dev:9000', accessKey: {env: A}, secretKey: {env: S}}}}
",
        );
    }

    #[test]
    fn the_fix_keeps_the_quotes() {
        let with = |endpoint: &str| {
            format!(
                "k3s: {{snapshots: {{s3: {{bucket: acme, endpoint: {endpoint}, accessKey: {{env: A}}, secretKey: {{env: S}}}}}}}}\n"
            )
        };
        check_fix(
            "s3-endpoint-scheme",
            &with("'https://${a.b}:9000/'"),
            &with("'${a.b}:9000'"),
        );
    }
}
