//! See [`RULE`].

use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use validator::ValidateEmail;

declare_rule! {
    /// The authority takes no account with that mail address.
    ///
    /// ## Why
    ///
    /// cert-manager opens an account at the authority with it. Let's Encrypt refuses what is no address ("unable to parse email address") and
    /// addresses at example.com and its like ("contact email has forbidden domain"); the issuer never becomes ready, and no
    /// certificate is ordered.
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

/// Domains that are nobody's (boulder `policy/pa.go`, `forbiddenMailDomains`).
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
        Some(domain) if FORBIDDEN.contains(&domain.as_str()) => format!("`{domain}` is nobody's"),
        Some(domain) if email.value.validate_email() && domain.contains('.') => return,
        _ => "it is no mail address".to_owned(),
    };
    let finding = report
        .found(
            email.span,
            format!("no account can be opened with `{}`: {why}", email.value),
        )
        .help("write an address of your own domain, such as `ops@acme.dev`");
    report.push(finding.note("the issuer does not become ready, and no certificate is ordered"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn addresses_that_an_authority_refuses() {
        check(
            r#"
certificate: {acme: {email: "ops", dns01: {cloudflare: {apiToken: {env: T}}}}}
#                           ^^^^^ error[acme-email-invalid]: No account can be opened with `ops`: it is no mail address
"#,
        );
        check(
            r#"
certificate: {acme: {email: "ops@acme", dns01: {cloudflare: {apiToken: {env: T}}}}}
#                           ^^^^^^^^^^ error[acme-email-invalid]: No account can be opened with `ops@acme`: it is no mail address
"#,
        );
        check(
            r#"
certificate: {acme: {email: "ops@acme.dev, it@acme.dev", dns01: {cloudflare: {apiToken: {env: T}}}}}
#                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[acme-email-invalid]: No account can be opened with `ops@acme.dev, it@acme.dev`: it is no mail address
"#,
        );
        check(
            r#"
certificate: {acme: {email: "ops@Example.com", dns01: {cloudflare: {apiToken: {env: T}}}}}
#                           ^^^^^^^^^^^^^^^^^ error[acme-email-invalid]: No account can be opened with `ops@Example.com`: `example.com` is nobody's
"#,
        );
        check(
            r#"
certificate: {acme: {email: "ops+k3s@acme.co.uk", dns01: {cloudflare: {apiToken: {env: T}}}}}
"#,
        );
    }
}
