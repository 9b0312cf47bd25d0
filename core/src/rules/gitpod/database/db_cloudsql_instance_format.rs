//! See [`RULE`].

use crate::model::Config;
use crate::rules::masked::{Masked, stands_in};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The Cloud SQL instance is not written as `project:region:name`.
    ///
    /// ## Why
    ///
    /// The Cloud SQL Auth Proxy takes the instance's connection name, which includes the project and region, and exits on anything
    /// else.
    ///
    /// Source: gitpod-io/gitpod KOTS help text for `DB_CLOUDSQL_INSTANCE`; Cloud SQL Auth Proxy, "connection name".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   cloudSql: {instance: "gitpod", serviceAccount: {file: sa.json}, username: gitpod, password: {env: DB_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database:
    ///   cloudSql: {instance: "acme:europe-west1:gitpod", serviceAccount: {file: sa.json}, username: gitpod, password: {env: DB_PASSWORD}}
    /// ```
    "db-cloudsql-instance-format", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let cloud = config
        .database
        .get()
        .and_then(|database| database.cloud_sql.get());
    let Some(instance) = cloud.and_then(|cloud| cloud.instance.spanned()) else {
        return;
    };
    let Some(masked) = Masked::new(&instance.value) else {
        return;
    };
    let parts: Vec<&str> = masked.text.split(':').collect();
    // A domain-scoped project starts with `domain:`; a late-bound part may contain colons.
    let complete = matches!(parts.len(), 3 | 4) && parts.iter().all(|part| is_part(part));
    let zone = parts
        .iter()
        .rev()
        .nth(1)
        .copied()
        .filter(|_| complete && !masked.is_late());
    if let Some((region, zone)) = zone.and_then(|zone| Some((region_of(zone)?, zone))) {
        let finding = report.found(
            instance.span,
            format!("`{zone}` in the connection name is a zone, not a region"),
        );
        report.push(
            finding
                .help(format!(
                    "use `{}`",
                    instance
                        .value
                        .as_known()
                        .unwrap_or_default()
                        .replace(zone, region)
                ))
                .note("the Cloud SQL Auth Proxy finds no such instance, and Gitpod has no database"),
        );
        return;
    }
    if complete || (masked.is_late() && parts.len() < 3) {
        return;
    }
    let finding = report.found(
        instance.span,
        format!(
            "invalid Cloud SQL connection name `{}`",
            masked.spelt(&masked.text)
        ),
    );
    report.push(
        finding
            .help("use `project:region:name`, the `connectionName` that `gcloud sql instances describe NAME` prints")
            .note("the Cloud SQL Auth Proxy exits on anything else, and Gitpod has no database"),
    );
}

/// A project, a region or a name, as far as it is known.
/// The region of a zone such as `europe-west1-b` (cloud.google.com, "Regions and zones").
fn region_of(zone: &str) -> Option<&str> {
    let (region, letter) = zone.rsplit_once('-')?;
    let is_letter = letter.len() == 1 && letter.bytes().all(|b| b.is_ascii_lowercase());
    (is_letter && region.contains('-') && region.ends_with(|c: char| c.is_ascii_digit())).then_some(region)
}

fn is_part(part: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.') || stands_in(c);
    !part.is_empty() && part.chars().all(inner)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn invalid_connection_names() {
        check(
            r"
database:
  cloudSql:
    serviceAccount: {terraform: google_service_account_key.db.private_key}
    username: gitpod
    password: {env: P}
    instance: gitpod
#             ^^^^^^ error[db-cloudsql-instance-format]: invalid Cloud SQL connection name `gitpod`
",
        );
        check(
            r"
database:
  cloudSql:
    serviceAccount: {terraform: google_service_account_key.db.private_key}
    username: gitpod
    password: {env: P}
    instance: 'a::b'
#             ^^^^^^ error[db-cloudsql-instance-format]: invalid Cloud SQL connection name `a::b`
",
        );
        check(
            r"
database:
  cloudSql:
    serviceAccount: {terraform: google_service_account_key.db.private_key}
    username: gitpod
    password: {env: P}
    instance: 'acme.dev:project:region:name'
",
        );
        check(
            r"
database:
  cloudSql:
    serviceAccount: {terraform: google_service_account_key.db.private_key}
    username: gitpod
    password: {env: P}
    instance: '${google_sql.db.connection_name}'
",
        );
        check(
            r"
database:
  cloudSql:
    serviceAccount: {terraform: google_service_account_key.db.private_key}
    username: gitpod
    password: {env: P}
    instance: 'acme:${var.region}:gitpod'
",
        );
    }
}
