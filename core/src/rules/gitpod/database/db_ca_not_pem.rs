//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The database's CA is not a PEM certificate.
    ///
    /// ## Why
    ///
    /// Gitpod reads it with Go's `AppendCertsFromPEM`, which finds no certificate in other formats such as DER, and exits. A
    /// private key is not a certificate either, and does not belong there.
    ///
    /// Source: gitpod-io/gitpod `components/gitpod-db/go/conn.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DB_PASSWORD}
    ///     caCert: not a certificate
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database:
    ///   external:
    ///     host: db.acme.dev
    ///     username: gitpod
    ///     password: {env: DB_PASSWORD}
    ///     caCert: {file: mysql-ca.pem}
    /// ```
    "db-ca-not-pem", Error, since "0.1.0", fix None, always, Reads::Secrets(check), for Gitpod
}

const CA: &str = "database.external.caCert";
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let need = plan.secrets.iter().find(|need| need.name == CA);
    let Some((need, value)) = need.and_then(|need| store.get(CA).map(|value| (need, value))) else {
        return;
    };
    if value.expose().windows(BEGIN.len()).any(|window| window == BEGIN) {
        return;
    }
    let finding = report.found(need.span, format!("no PEM certificate in `{CA}`"));
    report.push(
        finding
            .help("use a file with a `-----BEGIN CERTIFICATE-----` line; `openssl x509 -inform der` converts DER")
            .note("Gitpod finds no certificate in it and does not start"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn values_without_a_certificate() {
        let inputs = TestInputs {
            files: vec![
                ("key.pem", "-----BEGIN PRIVATE KEY-----\nx\n"),
                (
                    "ca.pem",
                    "# CA\n-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n",
                ),
            ],
            ..Default::default()
        };
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    caCert: {file: key.pem}
#           ^^^^^^^^^^^^^^^ error[db-ca-not-pem]: no PEM certificate in `database.external.caCert`
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    caCert: {file: ca.pem}
",
            &inputs,
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    caCert: {file: absent.pem}
#           ^^^^^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `database.external.caCert`: cannot read file `absent.pem`: no such file
",
            &inputs,
        );
    }
}
