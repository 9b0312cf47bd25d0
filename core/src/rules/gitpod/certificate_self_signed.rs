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
            "certificate-self-signed",
            "domain: gitpod.acme.dev\n#       ^^^^^^^^^^^^^^^ warning: The cluster itself signs\n",
        );
        check(
            "certificate-self-signed",
            "certificate: {selfSigned: true}\n#                         ^^^^ warning: The cluster itself signs\n",
        );
        check(
            "certificate-self-signed",
            "certificate: {customCa: {file: ca.crt}}\n#^^^^^^^^^^ warning: The cluster itself signs\n",
        );
        for clean in [
            "domain: gitpod.lan\n",
            "certificate: {provided: {cert: {file: a}, key: {file: b}}}\n",
            "certificate: {acme: {dns01: {}}}\n",
            "certificate: yes\n",
        ] {
            check("certificate-self-signed", clean);
        }
    }
}
