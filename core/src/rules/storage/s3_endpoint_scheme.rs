//! See [`RULE`].

use super::buckets;
use super::buckets::Bucket;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::model::Config;
use crate::rules::hostname::{Written, dissect};
use crate::rules::masked::Masked;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::source::Span;

declare_rule! {
    /// A bucket's endpoint is not a plain host.
    ///
    /// ## Why
    ///
    /// The endpoint is `host` or `host:port`. The MinIO client, which k3s uses for snapshots, exits on anything else: "Endpoint url cannot have
    /// fully qualified paths". The connection always uses TLS, and clients put the bucket's name before the host themselves.
    ///
    /// Source: minio-go `utils.go` (`getEndpointURL`), `api.go` (`makeTargetURL`).
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
        if written.host.is_empty() {
            continue;
        }
        let found = match written.scheme.is_none() && written.path.is_empty() {
            true => swapped(&bucket, &written, report)
                .or_else(|| with_bucket(&bucket, &masked.text, report))
                .or_else(|| port(endpoint.span, &written, report)),
            false => Some(url(&bucket, endpoint.span, &masked, report)),
        };
        if let Some(finding) = found {
            report.push(finding);
        }
    }
}

/// A URL, or a host with a path.
fn url(bucket: &Bucket<'_>, at: Span, masked: &Masked<'_>, report: &Report<'_>) -> Diagnostic {
    let written = dissect(&masked.text);
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
    let fix = edit::write(report, at, &host, how);
    let finding = report
        .found(at, format!("expected a host, found the URL {shown}"))
        .help(format!("use `{host}`"));
    let finding = match plain_http {
        true => finding.note("the connection always uses TLS, so the storage must serve HTTPS"),
        false => finding.note("the MinIO client rejects an endpoint with a scheme or a path"),
    };
    edit::attach(finding, fix)
}

/// A region in the place of the endpoint, and the endpoint in the place of the region.
fn swapped(bucket: &Bucket<'_>, written: &Written<'_>, report: &Report<'_>) -> Option<Diagnostic> {
    let (endpoint, region) = (bucket.endpoint?, bucket.region?);
    let is_host = |text: &str| text.contains('.');
    if is_host(written.host) || !is_host(&region.value) {
        return None;
    }
    let message = format!(
        "endpoint `{}` and region `{}` are swapped",
        written.host, region.value
    );
    let finding = report
        .found(endpoint.span, message)
        .and(region.span, "region set here");
    Some(finding.help(format!(
        "use `endpoint: {}` and `region: {}`",
        region.value, written.host
    )))
}

/// The host of the bucket itself.
fn with_bucket(bucket: &Bucket<'_>, text: &str, report: &Report<'_>) -> Option<Diagnostic> {
    let (endpoint, name) = (bucket.endpoint?, bucket.bucket?);
    let rest = text.strip_prefix(name.value.as_known()?)?.strip_prefix('.')?;
    if !rest.contains('.') {
        return None;
    }
    let finding = report
        .found(
            endpoint.span,
            format!("endpoint `{text}` begins with the bucket's name"),
        )
        .and(name.span, "bucket named here")
        .help(format!("use `{rest}`"))
        .note("clients put the name before the host themselves, or behind it as a path");
    let fix = edit::write(report, endpoint.span, rest, Applicability::Unsafe);
    Some(edit::attach(finding, fix))
}

fn port(at: Span, written: &Written<'_>, report: &Report<'_>) -> Option<Diagnostic> {
    let port = written.wrong_port()?;
    let finding = report.found(at, format!("invalid port `{port}`"));
    Some(finding.help("use a port from 1 to 65535"))
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
    fn hosts_that_are_not_the_endpoint() {
        check(
            r"
k3s: {snapshots: {s3: {bucket: acme, endpoint: fr-par, region: s3.fr-par.scw.cloud, accessKey: {env: A}, secretKey: {env: S}}}}
#                                              ^^^^^^ error[s3-endpoint-scheme]: endpoint `fr-par` and region `s3.fr-par.scw.cloud` are swapped
",
        );
        check(
            r"
k3s: {snapshots: {s3: {bucket: acme, endpoint: acme.s3.fr-par.scw.cloud, region: fr-par, accessKey: {env: A}, secretKey: {env: S}}}}
#                                              ^^^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-scheme]: endpoint `acme.s3.fr-par.scw.cloud` begins with the bucket's name
",
        );
        check(
            r"
k3s: {snapshots: {s3: {bucket: acme, endpoint: 'minio.acme.dev:90000', accessKey: {env: A}, secretKey: {env: S}}}}
#                                              ^^^^^^^^^^^^^^^^^^^^^^ error[s3-endpoint-scheme]: invalid port `90000`
",
        );
        check(
            r"
k3s: {snapshots: {s3: {bucket: minio, endpoint: minio.acme, accessKey: {env: A}, secretKey: {env: S}}}}
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
