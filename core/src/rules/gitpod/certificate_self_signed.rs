//! See [`RULE`].

use crate::model::Config;
use crate::rules::public::{bare_domain, defaults_matter};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The certificate is signed by the cluster itself, and the installation is on the internet.
    ///
    /// ## Why
    ///
    /// Browsers warn about such a certificate, and editors on people's machines refuse to connect until its CA is installed on each of
    /// them.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// certificate: {selfSigned: true}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// certificate:
    ///   acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: CLOUDFLARE_API_TOKEN}}}}
    /// ```
    "certificate-self-signed", Warning, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let span = match config.certificate.spanned() {
        Some(certificate) => {
            let chosen = &certificate.value;
            if chosen.acme.is_written()
                || chosen.provided.is_written()
                || chosen.self_signed.get() == Some(&false)
            {
                return;
            }
            chosen.self_signed.span().unwrap_or(certificate.key)
        }
        None if config.certificate.is_missing() => report.anchor(),
        None => return,
    };
    if !defaults_matter(config, "certificate", report) {
        return;
    }
    let domain = bare_domain(config.domain.text().unwrap_or_default());
    report.push(
        report
            .found(span, format!("the cluster itself signs the certificate of `{domain}`, which no browser trusts"))
            .help("choose `certificate: {acme: …}` or `certificate: {provided: …}`")
            .note("browsers warn, and editors on people's machines do not connect until its CA is installed there"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn what_browsers_do_not_trust_is_told() {
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: The cluster itself signs the certificate of `gitpod.acme.dev`, which no browser trusts
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: No `gitpod.repository` is given, and the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: The first visitor of `gitpod.acme.dev` sets up the login and becomes the admin
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: No SSH key may log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: Everybody on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
certificate: {selfSigned: true}
#                         ^^^^ warning[certificate-self-signed]: The cluster itself signs the certificate of `gitpod.acme.dev`, which no browser trusts
",
        );
        check(
            r"
certificate: {customCa: {file: ca.crt}}
^^^^^^^^^^^ warning[certificate-self-signed]: The cluster itself signs the certificate of `gitpod.acme.dev`, which no browser trusts
#                       ^^^^^^^^^^^^^^ info[secret-unresolved]: The file `ca.crt` cannot be read: no such file, so `certificate.customCa` has no value
",
        );
        check(
            r"
domain: gitpod.lan
certificate: {}
",
        );
        check(
            r"
certificate: {provided: {cert: {file: a}, key: {file: b}}}
#                              ^^^^^^^^^ info[secret-unresolved]: The file `a` cannot be read: no such file, so `certificate.provided.cert` has no value
#                                              ^^^^^^^^^ info[secret-unresolved]: The file `b` cannot be read: no such file, so `certificate.provided.key` has no value
",
        );
        check(
            r"
certificate: {acme: {dns01: {}}}
#                    ^^^^^ error[missing-key]: Nothing is chosen: one of `cloudflare`, `route53`, `cloudDNS`, `azureDNS`, `digitalocean`, `hetzner`, `scaleway` or `rfc2136` is needed
",
        );
        check(
            r"
certificate: yes
#            ^^^ error[wrong-type]: Expected a mapping, found `yes`
",
        );
    }
}
