//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::model::{AcmeServer, Config};
use crate::rules::public::is_public_gitpod;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The certificate is one that browsers do not trust, and the installation is on the internet.
    ///
    /// ## Why
    ///
    /// Let's Encrypt's staging server is for trying out. Its certificates are signed by an authority that no browser, Git client or
    /// node knows: people are warned, and machines cannot pull the images of workspaces.
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
    let Some(server) =
        server.filter(|server| server.value == AcmeServer::Staging && is_public_gitpod(config))
    else {
        return;
    };
    let finding = report
        .found(
            server.span,
            "browsers and nodes trust no certificate of the staging server",
        )
        .help("write `production` once the challenge works")
        .note("nodes refuse to pull the images of workspaces from a registry with such a certificate")
        .fix(Fix::risky("write `production`", server.span, "production"));
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn on_the_internet() {
        check(
            r"
certificate: {acme: {server: staging, dns01: {digitalocean: {token: {env: T}}}}}
#                            ^^^^^^^ warning[acme-staging-issuer]: Browsers and nodes trust no certificate of the staging server
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
#       ^^^^^^^^^^ warning[domain-not-public]: `gitpod.lan` is a private name: the public DNS has nothing under `.lan`
certificate: {acme: {server: staging, dns01: {digitalocean: {token: {env: T}}}}}
",
        );
    }

    #[test]
    fn production_is_written() {
        check_fix(
            "acme-staging-issuer",
            r#"certificate: {acme: {server: staging, dns01: {digitalocean: {token: {env: T}}}}}
"#,
            r#"certificate: {acme: {server: production, dns01: {digitalocean: {token: {env: T}}}}}
"#,
        );
    }
}
