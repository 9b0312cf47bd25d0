//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The datastore endpoint is not valid for k3s.
    ///
    /// ## Why
    ///
    /// The endpoint starts with the kind of database, followed by the syntax of its driver. MySQL's driver requires the host in
    /// `tcp(…)`: with the usual URL k3s exits with "default addr for network 'db:3306' unknown", on every start.
    ///
    /// Source: k3s docs, "Cluster Datastore"; k3d-io/k3d#1001; go-sql-driver/mysql README, "DSN (Data Source Name)".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {datastore: {endpoint: "mysql://k3s:x@db.acme.dev:3306/k3s"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {datastore: {endpoint: "mysql://k3s:x@tcp(db.acme.dev:3306)/k3s"}}
    /// ```
    "datastore-endpoint-invalid", Error, since "0.1.0", fix None, always, Reads::Secrets(check)
}

const ENDPOINT: &str = "k3s.datastore.endpoint";

/// The kinds of databases that k3s supports; the first two are etcd.
const KINDS: [&str; 8] = [
    "http",
    "https",
    "mysql",
    "postgres",
    "postgresql",
    "nats",
    "jetstream",
    "sqlite",
];

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let need = plan.secrets.iter().find(|need| need.name == ENDPOINT);
    let (Some(need), Some(value)) = (need, store.get(ENDPOINT).and_then(|value| value.expose_text())) else {
        return;
    };
    let kind = value.split_once("://").filter(|(kind, _)| KINDS.contains(kind));
    // The value is a secret, so the finding shows nothing of it.
    let (why, help) = match kind {
        None => (
            "unknown database kind",
            "use `postgres://…`, `mysql://…`, or `https://…` for etcd",
        ),
        Some(("mysql", rest)) if !has_protocol(rest) => (
            "MySQL requires the host in `tcp(…)`",
            "use `mysql://…@tcp(host:3306)/database`",
        ),
        Some(_) => return,
    };
    let finding = report.found(need.span, format!("invalid endpoint in `{ENDPOINT}`: {why}"));
    report.push(finding.help(help).note("k3s exits on every start"));
}

/// `user:password@protocol(address)/database`; everything but the slash is optional.
fn has_protocol(name: &str) -> bool {
    let (address, _) = name.rsplit_once('/').unwrap_or((name, ""));
    let address = address.rsplit_once('@').map_or(address, |(_, address)| address);
    address.is_empty() || address.contains('(')
}

#[cfg(test)]
mod tests {
    use super::has_protocol;
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn the_syntax_of_mysql() {
        for name in [
            "",
            "u:p@tcp(db:3306)/k3s",
            "u:p/@@tcp(db:3306)/k3s?tls=true",
            "root@unix(/run/mysqld/mysqld.sock)/k3s",
            "u:p@/k3s",
        ] {
            assert!(has_protocol(name), "{name}");
        }
        for name in ["u:p@db:3306/k3s", "db/k3s", "u:p@db"] {
            assert!(!has_protocol(name), "{name}");
        }
    }

    #[test]
    fn the_value_is_not_shown() {
        let given = |value| TestInputs {
            vars: vec![("DB", value)],
            ..Default::default()
        };
        check_given(
            r"
k3s: {datastore: {endpoint: {env: DB}}}
#                           ^^^^^^^^^ error[datastore-endpoint-invalid]: invalid endpoint in `k3s.datastore.endpoint`: MySQL requires the host in `tcp(…)`
",
            &given("mysql://u:hunter2@db:3306/k3s"),
        );
        check_given(
            r"
k3s: {datastore: {endpoint: {env: DB}}}
#                           ^^^^^^^^^ error[datastore-endpoint-invalid]: invalid endpoint in `k3s.datastore.endpoint`: unknown database kind
",
            &given("mariadb://u:hunter2@db/k3s"),
        );
        check_given(
            r"
k3s: {datastore: {endpoint: {env: DB}}}
#                           ^^^^^^^^^ error[datastore-endpoint-invalid]: invalid endpoint in `k3s.datastore.endpoint`: unknown database kind
",
            &given("hunter2"),
        );
        check_given(
            r"
k3s: {datastore: {endpoint: {env: DB}}}
",
            &given("postgres://u:p@db/k3s"),
        );
    }
}
