//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The connection to the datastore is unencrypted.
    ///
    /// ## Why
    ///
    /// All of the Kubernetes state passes through that connection, tokens and secrets included. `sslmode=disable`, `tls=false`, an
    /// `http://` endpoint of etcd, and modes that fall back to plain text expose it to anyone on the path. A database on the
    /// machine itself is fine.
    ///
    /// Source: k3s docs, "Cluster Datastore"; PostgreSQL docs, "SSL Support"; go-sql-driver/mysql README, "tls".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {datastore: {endpoint: "postgres://k3s:x@db.acme.dev/k3s?sslmode=disable"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {datastore: {endpoint: "postgres://k3s:x@db.acme.dev/k3s?sslmode=verify-full"}}
    /// ```
    "datastore-tls-disabled", Warning, since "0.1.0", fix None, suppressible, Reads::Secrets(check)
}

const ENDPOINT: &str = "k3s.datastore.endpoint";

/// Parameters that leave the connection open, or may.
const OPEN: [&str; 5] = [
    "sslmode=disable",
    "sslmode=allow",
    "sslmode=prefer",
    "tls=false",
    "tls=preferred",
];
/// Hosts without a network path.
const LOCAL: [&str; 5] = ["localhost", "127.0.0.1", "[::1]", "unix(", "@/"];

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let need = plan.secrets.iter().find(|need| need.name == ENDPOINT);
    let (Some(need), Some(value)) = (need, store.get(ENDPOINT).and_then(|value| value.expose_text())) else {
        return;
    };
    let (address, parameters) = value.split_once('?').unwrap_or((value, ""));
    let host = address.rsplit_once('@').map_or(address, |(_, host)| host);
    if LOCAL
        .iter()
        .any(|local| host.contains(local) || address.contains("@/"))
    {
        return;
    }
    // Only words of ours are shown: the rest of the endpoint is a secret.
    let open = match value.starts_with("http://") {
        true => Some("http://"),
        false => OPEN
            .into_iter()
            .find(|open| parameters.split('&').any(|one| one.eq_ignore_ascii_case(open))),
    };
    let Some(open) = open else { return };
    let finding = report
        .found(need.span, format!("`{open}` in `{ENDPOINT}` allows an unencrypted connection"))
        .help("use `sslmode=verify-full` for PostgreSQL, `tls=true` for MySQL or `https://` for etcd, and set `caCert` to the database's CA")
        .note("the tokens and secrets of the whole cluster pass through that connection");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn unencrypted_remote_connections() {
        check(
            r#"
k3s: {datastore: {endpoint: "postgres://k3s:x@db.acme.dev/k3s?sslmode=disable"}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[datastore-tls-disabled]: `sslmode=disable` in `k3s.datastore.endpoint` allows an unencrypted connection
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[secret-literal]: secret `k3s.datastore.endpoint` in plain text
"#,
        );
        check(
            r#"
k3s: {datastore: {endpoint: "mysql://k3s:x@tcp(db:3306)/k3s?a=b&tls=false"}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[datastore-tls-disabled]: `tls=false` in `k3s.datastore.endpoint` allows an unencrypted connection
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[secret-literal]: secret `k3s.datastore.endpoint` in plain text
"#,
        );
        check(
            r#"
k3s: {datastore: {endpoint: "http://etcd.acme.dev:2379"}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[datastore-tls-disabled]: `http://` in `k3s.datastore.endpoint` allows an unencrypted connection
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[secret-literal]: secret `k3s.datastore.endpoint` in plain text
"#,
        );
        check(
            r#"
k3s: {datastore: {endpoint: "postgres://k3s:x@localhost/k3s?sslmode=disable"}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[secret-literal]: secret `k3s.datastore.endpoint` in plain text
"#,
        );
        check(
            r#"
k3s: {datastore: {endpoint: "postgres://k3s:x@db.acme.dev/k3s?sslmode=verify-full"}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[secret-literal]: secret `k3s.datastore.endpoint` in plain text
"#,
        );
    }
}
