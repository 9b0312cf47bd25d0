//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::is_mail_address;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The certificate authority rejects the mail address.
    ///
    /// ## Why
    ///
    /// cert-manager opens an account at the authority with it. Let's Encrypt rejects an invalid address ("unable to parse email
    /// address") and addresses at example.com and the like ("contact email has forbidden domain"). The issuer never becomes ready,
    /// and no certificate is ordered.
    ///
    /// Source: letsencrypt/boulder `policy/pa.go`, `ValidEmail`; RFC 8555, section 7.3.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificate: {acme: {email: ops@example.com, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificate: {acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}}
    /// ```
    "acme-email-invalid", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

/// Domains reserved for documentation (boulder `policy/pa.go`, `forbiddenMailDomains`).
const FORBIDDEN: [&str; 3] = ["example.com", "example.net", "example.org"];

fn check(config: &Config, report: &mut Report<'_>) {
    let acme = config
        .certificate
        .get()
        .and_then(|certificate| certificate.acme.get());
    let Some(email) = acme.and_then(|acme| acme.email.spanned()) else {
        return;
    };
    let domain = email
        .value
        .rsplit_once('@')
        .map(|(_, domain)| domain.to_ascii_lowercase());
    let why = match domain {
        Some(domain) if FORBIDDEN.contains(&domain.as_str()) => {
            format!("`{domain}` is reserved for documentation")
        }
        Some(_) if is_mail_address(&email.value) => return,
        _ => "not a mail address".to_owned(),
    };
    let finding = report
        .found(email.span, format!("invalid ACME email `{}`: {why}", email.value))
        .help("use an address in your own domain, such as `ops@acme.dev`");
    report.push(finding.note("the issuer never becomes ready, and no certificate is ordered"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn addresses_that_an_authority_rejects() {
        check(
            r#"
certificate: {acme: {email: "ops", dns01: {cloudflare: {apiToken: {env: T}}}}}
#                           ^^^^^ error[acme-email-invalid]: invalid ACME email `ops`: not a mail address
"#,
        );
        check(
            r#"
certificate: {acme: {email: "ops@acme", dns01: {cloudflare: {apiToken: {env: T}}}}}
#                           ^^^^^^^^^^ error[acme-email-invalid]: invalid ACME email `ops@acme`: not a mail address
"#,
        );
        check(
            r#"
certificate: {acme: {email: "ops@acme.dev, it@acme.dev", dns01: {cloudflare: {apiToken: {env: T}}}}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[acme-email-invalid]: invalid ACME email `ops@acme.dev, it@acme.dev`: not a mail address
"#,
        );
        check(
            r#"
certificate: {acme: {email: "ops@Example.com", dns01: {cloudflare: {apiToken: {env: T}}}}}
#                           ^^^^^^^^^^^^^^^^^ error[acme-email-invalid]: invalid ACME email `ops@Example.com`: `example.com` is reserved for documentation
"#,
        );
        check(
            r#"
certificate: {acme: {email: "ops+k3s@acme.co.uk", dns01: {cloudflare: {apiToken: {env: T}}}}}
"#,
        );
    }
}
