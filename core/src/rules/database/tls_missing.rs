//! See [`RULE`].

use crate::facts::services::TLS_ONLY_DATABASES;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::masked::Masked;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The database takes connections with TLS only, and no CA is given to check its certificate with.
    ///
    /// ## Why
    ///
    /// Gitpod uses TLS for the database only where it has a CA, `database.ssl.caCert` of the Installer. Azure and DigitalOcean
    /// refuse connections without TLS.
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
    "db-tls-missing", Error, since "0.1.0", fix None, always, Reads::Model(check)
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
    let message = format!("{service} takes connections with TLS only, and no `caCert` is given");
    report.push(
        report
            .found(host.span, message)
            .and(external.key, "there is no `caCert` here")
            .help("add the provider's CA: `caCert: {file: mysql-ca.pem}`")
            .note("without a CA Gitpod connects without TLS and is refused"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    fn with(host: &str, more: &str) -> String {
        format!(
            "database:\n  external:\n    host: {host}\n{more}    username: gitpod\n    password: {{env: P}}\n"
        )
    }

    #[test]
    fn hosts_that_want_tls_are_pointed_at_even_where_a_part_is_late() {
        check(
            "db-tls-missing",
            &with(
                "\"${azurerm_mysql_server.db.name}.mysql.database.azure.com\"",
                "#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: Azure Database for MySQL takes connections with TLS only\n",
            ),
        );
        check(
            "db-tls-missing",
            &with(
                "db-1.b.DB.ondigitalocean.com",
                "#         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error: DigitalOcean Managed MySQL takes\n",
            ),
        );
        check(
            "db-tls-missing",
            &with("x.mysql.database.azure.com", "    caCert: {file: ca.pem}\n"),
        );
        check("db-tls-missing", &with("db.acme.dev", ""));
        check("db-tls-missing", &with("{terraform: db.fqdn}", ""));
    }
}
