//! See [`RULE`].

use crate::model::Config;
use crate::rules::public::{bare_domain, defaults_matter};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A public installation uses a self-signed certificate.
    ///
    /// ## Why
    ///
    /// Browsers warn about it, and editors on people's machines do not connect until its CA is installed on each of them.
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
        None if config.certificate.is_missing() => report.empty("certificate").unwrap_or(report.anchor()),
        None => return,
    };
    if !defaults_matter(config, "certificate", report) {
        return;
    }
    let domain = bare_domain(config.domain.text().unwrap_or_default());
    report.push(
        report
            .found(span, format!("self-signed certificate for `{domain}`, which browsers do not trust"))
            .help("use `certificate: {acme: …}` or `certificate: {provided: …}`")
            .note("browsers warn, and editors on people's machines do not connect until its CA is installed there"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn self_signed_on_a_public_domain() {
        check(
            r"
apiVersion: gitpod-k3s/v1
domain: gitpod.acme.dev
#       ^^^^^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#       ^^^^^^^^^^^^^^^ warning[images-not-public]: missing `gitpod.repository`: the default, `eu.gcr.io/gitpod-dev-artifact/build`, is no longer public
#       ^^^^^^^^^^^^^^^ warning[no-auth-provider-on-public]: no auth provider: only the admin can log in to `gitpod.acme.dev`, by a link
#       ^^^^^^^^^^^^^^^ warning[no-authorized-keys]: no SSH key can log in to the machines
#       ^^^^^^^^^^^^^^^ warning[signups-open]: anyone on the internet may sign up at `gitpod.acme.dev`
",
        );
        check(
            r"
certificate: {selfSigned: true}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
",
        );
        check(
            r"
certificate: {customCa: {file: ca.crt}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                       ^^^^^^^^^^^^^^ info[secret-unresolved]: missing value for secret `certificate.customCa`: cannot read file `ca.crt`: no such file
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
#                              ^^^^^^^^^ info[secret-unresolved]: missing value for secret `certificate.provided.cert`: cannot read file `a`: no such file
#                                              ^^^^^^^^^ info[secret-unresolved]: missing value for secret `certificate.provided.key`: cannot read file `b`: no such file
",
        );
        check(
            r"
certificate: {acme: {dns01: {}}}
#                    ^^^^^ error[missing-key]: missing `cloudflare`, `route53`, `cloudDNS`, `azureDNS`, `digitalocean`, `hetzner`, `scaleway` or `rfc2136`
",
        );
        check(
            r"
certificate: yes
#            ^^^ error[wrong-type]: expected a mapping, found a value
",
        );
    }
}
