//! See [`RULE`].

use super::{CERT, KEY};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::pem::certificates;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;
use crate::words::and;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

declare_rule! {
    /// The provided certificate does not cover all of the platform's names.
    ///
    /// ## Why
    ///
    /// Platforms answer at the domain, at names below it, and at a name for each port of each workspace. A wildcard covers one level, so `*.acme.dev` does not cover `8080-x.ws.acme.dev`, and browsers warn about every workspace.
    /// Only the first certificate of the file counts; the others are its chain.
    ///
    /// Source: RFC 6125, section 6.4.3.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificate: {provided: {cert: not-a-certificate, key: {file: tls.key}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
    /// ```
    "tls-cert-san-mismatch", Error, since "0.1.0", fix None, suppressible, Reads::Secrets(check)
}

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let need = plan.secrets.iter().find(|need| need.name == CERT);
    let (Some(need), Some(value)) = (need, store.get(CERT)) else {
        return;
    };
    if plan.needs.names.is_empty() {
        return;
    }
    let text = value.expose_text().unwrap_or("");
    if !text.contains(BEGIN) {
        // A private key in the configuration is worse, and has a finding of its own.
        if report.text(need.span).contains("PRIVATE KEY-----") {
            return;
        }
        if are_swapped(store) {
            let finding = report
                .found(
                    need.span,
                    format!("`{CERT}` is the private key, and `{KEY}` the certificate"),
                )
                .help("exchange the two");
            report.push(finding.note(plan.needs.without_certificate));
            return;
        }
        let finding = report
            .found(need.span, format!("no PEM certificate in `{CERT}`"))
            .help("use a file with a `-----BEGIN CERTIFICATE-----` line; `openssl x509 -inform der` converts DER");
        report.push(finding.note(plan.needs.without_certificate));
        return;
    }
    let certificates: Vec<Vec<String>> = certificates(text)
        .filter_map(|block| names(&block.der?))
        .collect();
    let Some((first, chain)) = certificates.split_first() else {
        return;
    };
    let missing = uncovered(plan, first);
    if missing.is_empty() {
        return;
    }
    let finding = report.found(
        need.span,
        format!("the certificate does not cover {}", and(&missing)),
    );
    let finding = match chain.iter().any(|other| uncovered(plan, other).is_empty()) {
        true => finding.help(
            "move the certificate to the top of the file, before its chain: a later one covers all names",
        ),
        false => {
            let all: Vec<String> = wanted(plan).map(|name| format!("`{name}`")).collect();
            finding.help(format!("request a certificate for {}", and(&all)))
        }
    };
    report.push(finding.note("browsers and editors refuse to connect to names it does not cover"));
}

/// Whether the certificate and its key are in each other's place.
pub(super) fn are_swapped(store: &Store) -> bool {
    let text = |name: &str| {
        store
            .get(name)
            .and_then(|value| value.expose_text())
            .unwrap_or("")
    };
    let (cert, key) = (text(CERT), text(KEY));
    cert.contains("PRIVATE KEY-----") && !cert.contains(BEGIN) && key.contains(BEGIN)
}

/// Whether the certificate is for other names: that is said of it, and not that it has another key.
pub(super) fn is_for_others(plan: &Plan, store: &Store) -> bool {
    let text = store
        .get(CERT)
        .and_then(|value| value.expose_text())
        .unwrap_or("");
    let first = certificates(text).next().and_then(|block| names(&block.der?));
    first.is_some_and(|known| !uncovered(plan, &known).is_empty())
}

/// The names that the platform serves, in lower case.
fn wanted(plan: &Plan) -> impl Iterator<Item = String> {
    plan.needs.names.iter().map(|served| served.name.to_lowercase())
}

/// Those of them that a certificate with such names does not cover, as they are quoted.
fn uncovered(plan: &Plan, known: &[String]) -> Vec<String> {
    let missing = wanted(plan).filter(|name| !covers(known, name));
    missing.map(|name| format!("`{name}`")).collect()
}

/// The names that a certificate covers, in lower case; none if it cannot be read.
fn names(der: &[u8]) -> Option<Vec<String>> {
    let certificate = Certificate::from_der(der).ok()?;
    let names = certificate.tbs_certificate.get::<SubjectAltName>().ok()?;
    let of = |name: GeneralName| match name {
        GeneralName::DnsName(name) => Some(name.as_str().to_lowercase()),
        _ => None,
    };
    Some(names.map_or_else(Vec::new, |(_, names)| {
        names.0.into_iter().filter_map(of).collect()
    }))
}

/// Whether a name or a wildcard for its first label is known.
fn covers(known: &[String], name: &str) -> bool {
    let wildcard = name.split_once('.').map(|(_, parent)| format!("*.{parent}"));
    known
        .iter()
        .any(|known| known == name || Some(known) == wildcard.as_ref())
}

#[cfg(test)]
mod tests {
    use crate::rules::pem::samples::{RSA, SHORT, WHOLE};
    use crate::testing::{TestInputs, check_given};

    #[test]
    fn every_name_is_checked() {
        let chain = format!("{SHORT}{}", WHOLE[0]);
        for (text, whole) in [
            (WHOLE[0], true),
            (RSA[0], true),
            (SHORT, false),
            (chain.as_str(), false),
            (
                "-----BEGIN CERTIFICATE-----\nZ28=\n-----END CERTIFICATE-----\n",
                true,
            ),
        ] {
            let key = if text == RSA[0] { RSA[1] } else { WHOLE[1] };
            let inputs = TestInputs {
                files: vec![
                    ("tls.crt", Box::leak(text.to_owned().into_boxed_str())),
                    ("tls.key", key),
                ],
                ..Default::default()
            };
            match whole {
                true => check_given(
                    r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
",
                    &inputs,
                ),
                false => check_given(
                    r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
#                              ^^^^^^^^^^^^^^^ error[tls-cert-san-mismatch]: the certificate does not cover `*.ws.gitpod.acme.dev`
",
                    &inputs,
                ),
            }
        }
    }

    #[test]
    fn a_file_without_a_certificate() {
        let inputs = TestInputs {
            files: vec![("tls.crt", "MIIB"), ("tls.key", WHOLE[1])],
            ..Default::default()
        };
        check_given(
            r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
#                              ^^^^^^^^^^^^^^^ error[tls-cert-san-mismatch]: no PEM certificate in `certificate.provided.cert`
",
            &inputs,
        );
    }
}
