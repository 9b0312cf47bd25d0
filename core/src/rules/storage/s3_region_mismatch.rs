//! See [`RULE`].

use super::buckets;
use super::buckets::Bucket;
use crate::diagnostic::Applicability;
use crate::facts::object_stores::{ObjectStore, Regions, object_store};
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A bucket's region is not that of its endpoint.
    ///
    /// ## Why
    ///
    /// Requests are signed for a region, and Amazon S3 and most other providers refuse those for another one. Nothing is stored, and the first
    /// to notice is whoever needs a backup. k3s signs for `us-east-1` where a snapshot's bucket has no region.
    ///
    /// Cloudflare R2 has one region, `auto`; the jurisdiction of a bucket is part of its endpoint.
    ///
    /// Source: the providers' documentation, see `core/src/facts/object_stores.rs`; k3s-io/k3s #13166.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s:
    ///   snapshots:
    ///     s3: {bucket: acme, endpoint: s3.eu-central-1.amazonaws.com, region: eu-west-1, accessKey: {env: A}, secretKey: {env: S}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s:
    ///   snapshots:
    ///     s3: {bucket: acme, endpoint: s3.eu-central-1.amazonaws.com, region: eu-central-1, accessKey: {env: A}, secretKey: {env: S}}
    /// ```
    "s3-region-mismatch", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for bucket in buckets(config) {
        let known = bucket.endpoint.and_then(|endpoint| endpoint.value.as_known());
        let Some(host) = known.map(|text| dissect(text).host.to_ascii_lowercase()) else {
            continue;
        };
        if let Some(store) = object_store(&host) {
            judge(&bucket, store, &host, report);
        }
    }
}

fn judge(bucket: &Bucket<'_>, store: &ObjectStore, host: &str, report: &mut Report<'_>) {
    let Some(endpoint) = bucket.endpoint else { return };
    let Some(region) = bucket.region else {
        let signed = bucket.default_region;
        if let (Regions::OfEndpoint, Some(of), Some(signed)) = (store.regions, store.region(host), signed)
            && of != signed
        {
            let finding = report.found(
                endpoint.span,
                format!("missing `region` for the endpoint `{host}`"),
            );
            let finding = finding.help(format!("add `region: {of}`"));
            report.push(finding.note(format!(
                "k3s signs requests for `{signed}`, and {} refuses them",
                store.name
            )));
        }
        return;
    };
    let (message, better, note) = match store.regions {
        Regions::Only(known) => {
            let Some(first) = known.first().filter(|_| !known.contains(&region.value.as_str())) else {
                return;
            };
            let message = format!("{} has no region `{}`", store.name, region.value);
            (message, *first, "it refuses requests for any other region")
        }
        Regions::OfEndpoint | Regions::Among(_) => {
            let Some(of) = store
                .region(host)
                .filter(|of| contradicts(store, of, &region.value))
            else {
                return;
            };
            let message = format!("endpoint and region differ: `{host}` is in `{of}`");
            (
                message,
                of,
                "requests are signed for a region, and refused in another one",
            )
        }
    };
    // Where only the configured region has the form of one, the endpoint is the mistake.
    if store.regions == Regions::OfEndpoint && !looks_like_region(better) && looks_like_region(&region.value)
    {
        let right = host.replacen(better, &region.value, 1);
        let finding = report
            .found(endpoint.span, message)
            .and(region.span, "region set here")
            .help(format!("use `{right}`"));
        report.push(finding.note(note));
        return;
    }
    let finding = report
        .found(region.span, message)
        .and(endpoint.span, "endpoint set here")
        .help(format!("use `{better}`"))
        .note(note);
    // The endpoint may as well be the mistake.
    let fix = edit::write(report, region.span, better, Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

/// Whether a word has the form that regions of the providers have: `eu-central-1`, `fr-par`, `gra`.
fn looks_like_region(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let letters = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase());
    let digits = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match parts.as_slice() {
        [one] => !one.is_empty(),
        [first, second] => letters(first) && letters(second),
        // Two letters and a third part are an availability zone of Scaleway's.
        [first, second, last] => letters(first) && letters(second) && digits(last) && second.len() > 3,
        [first, middle @ .., last] => letters(first) && middle.iter().all(letters) && digits(last),
        [] => false,
    }
}

fn contradicts(store: &ObjectStore, of_endpoint: &str, written: &str) -> bool {
    let known = match store.regions {
        Regions::Among(regions) => regions.contains(&of_endpoint) && regions.contains(&written),
        Regions::OfEndpoint | Regions::Only(_) => true,
    };
    known && of_endpoint != written
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn regions_of_endpoints() {
        check(
            r"
k3s:
  snapshots:
    s3:
      bucket: etcd-cluster-backups
      endpoint: 0123456789abcdef0123456789abcdef.eu.r2.cloudflarestorage.com
      region: eu
#             ^^ error[s3-region-mismatch]: Cloudflare R2 has no region `eu`
      accessKey: {env: S3_KEY}
      secretKey: {env: S3_SECRET}
",
        );
        check(
            r"
k3s:
  snapshots:
    s3:
      bucket: etcd-cluster-backups
      endpoint: s3.eu-central-1.amazonaws.com
#               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[s3-region-mismatch]: missing `region` for the endpoint `s3.eu-central-1.amazonaws.com`
      accessKey: {env: S3_KEY}
      secretKey: {env: S3_SECRET}
",
        );
        check(
            r"
database:
  backup:
    s3: {bucket: acme-dumps, endpoint: fsn1.your-objectstorage.com, region: nbg1, accessKeyId: {env: A}, secretAccessKey: {env: S}}
#                                                                           ^^^^ error[s3-region-mismatch]: endpoint and region differ: `fsn1.your-objectstorage.com` is in `fsn1`
",
        );
        for (endpoint, region) in [
            ("fsn1.your-objectstorage.com", "eu-central"),
            ("minio.acme.dev", "local"),
            ("storage.googleapis.com", "europe-west1"),
            ("s3.amazonaws.com", "eu-west-1"),
            ("abc.r2.cloudflarestorage.com", "auto"),
        ] {
            check(&format!(
                "k3s: {{snapshots: {{s3: {{bucket: acme, endpoint: {endpoint}, region: {region}, accessKey: {{env: A}}, secretKey: {{env: S}}}}}}}}\n"
            ));
        }
    }

    #[test]
    fn the_fix_takes_the_endpoint_for_right() {
        let with = |region: &str| {
            format!(
                "k3s: {{snapshots: {{s3: {{bucket: acme, endpoint: s3.fr-par.scw.cloud, region: {region}, accessKey: {{env: A}}, secretKey: {{env: S}}}}}}}}\n"
            )
        };
        check_fix("s3-region-mismatch", &with("nl-ams"), &with("fr-par"));
    }
}
