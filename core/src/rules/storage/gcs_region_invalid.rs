//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// A zone is given where a bucket has a region.
    ///
    /// ## Why
    ///
    /// Buckets of Google Cloud Storage are in regions, or in several. Created in a zone, none of them is.
    ///
    /// Source: cloud.google.com/storage/docs/locations.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: {gcs: {project: acme-prod, region: europe-west1-b, serviceAccount: {env: GCS_JSON}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: {gcs: {project: acme-prod, region: europe-west1, serviceAccount: {env: GCS_JSON}}}
    /// ```
    "gcs-region-invalid", Error, since "0.1.0", fix Safe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let gcs = config.storage.get().and_then(|storage| storage.gcs.get());
    let Some(region) = gcs.and_then(|gcs| gcs.region.spanned()) else {
        return;
    };
    let text = region.value.as_str();
    let Some(of) = region_of(text) else { return };
    let finding = report.found(
        region.span,
        format!("`{text}` is a zone, and buckets are in regions"),
    );
    let fix = edit::write(report, region.span, of, Applicability::Safe);
    report.push(edit::attach(finding.help(format!("use `{of}`")), fix));
}

/// The region of a zone such as `europe-west1-b`.
fn region_of(text: &str) -> Option<&str> {
    let (region, zone) = text.rsplit_once('-')?;
    let is_zone = zone.len() == 1 && zone.bytes().all(|b| b.is_ascii_lowercase());
    (is_zone && region.contains('-') && region.ends_with(|c: char| c.is_ascii_digit())).then_some(region)
}

#[cfg(test)]
mod tests {
    use crate::testing::check_fix;

    #[test]
    fn the_region_of_a_zone() {
        let with = |region: &str| {
            format!(
                "storage: {{gcs: {{project: acme-prod, region: {region}, serviceAccount: {{env: J}}}}}}\n"
            )
        };
        check_fix("gcs-region-invalid", &with("us-east4-c"), &with("us-east4"));
    }
}
