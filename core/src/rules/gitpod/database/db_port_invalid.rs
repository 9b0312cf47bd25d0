//! See [`RULE`].

use crate::diagnostic::Severity;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The database port is out of range.
    ///
    /// ## Why
    ///
    /// Ports are numbers from 1 to 65535.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external: {host: db.acme.dev, port: 70000, username: gitpod, password: {env: DB_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database:
    ///   external: {host: db.acme.dev, port: 3306, username: gitpod, password: {env: DB_PASSWORD}}
    /// ```
    "db-port-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check), for Gitpod
}

/// Ports of other databases (IANA, "Service Name and Transport Protocol Port Number Registry").
const OTHERS: [(u32, &str); 4] = [
    (1433, "SQL Server"),
    (5432, "PostgreSQL"),
    (6379, "Redis"),
    (27017, "MongoDB"),
];

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config.external_database();
    let Some(port) = external.and_then(|external| external.port.spanned()) else {
        return;
    };
    if let Some((_, other)) = OTHERS.iter().find(|(number, _)| *number == port.value) {
        let mut finding = report.found(port.span, format!("port {} is the port of {other}", port.value));
        finding.severity = Severity::Warning;
        report.push(finding.help("use the port that MySQL listens on, by default 3306"));
        return;
    }
    if (1..=u32::from(u16::MAX)).contains(&port.value) {
        return;
    }
    let finding = report.found(
        port.span,
        format!("port {} is out of range (1-65535)", port.value),
    );
    report.push(finding.help("use the port the database listens on, by default 3306"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn out_of_range() {
        check(
            r"
database: {external: {host: db.acme.dev, port: 0, username: g, password: {env: P}}}
#                                              ^ error[db-port-invalid]: port 0 is out of range (1-65535)
",
        );
        check(
            r"
database: {external: {host: db.acme.dev, port: 65536, username: g, password: {env: P}}}
#                                              ^^^^^ error[db-port-invalid]: port 65536 is out of range (1-65535)
",
        );
        check(
            r"
database: {external: {host: db.acme.dev, port: 65535, username: g, password: {env: P}}}
",
        );
        check(
            r"
database: {external: {host: db.acme.dev, port: x, username: g, password: {env: P}}}
#                                              ^ error[wrong-type]: expected an integer of at least 0, found `x`
",
        );
    }
}
