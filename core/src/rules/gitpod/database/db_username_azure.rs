//! See [`RULE`].

use crate::facts::gitpod::services::{AZURE_FLEXIBLE, AZURE_MYSQL, AZURE_SINGLE};
use crate::model::{Bindable, Config};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The user name does not match the kind of Azure Database for MySQL.
    ///
    /// ## Why
    ///
    /// The Single Server requires `user@server` and refuses a bare name; the Flexible Server requires the bare name and refuses the
    /// other. Hosts of both end alike, so gkc tells them apart by the Terraform resource, `azurerm_mysql_server` or
    /// `azurerm_mysql_flexible_server`. A server name after the `@` that differs from the host's is refused by both.
    ///
    /// Source: learn.microsoft.com, "Troubleshoot connection issues to Azure Database for MySQL"; mrsimonemms/gitpod-self-hosted
    /// `azure/database.tf`; gitpod-io/gitpod#5508.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external: {host: acme.mysql.database.azure.com, username: gitpod@other, password: {env: DB_PASSWORD}, caCert: {file: ca.pem}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database:
    ///   external: {host: acme.mysql.database.azure.com, username: gitpod@acme, password: {env: DB_PASSWORD}, caCert: {file: ca.pem}}
    /// ```
    "db-username-azure", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config.external_database();
    let Some((host, user)) =
        external.and_then(|external| external.host.spanned().zip(external.username.spanned()))
    else {
        return;
    };
    let made_by = |kind: &str| {
        let of = |value: &Bindable| value.expressions().any(|expression| expression.starts_with(kind));
        of(&host.value)
    };
    // An expression such as `format("%s@%s", …)` may contain the `@`.
    let late = user.value.expressions().next().is_some();
    let suffixed = user.value.shown().contains('@');
    let (message, help) = if made_by(AZURE_SINGLE) && !suffixed && !late {
        (
            "the Single Server requires `user@server`".to_owned(),
            "add the server's name: `user@server`".to_owned(),
        )
    } else if made_by(AZURE_FLEXIBLE) && suffixed {
        (
            "the Flexible Server requires a user without `@server`".to_owned(),
            "remove the `@` and what follows it".to_owned(),
        )
    } else {
        let (Some(host), Some(written)) = (host.value.as_known(), user.value.as_known()) else {
            return;
        };
        let host = host.to_ascii_lowercase();
        let (Some(server), Some((name, suffix))) = (host.strip_suffix(AZURE_MYSQL), written.rsplit_once('@'))
        else {
            return;
        };
        if suffix.eq_ignore_ascii_case(server) {
            return;
        }
        (
            format!("server name `{suffix}` does not match the host"),
            format!("use `{name}@{server}` for a Single Server, `{name}` for a Flexible Server"),
        )
    };
    let finding = report
        .found(user.span, message)
        .and(host.span, "host set here")
        .help(help);
    report.push(finding.note("Azure refuses the login, and nothing that needs the database starts"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn by_resource_or_host() {
        check(
            r#"
database:
  external:
    host: "${azurerm_mysql_server.db.fqdn}"
    username: gitpod
#             ^^^^^^ error[db-username-azure]: the Single Server requires `user@server`
    password: {env: P}
"#,
        );
        check(
            r#"
database:
  external:
    host: "${azurerm_mysql_flexible_server.db.fqdn}"
    username: "${azurerm_mysql_flexible_server.db.administrator_login}@acme"
#             ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-username-azure]: the Flexible Server requires a user without `@server`
    password: {env: P}
"#,
        );
        check(
            r"
database: {external: {host: acme.mysql.database.azure.com, username: gitpod@other, password: {env: P}}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-tls-missing]: missing `caCert`: Azure Database for MySQL requires TLS
#                                                                    ^^^^^^^^^^^^ error[db-username-azure]: server name `other` does not match the host
",
        );
        check(
            r"
database: {external: {host: acme.mysql.database.azure.com, username: gitpod@acme, password: {env: P}}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-tls-missing]: missing `caCert`: Azure Database for MySQL requires TLS
",
        );
        check(
            r"
database: {external: {host: acme.mysql.database.azure.com, username: gitpod, password: {env: P}}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-tls-missing]: missing `caCert`: Azure Database for MySQL requires TLS
",
        );
        check(
            r#"
database: {external: {host: db.acme.dev, username: a@b, password: {env: P}}}
"#,
        );
    }
}
