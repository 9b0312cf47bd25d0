//! See [`RULE`].

use crate::model::Config;
use crate::rules::hostname::private_suffix;
use crate::rules::public::{bare_domain, has_platform};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The domain is private, but a public authority is to sign its certificate.
    ///
    /// ## Why
    ///
    /// Let's Encrypt looks a DNS record up under the name. Names under `.local`, `.internal`, `.lan`, `.home.arpa`, `.test` and
    /// others are not in the public DNS, so the certificate is never issued and the platform's proxy never starts.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.lan
    /// certificate:
    ///   acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// apiVersion: gitpod-k3s/v1
    /// domain: dev.lan
    /// certificate:
    ///   provided: {cert: {file: tls.crt}, key: {file: tls.key}}
    /// ```
    "domain-not-public", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let (Some(domain), Some(acme)) = (
        config.domain.spanned(),
        config.certificate.get().and_then(|c| c.acme.spanned()),
    ) else {
        return;
    };
    let name = bare_domain(&domain.value);
    if !has_platform(config) || domain.value.trim().is_empty() {
        return;
    }
    let Some(suffix) = private_suffix(name) else {
        return;
    };
    let message = format!("private domain `{name}`: no public DNS for `.{suffix}`");
    let finding = report.found(domain.span, message);
    report.push(
        finding
            .and(acme.key, "certificate requested from a public authority")
            .help(
                "use a name below a domain you own, or `certificate: {provided: …}` or `{selfSigned: true}`",
            )
            .note("the certificate is never issued, and the installation waits for it"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn private_names_with_public_authorities() {
        check(
            r"
domain: gitpod.lan
#       ^^^^^^^^^^ warning[domain-not-public]: private domain `gitpod.lan`: no public DNS for `.lan`
",
        );
        check(
            r"
domain: gitpod.home.arpa
#       ^^^^^^^^^^^^^^^^ warning[domain-not-public]: private domain `gitpod.home.arpa`: no public DNS for `.home.arpa`
",
        );
        check(
            r"
domain: gitpod.acmecorp
#       ^^^^^^^^^^^^^^^ warning[domain-not-public]: private domain `gitpod.acmecorp`: no public DNS for `.acmecorp`
",
        );
        check(
            r"
certificate: {acme: {email: ops@acme.dev, dns01: {digitalocean: {token: {env: DO_TOKEN}}}}}
",
        );
        check(
            r"
domain: gitpod.lan
certificate: {selfSigned: true}
",
        );
    }
}
