//! See [`RULE`].

use super::buckets;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An S3 endpoint is an address of the same provider that does not answer the API.
    ///
    /// ## Why
    ///
    /// Providers serve files by a cache or as a website under names of their own, and MinIO has a console on a second port. None of these
    /// takes an upload.
    ///
    /// Source: DigitalOcean docs, "Spaces CDN"; Amazon S3 docs, "Website endpoints"; Cloudflare R2 docs, "Public buckets"; MinIO docs, "MinIO Console".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {snapshots: {s3: {endpoint: fra1.cdn.digitaloceanspaces.com, region: fra1, bucket: acme, accessKey: {env: I}, secretKey: {env: S}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {snapshots: {s3: {endpoint: fra1.digitaloceanspaces.com, region: fra1, bucket: acme, accessKey: {env: I}, secretKey: {env: S}}}}
    /// ```
    "s3-endpoint-unlikely", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// MinIO's console, by its documentation and its examples.
const CONSOLE: &str = "9001";

fn check(config: &Config, report: &mut Report<'_>) {
    for endpoint in buckets(config).into_iter().filter_map(|bucket| bucket.endpoint) {
        let Some(text) = endpoint.value.as_known() else {
            continue;
        };
        let written = dissect(text);
        let host = written.host.to_ascii_lowercase();
        let (message, help) = if host.ends_with(".cdn.digitaloceanspaces.com") {
            let api = host.replacen(".cdn.", ".", 1);
            (
                format!("`{host}` is the cache in front of the Space"),
                format!("use `{api}`"),
            )
        } else if host.starts_with("s3-website") || host.contains(".s3-website") {
            let region = host
                .split('.')
                .find_map(|label| label.strip_prefix("s3-website-"));
            let api = region.map_or_else(
                || "s3.REGION.amazonaws.com".to_owned(),
                |region| format!("s3.{region}.amazonaws.com"),
            );
            (
                format!("`{host}` serves a bucket as a website"),
                format!("use `{api}`"),
            )
        } else if host.ends_with(".r2.dev") {
            (
                format!("`{host}` is the public address of a bucket"),
                "use `ACCOUNT-ID.r2.cloudflarestorage.com`".to_owned(),
            )
        } else if written.port == Some(CONSOLE) && host.contains("minio") {
            (
                format!("port {CONSOLE} is the port of MinIO's console"),
                format!("use `{host}:9000`, or the port of its API"),
            )
        } else {
            continue;
        };
        report.push(report.found(endpoint.span, message).help(help));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn addresses_beside_the_api() {
        for (endpoint, region, message) in [
            (
                "fra1.cdn.digitaloceanspaces.com",
                "fra1",
                "`fra1.cdn.digitaloceanspaces.com` is the cache in front of the Space",
            ),
            (
                "minio.acme.dev:9001",
                "us-east-1",
                "port 9001 is the port of MinIO's console",
            ),
        ] {
            let line = format!(
                "k3s: {{snapshots: {{s3: {{endpoint: {endpoint}, region: {region}, bucket: acme, accessKey: {{env: I}}, secretKey: {{env: S}}}}}}}}"
            );
            let marks = format!(
                "#                                {} error[s3-endpoint-unlikely]: {message}",
                "^".repeat(endpoint.len())
            );
            check(&format!("\n{line}\n{marks}\n"));
        }
        check(
            "k3s: {snapshots: {s3: {endpoint: minio.acme.dev:9000, region: us-east-1, bucket: acme, accessKey: {env: I}, secretKey: {env: S}}}}\n",
        );
    }
}
