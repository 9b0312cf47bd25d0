//! See [`RULE`].

use super::{AUTHORITIES, CERT, days};
use crate::date::Date;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::pem::certificates;
use crate::rules::{Reads, Report, declare_rule};
use crate::secrets::Store;

declare_rule! {
    /// A certificate has expired, or is not valid yet.
    ///
    /// ## Why
    ///
    /// Browsers and editors refuse to connect to a server whose certificate is not valid today. Only the first certificate of the
    /// file counts; the others are its chain. Of the certificates of an authority, such as `certificate.customCa`, one that is valid is
    /// enough. Days are those of UTC, and on its last day a certificate is not reported. `--today`
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
    let Some(today) = report.today() else {
        return;
    };
    let days_of = |name: &str| -> Vec<(Date, Date)> {
        let text = store
            .get(name)
            .and_then(|value| value.expose_text())
            .unwrap_or("");
        certificates(text).filter_map(|block| days(&block.der?)).collect()
    };
    let own = days_of(CERT).into_iter().next();
    let own = own.map(|days| (CERT, days, "browsers and editors refuse to connect"));
    let of_authorities = AUTHORITIES.iter().filter_map(|(name, _)| {
        let all = days_of(name);
        let is_valid = |(first, last): &(Date, Date)| *first <= today && today <= *last;
        let latest = all.iter().max_by_key(|(_, last)| *last).copied()?;
        let note = "clients that check certificates with it refuse to connect";
        (!all.iter().any(is_valid)).then_some((*name, latest, note))
    });
    for (name, (first, last), note) in own.into_iter().chain(of_authorities) {
        let Some(need) = plan.secrets.iter().find(|need| need.name == name) else {
            continue;
        };
        let (message, help, or) = if last < today {
            let message = format!("certificate in `{name}` expired on {last}");
            (message, "request a new one", "use ")
        } else if first > today {
            let message = format!("certificate in `{name}` is not valid before {first}");
            (message, "use one that is valid today", "")
        } else {
            continue;
        };
        let help = match name == CERT {
            true => format!("{help}, or {or}`certificate: {{acme: …}}`"),
            false => help.to_owned(),
        };
        report.push(report.found(need.span, message).help(help).note(note));
    }
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
    fn certificates_of_authorities() {
        check_given(
            r"
certificate: {customCa: {file: tls.crt}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^^ warning[tls-cert-expired]: certificate in `certificate.customCa` expired on 2126-10-28
",
            &on("2126-10-29", WHOLE[0]),
        );
        check_given(
            r"
certificate: {customCa: {file: tls.crt}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
",
            &on("no date is known", WHOLE[0]),
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
