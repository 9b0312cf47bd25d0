//! See [`RULE`].

use super::tls_cert_san_mismatch::{are_swapped, is_for_others};
use super::{CERT, KEY};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::pem::{blocks, certificates};
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::der::oid::ObjectIdentifier;

declare_rule! {
    /// The private key does not belong to the certificate.
    ///
    /// ## Why
    ///
    /// The proxy loads both on startup and exits if they do not match, as after a renewal of which only one file was copied. It
    /// cannot ask for a passphrase either.
    ///
    /// Source: Go `crypto/tls`, `X509KeyPair`; RFC 5280, RFC 5958.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificate: {provided: {cert: {file: tls.crt}, key: "the certificate's password"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
    /// ```
    "tls-key-mismatch", Error, since "0.1.0", fix None, suppressible, Reads::Secrets(check)
}

const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const ELLIPTIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
/// Enough bytes of an RSA modulus to identify a key.
const SAMPLE: usize = 64;

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let need = |name: &str| plan.secrets.iter().find(|need| need.name == name);
    let (Some(need), Some(cert), Some(value)) = (need(KEY), need(CERT), store.get(KEY)) else {
        return;
    };
    let text = value.expose_text().unwrap_or("");
    let key = blocks(text)
        .into_iter()
        .find(|block| block.label.ends_with("PRIVATE KEY"));
    let finding = match key {
        _ if text.contains("ENCRYPTED") => {
            report
                .found(need.span, format!("`{KEY}` has a passphrase"))
                .help("remove it with `openssl pkey -in tls.key -out plain.key`")
        }
        Some(key) if key.label.starts_with("OPENSSH") => {
            report
                .found(need.span, format!("expected a TLS key in `{KEY}`, found an SSH key"))
                .help("use the key that the certificate was requested with")
        }
        None if are_swapped(store) => return,
        None => {
            report
                .found(need.span, format!("no PEM private key in `{KEY}`"))
                .help("use a file with a `-----BEGIN PRIVATE KEY-----` line; `openssl pkey -inform der` converts DER")
        }
        Some(key) => {
            let text = store.get(CERT).and_then(|cert| cert.expose_text());
            let first = text.and_then(|text| certificates(text).next()?.der);
            let fits = key.der.zip(first).and_then(|(key, first)| belongs(&first, &key));
            if fits != Some(false) || is_for_others(plan, store) {
                return;
            }
            report
                .found(need.span, format!("`{KEY}` does not match the certificate"))
                .and(cert.span, "certificate set here")
                .help("use the key that the certificate was requested with")
        }
    };
    report.push(finding.note(plan.needs.without_certificate));
}

/// Whether a key belongs to the certificate: nearly all keys contain the public half too. None if that is unknown.
fn belongs(certificate: &[u8], key: &[u8]) -> Option<bool> {
    let certificate = Certificate::from_der(certificate).ok()?;
    let info = &certificate.tbs_certificate.subject_public_key_info;
    let public = info.subject_public_key.raw_bytes();
    let holds = |part: &[u8]| !part.is_empty() && key.windows(part.len()).any(|window| window == part);
    if info.algorithm.oid == RSA {
        let start = (public.len() / 2).checked_sub(SAMPLE / 2)?;
        return public.get(start..start + SAMPLE).map(holds);
    }
    if info.algorithm.oid != ELLIPTIC {
        return None;
    }
    // A point is a BIT STRING of that length that starts with 0, then 4.
    let length = u8::try_from(public.len() + 1).ok()?;
    match holds(public) {
        true => Some(true),
        false => (holds(RSA.as_bytes()) || holds(&[3, length, 0, 4])).then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::pem::samples::{OTHER, RSA, WHOLE};
    use crate::testing::{TestInputs, check_given};

    fn given(cert: &'static str, key: &'static str) -> TestInputs {
        TestInputs {
            files: vec![("tls.crt", cert), ("tls.key", key)],
            ..Default::default()
        }
    }

    #[test]
    fn a_key_of_another_certificate() {
        for (cert, key) in [
            (WHOLE[0], WHOLE[1]),
            (RSA[0], RSA[1]),
            (
                WHOLE[0],
                "-----BEGIN PRIVATE KEY-----\nZ28=\n-----END PRIVATE KEY-----\n",
            ),
        ] {
            check_given(
                r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
",
                &given(cert, key),
            );
        }
        for (cert, key) in [(WHOLE[0], OTHER), (WHOLE[0], RSA[1]), (RSA[0], OTHER)] {
            check_given(
                r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
#                                                    ^^^^^^^^^^^^^^^ error[tls-key-mismatch]: `certificate.provided.key` does not match the certificate
",
                &given(cert, key),
            );
        }
    }

    #[test]
    fn an_encrypted_key_and_a_file_without_one() {
        let encrypted = given(WHOLE[0], "-----BEGIN ENCRYPTED PRIVATE KEY-----\n");
        check_given(
            r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
#                                                    ^^^^^^^^^^^^^^^ info[secret-trailing-newline]: trailing newline of `tls.key` is not part of the secret
#                                                    ^^^^^^^^^^^^^^^ error[tls-key-mismatch]: `certificate.provided.key` has a passphrase
",
            &encrypted,
        );
        check_given(
            r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
#                                                    ^^^^^^^^^^^^^^^ error[tls-key-mismatch]: no PEM private key in `certificate.provided.key`
",
            &given(WHOLE[0], WHOLE[0]),
        );
    }
}
