//! See [`RULE`].
use crate::diagnostic::Fix;
use crate::model::Config;
use crate::rules::hostname::{Flaw, dissect, flaw, is_loopback};
use crate::rules::network::host_invalid;
use crate::rules::{Reads, Report, declare_rule};
use std::net::IpAddr;

declare_rule! {
    /// PostgreSQL's address cannot work.
    ///
    /// ## Why
    ///
    /// Coder uses PostgreSQL: 3306 is the port of MySQL. A host is a full name without a scheme: a short name is only known in the namespace `coder`, and
    /// ends in `no such host`.
    ///
    /// Source: coder/coder issue #6723; `docs/admin/setup`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// database: {external: {host: db.acme.dev, port: 3306, username: coder, password: {env: P}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// database: {external: {host: db.acme.dev, port: 5432, username: coder, password: {env: P}}}
    /// ```
    "coder-db-invalid", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check), for Coder, silences host_invalid::RULE.rule
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(external) = config.external_database() else {
        return;
    };
    if let Some(port) = external.port.spanned() {
        let (wrong, message) = match port.value {
            MYSQL => (
                true,
                "port 3306 is the port of MySQL: Coder uses PostgreSQL".to_owned(),
            ),
            X_PROTOCOL => (
                true,
                "port 33060 is the port of MySQL's X Protocol: Coder uses PostgreSQL".to_owned(),
            ),
            PGBOUNCER => (
                true,
                "port 6432 is the port of PgBouncer, which keeps no session: Coder listens for notifications in one".to_owned(),
            ),
            1..=65535 => (false, String::new()),
            other => (true, format!("port {other} is out of range (1-65535)")),
        };
        if wrong {
            report.push(
                report
                    .found(port.span, message)
                    .help("use the port of PostgreSQL, by default 5432")
                    .fix(Fix::risky("use `5432`", port.span, "5432")),
            );
        }
    }
    if let Some(name) = external.name.spanned()
        && let Some((bare, rest)) = name.value.split_once('?')
        && rest.contains('=')
    {
        let finding = report.found(name.span, format!("`{}` has the parameters of a URL", name.value));
        report.push(finding.help(format!("use `{bare}`; `sslMode` has a key of its own")));
    }
    let Some(host) = external.host.spanned() else {
        return;
    };
    let Some(text) = host.value.as_known() else { return };
    let written = dissect(text);
    let (message, help) = if text.parse::<IpAddr>().is_ok() || is_loopback(text) {
        return;
    } else if let Some((end, other)) = OTHERS.iter().find(|(end, _)| text.ends_with(end)) {
        let finding = report.found(
            host.span,
            format!("`{text}` is a {other} server: Coder uses PostgreSQL"),
        );
        report.push(finding.help(format!(
            "use the name of a PostgreSQL server, as in `{}`",
            text.replace(end, ".postgres.database.azure.com")
        )));
        return;
    } else if let Some(address) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'))
        && address.parse::<IpAddr>().is_ok()
    {
        (
            format!("host `{text}` in brackets, which belong to URLs"),
            format!("use `{address}`"),
        )
    } else if text.starts_with('/') {
        (
            format!("`{text}` is the path of a socket, not a host"),
            "use the name or the address of the database's machine".to_owned(),
        )
    } else if written.scheme.is_some() || !written.path.is_empty() {
        (
            format!("`{text}` is a URL, not a host"),
            format!("use `{}`", written.host),
        )
    } else if let Some(port) = written.port {
        (
            format!("host `{text}` with a port"),
            format!("use `host: {}` and `port: {port}`", written.host),
        )
    } else if matches!(flaw(text), Some(Flaw::SingleLabel)) {
        (
            format!("host `{text}` is not fully qualified"),
            "use the full name, in the cluster `SERVICE.NAMESPACE.svc.cluster.local`".to_owned(),
        )
    } else {
        return;
    };
    report.push(
        report
            .found(host.span, message)
            .help(help)
            .note("the server stops with `no such host`"),
    );
}

/// IANA, "Service Name and Transport Protocol Port Number Registry".
const MYSQL: u32 = 3306;
const X_PROTOCOL: u32 = 33060;
/// PgBouncer's own default, and Azure's (Microsoft docs, "PgBouncer in Azure Database for PostgreSQL").
const PGBOUNCER: u32 = 6432;

/// The ends of names of databases other than PostgreSQL.
const OTHERS: [(&str, &str); 4] = [
    (".database.windows.net", "SQL Server"),
    (".documents.azure.com", "Cosmos DB"),
    (".mariadb.database.azure.com", "MariaDB"),
    (".mysql.database.azure.com", "MySQL"),
];

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn addresses_of_something_else() {
        check(
            r"
platform: coder
database: {external: {host: db, port: 3306, username: coder, password: {env: P}}}
#                           ^^ error[coder-db-invalid]: host `db` is not fully qualified
#                                     ^^^^ error[coder-db-invalid]: port 3306 is the port of MySQL: Coder uses PostgreSQL
",
        );
        check(
            r"
platform: coder
database: {external: {host: 'postgres://db.acme.dev/coder', port: 70000, username: coder, password: {env: P}}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[coder-db-invalid]: `postgres://db.acme.dev/coder` is a URL, not a host
#                                                                 ^^^^^ error[coder-db-invalid]: port 70000 is out of range (1-65535)
",
        );
    }

    #[test]
    fn sockets_and_brackets() {
        check(
            r"
platform: coder
database: {external: {host: /var/run/postgresql, username: u, password: {env: P}, sslMode: require}}
#                           ^^^^^^^^^^^^^^^^^^^ error[coder-db-invalid]: `/var/run/postgresql` is the path of a socket, not a host
",
        );
        check(
            r#"
platform: coder
database: {external: {host: "[2001:db8::5]", username: u, password: {env: P}, sslMode: require}}
#                           ^^^^^^^^^^^^^^^ error[coder-db-invalid]: host `[2001:db8::5]` in brackets, which belong to URLs
"#,
        );
    }
}
