//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::rules::hostname::dissect;
use crate::rules::masked::Masked;
use crate::rules::network::host_invalid;
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The database host is a URL or has a port.
    ///
    /// ## Why
    ///
    /// Gitpod joins host and port itself. With a scheme or a second port the name does not resolve, and no pod that needs the
    /// database starts.
    ///
    /// Source: gitpod-io/gitpod `components/gitpod-db/go/conn.go` (`net.JoinHostPort`).
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external: {host: "mysql://db.acme.dev:3306", username: gitpod, password: {env: DB_PASSWORD}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database:
    ///   external: {host: db.acme.dev, username: gitpod, password: {env: DB_PASSWORD}}
    /// ```
    "db-host-has-scheme", Error, since "0.1.0", fix Safe, always, Reads::Model(check), for Gitpod, silences host_invalid::RULE.rule
}

/// The database that Gitpod uses, as the path of a URL.
const GITPODS_DATABASE: &str = "/gitpod";

/// MySQL's port, the default.
const DEFAULT_PORT: u32 = 3306;

fn check(config: &Config, report: &mut Report<'_>) {
    let external = config.external_database();
    let Some((external, host)) = external.and_then(|e| e.host.spanned().map(|host| (e, host))) else {
        return;
    };
    let Some(masked) = Masked::new(&host.value) else {
        return;
    };
    let written = dissect(&masked.text);
    if written.is_bare() || written.host.is_empty() {
        return;
    }
    let name = masked.spelt(written.host);
    // A URL may contain the password.
    let message = match written.userinfo {
        Some(_) => format!("expected a host name, found one with {}", written.extras()),
        None => format!(
            "expected a host name, found `{}` with {}",
            masked.spelt(&masked.text),
            written.extras()
        ),
    };
    let finding = report.found(host.span, message);
    let port: Option<u32> = written.port.and_then(|port| port.parse().ok());
    let same_port = port.is_none_or(|port| {
        !matches!(external.port, crate::model::Field::Bad) && external.port.copied_or(DEFAULT_PORT) == port
    });
    let finding = match port.filter(|_| !same_port) {
        Some(port) => finding.help(format!("set `host: {name}` and `port: {port}`")),
        None => finding.help(format!("use `{name}`")),
    };
    // A fix would lose another port, or a user; a path may name a database.
    let how = match written.path {
        "" | "/" | GITPODS_DATABASE => Applicability::Safe,
        _ => Applicability::Unsafe,
    };
    let fix = match same_port && written.userinfo.is_none() {
        true => edit::write(report, host.span, &name, how),
        false => None,
    };
    let finding = edit::attach(finding, fix);
    report.push(finding.note("the name does not resolve, and nothing that needs the database starts"));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_applicability, check_fix};

    fn with(host: &str, more: &str) -> String {
        format!(
            "database:\n  external:\n    host: {host}\n{more}    username: gitpod\n    password: {{env: P}}\n"
        )
    }

    #[test]
    fn schemes_and_ports() {
        check(
            r"
database:
  external:
    host: mysql://db.acme.dev/gitpod
#         ^^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-host-has-scheme]: expected a host name, found `mysql://db.acme.dev/gitpod` with a scheme and a path
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: db.acme.dev:3306
#         ^^^^^^^^^^^^^^^^ error[db-host-has-scheme]: expected a host name, found `db.acme.dev:3306` with a port
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: 'mysql://root:hunter2@db'
#         ^^^^^^^^^^^^^^^^^^^^^^^^^ error[db-host-has-scheme]: expected a host name, found one with a scheme and a user
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: mysql://${x.y}.acme.dev
#         ^^^^^^^^^^^^^^^^^^^^^^^ error[db-host-has-scheme]: expected a host name, found `mysql://${x.y}.acme.dev` with a scheme
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
            r#"
database:
  external:
    host: '${a ? "b:1" : c}'
    username: gitpod
    password: {env: P}
"#,
        );
        check(
            r"
database:
  external:
    host: {terraform: aws.db.url}
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: '2001:db8::1'
    username: gitpod
    password: {env: P}
",
        );
        check(
            r"
database:
  external:
    host: mysql
    username: gitpod
    password: {env: P}
",
        );
    }

    #[test]
    fn the_fix_keeps_the_name() {
        let fix = |before: &str, after: &str, more: &str| {
            check_fix("db-host-has-scheme", &with(before, more), &with(after, more));
        };
        fix("\"mysql://db.acme.dev:3306\"", "\"db.acme.dev\"", "");
        fix("db.acme.dev:3307", "db.acme.dev", "    port: 3307\n");
        fix("mysql://${x.y}.acme.dev", "\"${x.y}.acme.dev\"", "");
    }

    #[test]
    fn a_path_may_name_another_database() {
        check_applicability(
            "db-host-has-scheme",
            &[
                (&with("mysql://db.acme.dev/gitpod", ""), "safe"),
                (&with("mysql://db.acme.dev/other", ""), "unsafe"),
                (&with("mysql://db.acme.dev:3307/gitpod", ""), "none"),
            ],
        );
    }
}
