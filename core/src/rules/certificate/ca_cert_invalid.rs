//! See [`RULE`].

use super::{AUTHORITIES, days};
use crate::diagnostic::Severity;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::pem::{Block, blocks};
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::BasicConstraints;

declare_rule! {
    /// A CA file has no PEM certificate, or has a private key.
    ///
    /// ## Why
    ///
    /// Clients of the database and the datastore, and everything that runs in a workspace, get the file to check certificates with.
    /// Go's `AppendCertsFromPEM` finds no certificate in other formats such as DER, and the platform or k3s exits. A private key in it
    /// would be readable in every workspace and on every machine.
    ///
    /// Source: Go `crypto/x509`, `AppendCertsFromPEM`; k3s docs, `--datastore-cafile`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificate:
    ///   customCa: not a certificate
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificate:
    ///   customCa: {file: ca.pem}
    /// ```
    "ca-cert-invalid", Error, since "0.1.0", fix None, always, Reads::Secrets(check), formerly "db-ca-not-pem"
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    for (name, harm) in AUTHORITIES {
        let need = plan.secrets.iter().find(|need| need.name == name);
        let Some((need, value)) = need.and_then(|need| store.get(name).map(|value| (need, value))) else {
            continue;
        };
        let blocks = blocks(value.expose_text().unwrap_or(""));
        let is_certificate = |block: &Block<'_>| block.label == "CERTIFICATE";
        let mislabelled =
            |block: &Block<'_>| is_certificate(block) && block.der.as_deref().is_some_and(|der| is_key(der));
        let key = blocks
            .iter()
            .any(|block| block.label.ends_with("PRIVATE KEY") || mislabelled(block));
        let certificates: Vec<_> = blocks
            .iter()
            .filter(|block| is_certificate(block) && !mislabelled(block))
            .collect();
        let message = match certificates.is_empty() {
            true if key => format!("expected a certificate in `{name}`, found a private key"),
            true => format!("no PEM certificate in `{name}`"),
            false if key => format!("private key beside the certificate in `{name}`"),
            false if certificates.iter().any(|block| block.der.is_none()) => {
                format!("unreadable certificate in `{name}`: not base64")
            }
            false if certificates.iter().all(is_x509) => {
                if certificates.iter().all(is_servers) {
                    let mut finding = report.found(
                        need.span,
                        format!("the certificate in `{name}` is a server's, not an authority's"),
                    );
                    finding.severity = Severity::Warning;
                    let finding = finding.help("use the certificate of the authority that signed it: `openssl x509 -noout -issuer` names it");
                    report.push(
                        finding.note(
                            "it signs no other certificate, and expires when the server gets a new one",
                        ),
                    );
                }
                continue;
            }
            false => format!("unreadable certificate in `{name}`: not X.509"),
        };
        let finding = report.found(need.span, message);
        report.push(match key {
            true => finding
                .help("use a file with the authority's certificate alone; its private key belongs on no machine")
                .note("the file is copied to machines and workspaces that check certificates with it"),
            false => finding
                .help("use a file with a `-----BEGIN CERTIFICATE-----` line; `openssl x509 -inform der` converts DER")
                .note(harm.replace("{}", plan.needs.product)),
        });
    }
}

fn is_x509(block: &&Block<'_>) -> bool {
    block.der.as_deref().is_some_and(|der| days(der).is_some())
}

/// Whether somebody else signed a certificate that may sign none itself (RFC 5280, section 4.2.1.9).
fn is_servers(block: &&Block<'_>) -> bool {
    let certificate = block
        .der
        .as_deref()
        .and_then(|der| Certificate::from_der(der).ok());
    certificate.is_some_and(|certificate| {
        let body = &certificate.tbs_certificate;
        let constraints = body.get::<BasicConstraints>().ok().flatten();
        body.issuer != body.subject && !constraints.is_some_and(|(_, constraints)| constraints.ca)
    })
}

/// Whether DER is a private key: in all their forms a sequence begins with the number of a version (RFC 5958, 5915, 8017), where a
/// certificate begins with another sequence.
fn is_key(der: &[u8]) -> bool {
    const SEQUENCE: u8 = 0x30;
    const INTEGER: u8 = 0x02;
    let content = match der {
        [SEQUENCE, length, rest @ ..] if *length < 0x80 => rest,
        // The length has so many bytes of its own.
        [SEQUENCE, length, rest @ ..] => rest.get(usize::from(length & 0x7f)..).unwrap_or(&[]),
        _ => &[],
    };
    content.first() == Some(&INTEGER)
}

