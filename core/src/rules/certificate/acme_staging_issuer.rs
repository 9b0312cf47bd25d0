//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::{AcmeServer, Config};
use crate::rules::public::is_public;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A public installation uses Let's Encrypt's staging server.
    ///
    /// ## Why
    ///
    /// The staging server is for tests. No browser, Git client or node trusts its certificates: people get warnings, and nodes
    /// cannot pull workspace images.
    ///
    /// Source: Let's Encrypt docs, "Staging Environment".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificate: {acme: {email: ops@acme.dev, server: staging, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificate: {acme: {email: ops@acme.dev, server: production, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}}
    /// ```
    "acme-staging-issuer", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let acme = config
        .certificate
        .get()
        .and_then(|certificate| certificate.acme.get());
    let server = acme.and_then(|acme| acme.server.spanned());
    let Some(server) = server.filter(|server| server.value == AcmeServer::Staging && is_public(config))
    else {
        return;
    };
    let finding = report
        .found(
            server.span,
            "browsers and nodes do not trust the staging server's certificates",
        )
        .help("set it to `production` once the challenge works")
        .note("nodes refuse to pull workspace images from a registry with such a certificate")
        .fix(Fix::risky("set it to `production`", server.span, "production"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn a_public_installation() {
        check(
            r"
certificate: {acme: {server: staging, dns01: {digitalocean: {token: {env: T}}}}}
#                            ^^^^^^^ warning[acme-staging-issuer]: browsers and nodes do not trust the staging server's certificates
",
        );
        check(
            r#"
certificate: {acme: {server: production, dns01: {digitalocean: {token: {env: T}}}}}
"#,
        );
        check(
            r"
domain: gitpod.lan
#       ^^^^^^^^^^ warning[domain-not-public]: private domain `gitpod.lan`: no public DNS for `.lan`
certificate: {acme: {server: staging, dns01: {digitalocean: {token: {env: T}}}}}
",
        );
    }

    #[test]
    fn the_fix_writes_production() {
        check_fix(
            "acme-staging-issuer",
            r#"certificate: {acme: {server: staging, dns01: {digitalocean: {token: {env: T}}}}}
"#,
            r#"certificate: {acme: {server: production, dns01: {digitalocean: {token: {env: T}}}}}
"#,
        );
    }
}
