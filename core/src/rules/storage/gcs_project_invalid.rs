//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A Google Cloud project is not named by its ID.
    ///
    /// ## Why
    ///
    /// Programs take a project's ID: lower-case letters, digits and hyphens. The console also shows a name, which may be anything.
    ///
    /// Source: Google Cloud docs, "Creating and managing projects".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// storage: {gcs: {project: acme_platform, region: europe-west1, serviceAccount: {file: sa.json}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// storage: {gcs: {project: acme-platform, region: europe-west1, serviceAccount: {file: sa.json}}}
    /// ```
    "gcs-project-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let gcs = config.storage.get().and_then(|storage| storage.gcs.get());
    let written = gcs.and_then(|gcs| gcs.project.spanned());
    // That of a DNS zone is `dns01-invalid`.
    let Some((project, text)) = written.and_then(|project| Some((project, project.value.as_known()?))) else {
        return;
    };
    if text.is_empty() || text.contains('$') || text.contains("://") || has_its_letters(text) {
        return;
    }
    let finding = report.found(project.span, format!("invalid Google Cloud project ID `{text}`"));
    report.push(finding.help("use the project ID from `gcloud projects list`, not the project's name"));
}

/// Whether an ID has the letters of one, or is a project's number. Those of old projects have a domain in front.
fn has_its_letters(id: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-:.".contains(&b);
    let is_number = id.bytes().all(|b| b.is_ascii_digit());
    is_number || id.bytes().all(inner) && id.starts_with(|c: char| c.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn names_of_projects() {
        check(
            r"
storage: {gcs: {project: acme_platform, region: europe-west1, serviceAccount: {file: sa.json}}}
#                        ^^^^^^^^^^^^^ error[gcs-project-invalid]: invalid Google Cloud project ID `acme_platform`
#                                                                             ^^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `storage.gcs.serviceAccount`: cannot read file `sa.json`: no such file
",
        );
    }
}
