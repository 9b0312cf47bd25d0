//! See [`RULE`].

use crate::facts::gitpod::CUSTOM_CA_IGNORED;
use crate::facts::gitpod::config_keys::has;
use crate::model::Config;
use crate::plan::platform::gitpod::Gitpod;
use crate::plan::{Certificate, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Gitpod does not trust the CA of its own certificate.
    ///
    /// ## Why
    ///
    /// Gitpod's components call each other by the public name, so each has to trust the CA that signs the site's certificate. The Installer
    /// takes one CA, `customCACert`, since 2022.04. Releases from 2023.03 to 2023.07 read the key and do nothing with it. In the others it holds one CA only:
    /// with a self-signed certificate that is the cluster's own, which is made in the cluster, so no second one fits beside it.
    ///
    /// Source: gitpod-io/gitpod 5b30eb5b8c (2023-03-21) and 604febefd9 (2023-08-02); `pkg/components/cluster/certmanager.go`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod: {release: "2023.05"}
    /// certificate: {selfSigned: true}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod: {release: main}
    /// certificate: {selfSigned: true}
    /// ```
    "custom-ca-untrusted", Error, since "0.1.0", fix None, always, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(gitpod) = plan.gitpod() else { return };
    let section = config.certificate.get();
    let custom = section.and_then(|certificate| certificate.custom_ca.spanned());
    let self_signed = gitpod.certificate == Certificate::SelfSigned;
    let is_old = !has(gitpod.release, &["customCACert"]);
    if is_ignored(gitpod) && (self_signed || custom.is_some()) || is_old && self_signed {
        let release = config.platform_release();
        let Some(release) = release else { return };
        let what = match custom {
            Some(_) => "`certificate.customCa`",
            None => "the CA of its self-signed certificate",
        };
        let finding = report.found(
            release.span,
            format!("Gitpod {} does not trust {what}", gitpod.release),
        );
        let finding = match custom {
            Some(custom) => finding.and(custom.key, "the CA"),
            None => finding,
        };
        let (first, after) = CUSTOM_CA_IGNORED;
        let other = match is_old {
            true => {
                format!("use release {after} or newer, or one from 2022.04 up to (not including) {first}")
            }
            false => format!("use release {after} or newer, or one before {first}"),
        };
        report.push(
            finding
                .help(format!(
                    "{other}, or a certificate of a public CA, `certificate.acme`"
                ))
                .note("its components reject each other's certificates, so nobody can log in"),
        );
    } else if let Some(custom) = custom.filter(|_| self_signed) {
        let finding = report.found(
            custom.key,
            "with `customCa`, Gitpod does not trust its own self-signed certificate",
        );
        report.push(
            finding
                .help("use `certificate.provided` with a certificate that `customCa` signed, or `certificate.acme`")
                .note("the Installer trusts one CA, and that of the certificate is only made in the cluster"),
        );
    }
}

fn is_ignored(gitpod: &Gitpod) -> bool {
    let (first, after) = CUSTOM_CA_IGNORED;
    (first..after).contains(&gitpod.release)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn releases_that_ignore_it() {
        check(
            r#"
gitpod: {release: "2023.05", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^ error[custom-ca-untrusted]: Gitpod 2023.05 does not trust the CA of its self-signed certificate
certificate: {selfSigned: true}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
"#,
        );
        check(
            r#"
gitpod: {release: "2023.08", repository: registry.acme.dev/gitpod}
certificate: {selfSigned: true}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
"#,
        );
    }

    #[test]
    fn releases_before_there_was_one() {
        check(
            r#"
gitpod: {release: "2022.03.1", repository: registry.acme.dev/gitpod}
#                 ^^^^^^^^^^^ error[custom-ca-untrusted]: Gitpod 2022.03.1 does not trust the CA of its self-signed certificate
#                 ^^^^^^^^^^^ warning[pod-security-policies-gone]: Gitpod 2022.03.1 makes PodSecurityPolicies, which Kubernetes 1.36 does not have
#                 ^^^^^^^^^^^ info[workspaces-not-isolated]: Gitpod 2022.03.1 lets workspaces connect to the machines and the Kubernetes API
certificate: {selfSigned: true}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
"#,
        );
    }

    #[test]
    fn two_cas_do_not_fit() {
        check(
            r"
certificate: {selfSigned: true, customCa: {env: CA}}
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
#                               ^^^^^^^^ error[custom-ca-untrusted]: with `customCa`, Gitpod does not trust its own self-signed certificate
#                                         ^^^^^^^^^ error[ca-cert-invalid]: no PEM certificate in `certificate.customCa`
",
        );
    }
}