#[cfg(test)]
mod tests {
    use crate::rules::pem::samples::WHOLE;
    use crate::testing::{TestInputs, check_given};

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nZ28=\n-----END PRIVATE KEY-----\n";
    const GARBAGE: &str = "# CA\n-----BEGIN CERTIFICATE-----\nZ28=\n-----END CERTIFICATE-----\n";
    /// A key of P-256 under the label of a certificate.
    const DISGUISED: &str = "-----BEGIN CERTIFICATE-----\nMIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgPWZ0FEgEGk55KDY1\nqk8nCpJqmMZNggIw/jBxi2rGsNGhRANCAASt7G0TtcKswP5jE4SFPi1uhHeUNsOi\n4TUlWsndk94YSEFsYuisQv0Py4A3qD14FLrvdIp7vE2ym9smJoSFoM3f\n-----END CERTIFICATE-----\n";

    fn given() -> TestInputs {
        let both = "-----BEGIN RSA PRIVATE KEY-----\nZ28=\n-----END RSA PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\nZ28=\n-----END CERTIFICATE-----\n";
        let cut = "-----BEGIN CERTIFICATE-----\nMIIB…\n-----END CERTIFICATE-----\n";
        TestInputs {
            files: vec![
                ("key.pem", KEY),
                ("ca.pem", WHOLE[0]),
                ("garbage.pem", GARBAGE),
                ("disguised.pem", DISGUISED),
                ("both.pem", both),
                ("cut.pem", cut),
                ("open.pem", "-----BEGIN CERTIFICATE-----\nZ28=\n"),
                ("text", "hello"),
            ],
            ..Default::default()
        }
    }

    #[test]
    fn a_private_key_in_place_of_the_certificate() {
        check_given(
            r"
certificate: {customCa: {file: key.pem}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^^ error[ca-cert-invalid]: expected a certificate in `certificate.customCa`, found a private key
",
            &given(),
        );
        check_given(
            r"
certificate: {customCa: {file: both.pem}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^^^ error[ca-cert-invalid]: private key beside the certificate in `certificate.customCa`
",
            &given(),
        );
    }

    #[test]
    fn a_block_that_holds_something_else() {
        check_given(
            r"
certificate: {customCa: {file: garbage.pem}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^^^^^^ error[ca-cert-invalid]: unreadable certificate in `certificate.customCa`: not X.509
",
            &given(),
        );
        check_given(
            r"
certificate: {customCa: {file: disguised.pem}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^^^^^^^^ error[ca-cert-invalid]: expected a certificate in `certificate.customCa`, found a private key
",
            &given(),
        );
    }

    #[test]
    fn values_without_a_certificate() {
        check_given(
            r"
certificate: {customCa: {file: open.pem}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `certificate.customCa`
",
            &given(),
        );
        check_given(
            r"
certificate: {customCa: {file: cut.pem}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^^ error[ca-cert-invalid]: unreadable certificate in `certificate.customCa`: not base64
",
            &given(),
        );
        check_given(
            r"
k3s:
  datastore: {endpoint: {env: ENDPOINT}, caCert: {file: key.pem}}
#                                                ^^^^^^^^^^^^^^^ error[ca-cert-invalid]: expected a certificate in `k3s.datastore.caCert`, found a private key
",
            &TestInputs {
                vars: vec![(
                    "ENDPOINT",
                    "mysql://k3s:datastore-password@tcp(db.acme.dev:3306)/k3s",
                )],
                ..given()
            },
        );
        check_given(
            r"
database:
  external:
    host: db.acme.dev
    username: gitpod
    password: {env: P}
    caCert: {file: text}
#           ^^^^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `database.external.caCert`
",
            &given(),
        );
    }

    #[test]
    fn a_certificate_and_one_that_is_not_there_yet() {
        check_given(
            r"
certificate: {customCa: {file: ca.pem}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
",
            &given(),
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
            &given(),
        );
    }
}
