//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The database's port is no port.
    ///
    /// ## Why
    ///
    /// Ports go from 1 to 65535.
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
    "db-port-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config.database.get().and_then(|database| database.external.get());
    let Some(port) = external.and_then(|external| external.port.spanned()) else {
        return;
    };
    if (1..=u32::from(u16::MAX)).contains(&port.value) {
        return;
    }
    let finding = report.found(
        port.span,
        format!("`{}` is no port: they go from 1 to 65535", port.value),
    );
    report.push(finding.help("write the port that the database listens on, 3306 unless somebody changed it"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_is_no_port_is_pointed_at() {
        let with = |port: &str| {
            format!("database: {{external: {{host: db, port: {port}, username: g, password: {{env: P}}}}}}\n")
        };
        check(
            "db-port-invalid",
            &(with("0") + "#                                     ^ error: `0` is no port\n"),
        );
        check(
            "db-port-invalid",
            &(with("65536") + "#                                     ^^^^^ error: `65536` is no port\n"),
        );
        check("db-port-invalid", &with("65535"));
        check("db-port-invalid", &with("x"));
    }
}
