//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// The database's CA is no certificate in PEM.
    ///
    /// ## Why
    ///
    /// Gitpod reads it with Go's `AppendCertsFromPEM`, which finds nothing in another form, such as DER, and stops. A private key is
    /// none either, and does not belong there.
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
    "db-ca-not-pem", Error, since "0.1.0", fix None, always, Reads::Secrets(check)
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
    let finding = report.found(need.span, format!("`{CA}` holds no certificate in PEM"));
    report.push(
        finding
            .help("give the provider's CA as a file that has a line `-----BEGIN CERTIFICATE-----`; `openssl x509 -inform der` makes one of DER")
            .note("Gitpod finds no certificate in it and does not start"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn what_holds_no_certificate_is_told() {
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
#           ^^^^^^^^^^^^^^^ error[db-ca-not-pem]: `database.external.caCert` holds no certificate in PEM
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
#           ^^^^^^^^^^^^^^^^^^ info[secret-unresolved]: The file `absent.pem` cannot be read: no such file, so `database.external.caCert` has no value
",
            &inputs,
        );
    }
}
