//! See [`RULE`].

use super::CERT;
use crate::date::Date;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::pem::certificates;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;
use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::time::Time;

declare_rule! {
    /// The provided certificate has expired, or is not valid yet.
    ///
    /// ## Why
    ///
    /// Browsers and editors refuse to connect to a server whose certificate is not valid today. Only the first certificate of the
    /// file counts; the others are its chain. Days are those of UTC, and on its last day a certificate is not reported. `--today`
    /// checks against another date, as for a renewal that is due next month.
    ///
    /// Source: RFC 5280, section 4.1.2.5.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificate:
    ///   provided:
    ///     cert: |
    ///       -----BEGIN CERTIFICATE-----
    ///       MIIBJTCBzKADAgECAhRsB0Lmtp7V51FWqcJ0MzOTLw2nnTAKBggqhkjOPQQDAjAT
    ///       MREwDwYDVQQDDAhhY21lLmRldjAeFw0yNTEwMDQxMjAwMDBaFw0yNjAxMDIxMjAw
    ///       MDBaMBMxETAPBgNVBAMMCGFjbWUuZGV2MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcD
    ///       QgAEjhZdg6a/1yD4KS66qfGTqVjv1LI3oNsZ5max1+NBrm2Ce9hiiFdcNj+NzSj1
    ///       EERacqX2ErQ8ZGVcsWzCfGhnejAKBggqhkjOPQQDAgNIADBFAiEA4IiQWgjIIj1L
    ///       V8ijgIq69S4zUzWLn8aXzwHO/9PHqHkCIGVUDrwXG0u6IPy2PGX2QsA4lzZ1EQFR
    ///       m5eK4Bsjqr3G
    ///       -----END CERTIFICATE-----
    ///     key: {file: tls.key}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificate:
    ///   acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}
    /// ```
    "tls-cert-expired", Warning, since "0.1.0", fix None, suppressible, Reads::Secrets(check)
}

fn check(_: &Config, plan: &Plan, store: &Store, report: &mut Report<'_>) {
    let need = plan.secrets.iter().find(|need| need.name == CERT);
    let (Some(today), Some(need), Some(value)) = (report.today(), need, store.get(CERT)) else {
        return;
    };
    let first = certificates(value.expose_text().unwrap_or("")).next();
    let Some((first, last)) = first.and_then(|block| days(&block.der?)) else {
        return;
    };
    let finding = if last < today {
        report
            .found(need.span, format!("certificate in `{CERT}` expired on {last}"))
            .help("request a new one, or use `certificate: {acme: …}`")
    } else if first > today {
        report
            .found(
                need.span,
                format!("certificate in `{CERT}` is not valid before {first}"),
            )
            .help("use one that is valid today, or `certificate: {acme: …}`")
    } else {
        return;
    };
    report.push(finding.note("browsers and editors refuse to connect"));
}

/// The first and the last day of a certificate.
fn days(der: &[u8]) -> Option<(Date, Date)> {
    let validity = Certificate::from_der(der).ok()?.tbs_certificate.validity;
    let day = |time: Time| Date::from_unix(time.to_unix_duration().as_secs());
    Some((day(validity.not_before)?, day(validity.not_after)?))
}

#[cfg(test)]
mod tests {
    use crate::rules::pem::samples::WHOLE;
    use crate::testing::{TestInputs, check_given};

    fn on(today: &str, cert: &'static str) -> TestInputs {
        TestInputs {
            files: vec![("tls.crt", cert), ("tls.key", WHOLE[1])],
            today: today.parse().ok(),
            ..Default::default()
        }
    }

    #[test]
    fn before_the_first_day_and_after_the_last_one() {
        for today in ["2026-11-21", "2100-01-01", "2126-10-28", "no date is known"] {
            check_given(
                r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
",
                &on(today, WHOLE[0]),
            );
        }
        check_given(
            r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
#                              ^^^^^^^^^^^^^^^ warning[tls-cert-expired]: certificate in `certificate.provided.cert` is not valid before 2026-11-21
",
            &on("2026-11-20", WHOLE[0]),
        );
        check_given(
            r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
#                              ^^^^^^^^^^^^^^^ warning[tls-cert-expired]: certificate in `certificate.provided.cert` expired on 2126-10-28
",
            &on("2126-10-29", WHOLE[0]),
        );
    }

    #[test]
    fn what_is_no_certificate_has_no_last_day() {
        check_given(
            r"
certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}}
",
            &on(
                "2126-10-29",
                "-----BEGIN CERTIFICATE-----\nZ28=\n-----END CERTIFICATE-----\n",
            ),
        );
    }
}
