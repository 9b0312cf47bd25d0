//! See [`RULE`].

use crate::model::Config;
use crate::rules::masked::Masked;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The instance of Cloud SQL is not written as `project:region:name`.
    ///
    /// ## Why
    ///
    /// Google's proxy takes the instance's connection name, with the project and the region, and stops at anything else.
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
    "db-cloudsql-instance-format", Error, since "0.1.0", fix None, always, Reads::Model(check)
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
    // A project of an organisation's own has its domain and another colon in front; a late part may hold colons.
    let complete = matches!(parts.len(), 3 | 4) && parts.iter().all(|part| !part.trim().is_empty());
    if complete || (masked.is_late() && parts.len() < 3) {
        return;
    }
    let finding = report.found(
        instance.span,
        format!(
            "`{}` is no connection name of Cloud SQL",
            masked.spelt(&masked.text)
        ),
    );
    report.push(
        finding
            .help("write `project:region:name`, as `gcloud sql instances describe NAME` shows it as `connectionName`")
            .note("Google's proxy stops at anything else, and Gitpod gets no database"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_is_no_connection_name_is_pointed_at() {
        check(
            r"
database:
  cloudSql:
    serviceAccount: {terraform: google_service_account_key.db.private_key}
    username: gitpod
    password: {env: P}
    instance: gitpod
#             ^^^^^^ error[db-cloudsql-instance-format]: `gitpod` is no connection name of Cloud SQL
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
#             ^^^^^^ error[db-cloudsql-instance-format]: `a::b` is no connection name of Cloud SQL
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
    instance: 'acme:${region}:gitpod'
",
        );
    }
}
