//! See [`RULE`].

use crate::facts::gitpod::machines::{REGISTRY_WITH_CUSTOM_CA, REGISTRY_WITH_OWN_CA};
use crate::model::Config;
use crate::plan::{Certificate, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Machines do not trust the certificate of registry-facade, which workspace images are pulled from.
    ///
    /// ## Why
    ///
    /// Before 2023.03, registry-facade uses the site's certificate, and the CA that its pods install on the machines is the one in the Installer's
    /// `customCACert`. With a self-signed certificate that is the cluster's own CA, unless `customCa` takes its place: then containerd rejects
    /// the certificate with "x509: certificate signed by unknown authority", and no workspace starts.
    ///
    /// Source: gitpod-io/gitpod 3c3530e6da, fe52cba27d, `install/installer/pkg/components/registry-facade/daemonset.go`; gitpod#15029.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: "2022.11.2", repository: registry.acme.dev/gitpod}
    /// certificate: {selfSigned: true, customCa: {file: ca.pem}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: "2022.11.2", repository: registry.acme.dev/gitpod}
    /// certificate: {provided: {cert: {file: tls.crt}, key: {file: tls.key}}, customCa: {file: ca.pem}}
    /// ```
    "registry-facade-untrusted", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let (Some(gitpod), Some(certificate)) = (plan.gitpod(), config.certificate.get()) else {
        return;
    };
    let with_custom_ca = REGISTRY_WITH_CUSTOM_CA..REGISTRY_WITH_OWN_CA;
    let Some(custom_ca) = certificate.custom_ca.spanned() else {
        return;
    };
    if gitpod.certificate != Certificate::SelfSigned || !with_custom_ca.contains(&gitpod.release) {
        return;
    }
    let message = format!(
        "`customCa` replaces the CA that machines trust registry-facade by in release {}",
        gitpod.release
    );
    let finding = report.found(custom_ca.key, message);
    let finding = match certificate.self_signed.span() {
        Some(span) => finding.and(span, "the cluster's own CA signs its certificate"),
        None => finding,
    };
    report.push(
        finding
            .help(format!(
                "remove `customCa`, use `provided` with a certificate of that CA, or release `\"{REGISTRY_WITH_OWN_CA}\"` or newer"
            ))
            .note("containerd rejects the certificate of registry-facade, and no workspace image is pulled"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_custom_ca_beside_a_self_signed_certificate() {
        check(
            r#"
gitpod: {release: "2022.11.2", repository: registry.acme.dev/gitpod}
certificate: {selfSigned: true, customCa: {env: CA}}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#                               ^^^^^^^^ error[registry-facade-untrusted]: `customCa` replaces the CA that machines trust registry-facade by in release 2022.11.2
#                                         ^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `certificate.customCa`
"#,
        );
        check(
            r#"
gitpod: {release: "2023.02", repository: registry.acme.dev/gitpod}
certificate: {customCa: {env: CA}}
^^^^^^^^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#             ^^^^^^^^ error[registry-facade-untrusted]: `customCa` replaces the CA that machines trust registry-facade by in release 2023.02
#                       ^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `certificate.customCa`
"#,
        );
    }

    #[test]
    fn other_releases_and_certificates() {
        check(
            r#"
gitpod: {release: "2022.03.1", repository: registry.acme.dev/gitpod}
certificate: {selfSigned: true, customCa: {env: CA}}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#                                         ^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `certificate.customCa`
"#,
        );
        check(
            r#"
gitpod: {release: "2023.03", repository: registry.acme.dev/gitpod}
certificate: {selfSigned: true, customCa: {env: CA}}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#                                         ^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `certificate.customCa`
"#,
        );
        check(
            r#"
gitpod: {release: "2022.11.2", repository: registry.acme.dev/gitpod}
certificate: {selfSigned: true}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
"#,
        );
        check(
            r#"
gitpod: {release: "2022.11.2", repository: registry.acme.dev/gitpod}
certificate: {acme: {email: ops@acme.dev, dns01: {cloudflare: {apiToken: {env: TOKEN}}}}, customCa: {env: CA}}
#                                                                                                   ^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `certificate.customCa`
"#,
        );
    }
}
