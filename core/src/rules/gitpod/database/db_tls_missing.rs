//! See [`RULE`].

use crate::facts::gitpod::services::TLS_ONLY_DATABASES;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::masked::Masked;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The database requires TLS, and no CA is set.
    ///
    /// ## Why
    ///
    /// Gitpod uses TLS for the database only if it has a CA (`database.ssl.caCert` of the Installer). Azure and DigitalOcean refuse
    /// connections without TLS.
    ///
    /// Source: gitpod-io/gitpod issue #12012, `components/gitpod-db/go/conn.go`; mrsimonemms/gitpod-self-hosted
    /// (`ssl_enforcement_enabled`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external: {host: acme.mysql.database.azure.com, username: gitpod@acme, password: {env: DB_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: acme.mysql.database.azure.com
    ///     username: gitpod@acme
    ///     password: {env: DB_PASSWORD}
    ///     caCert: {file: mysql-ca.pem}
    /// ```
    "db-tls-missing", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config
        .database
        .get()
        .and_then(|database| database.external.spanned());
    let Some((external, host)) = external.and_then(|e| e.value.host.spanned().map(|host| (e, host))) else {
        return;
    };
    if external.value.ca_cert.is_written() || report.is_damaged() {
        return;
    }
    let Some(masked) = Masked::new(&host.value) else {
        return;
    };
    let name = dissect(&masked.text)
        .host
        .trim_end_matches('.')
        .to_ascii_lowercase();
    let Some((_, service)) = TLS_ONLY_DATABASES
        .iter()
        .find(|(suffix, _)| name.ends_with(suffix))
    else {
        return;
    };
    let message = format!("missing `caCert`: {service} requires TLS");
    report.push(
        report
            .found(host.span, message)
            .and(external.key, "add `caCert` here")
            .help("add the provider's CA: `caCert: {file: mysql-ca.pem}`")
            .note("without a CA Gitpod connects without TLS, and the database refuses the connection"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn hosts_that_require_tls() {
        check(
            r#"
database:
  external:
    host: "${azurerm_mysql_server.db.name}.mysql.database.azure.com"
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-tls-missing]: missing `caCert`: Azure Database for MySQL requires TLS
    username: gitpod
#             ^^^^^^ error[db-username-azure]: the Single Server requires `user@server`
    password: {env: P}
"#,
        );
        check(
            r"
database:
  external:
    host: db-1.b.DB.ondigitalocean.com
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-tls-missing]: missing `caCert`: DigitalOcean Managed MySQL requires TLS
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: x.mysql.database.azure.com
    caCert: {file: ca.pem}
#           ^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `database.external.caCert`: cannot read file `ca.pem`: no such file
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: {terraform: db.fqdn}
    username: gitpod
    password: {env: P}
",
        );
    }
}
