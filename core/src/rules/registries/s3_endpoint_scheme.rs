//! See [`RULE`].

use super::buckets::buckets;
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::masked::Masked;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The endpoint of a bucket is written as a URL.
    ///
    /// ## Why
    ///
    /// MinIO's client, which k3s and Gitpod up to 2022.11 use, takes `host` or `host:port` and stops at anything else: "Endpoint url
    /// cannot have fully qualified paths". The connection is always with TLS.
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
    "s3-endpoint-scheme", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
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
        // A path may be meant as the bucket, and without TLS there is no way to go on.
        let plain_http = written
            .scheme
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http"));
        let lossless = !plain_http && written.userinfo.is_none() && matches!(written.path, "" | "/");
        let how = if lossless {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        let fix = edit::write(report, endpoint.span, &host, how);
        let finding = report
            .found(endpoint.span, format!("{shown} is a URL, and a host is wanted"))
            .help(format!("write `{host}`"));
        let finding = match plain_http {
            true => {
                finding.note("the connection is always made with TLS, so the store has to answer with HTTPS")
            }
            false => finding.note("clients of MinIO's kind stop at an endpoint with a scheme or a path"),
        };
        report.push(edit::attach(finding, fix));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn urls_are_pointed_at_wherever_a_bucket_is() {
        check(
            r#"
storage:
  s3:
    endpoint: https://s3.eu-west-1.amazonaws.com
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-scheme]: `https://s3.eu-west-1.amazonaws.com` is a URL, and a host is wanted
    region: eu-west-1
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
registry:
  s3:
    endpoint: "http://${minio.host}:9000"
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-scheme]: `http://${minio.host}:9000` is a URL, and a host is wanted
    region: eu-west-1
    bucket: acme
    accessKeyId: {env: A}
    secretAccessKey: {env: S}
k3s:
  snapshots:
    s3: {bucket: acme, endpoint: minio.acme.dev/backups, accessKey: {env: A}, secretKey: {env: S}}
#                                ^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-scheme]: `minio.acme.dev/backups` is a URL, and a host is wanted
"#,
        );
        check(
            r"
k3s: {snapshots: {s3: {bucket: acme, endpoint: 'minio.acme.dev:9000', accessKey: {env: A}, secretKey: {env: S}}}}
",
        );
    }

    #[test]
    fn the_host_is_left_in_its_quotes() {
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
