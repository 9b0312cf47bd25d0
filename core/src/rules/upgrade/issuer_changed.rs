//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Built, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Another issuer signs the certificate than when the cluster was built.
    ///
    /// ## Why
    ///
    /// Clients that trust the old issuer may not trust the new one: Git hosts, editors and machines that were given a CA by hand. A self-signed
    /// certificate in place of a public one locks out every browser.
    ///
    /// Source: cert-manager docs, "Issuer Configuration".
    ///
    /// ## Example
    ///
    /// With a tree that was built with `acme`:
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
    "issuer-changed", Warning, since "0.1.0", fix None, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let (Some(before), Some(now)) = (built.one_way.issuer.as_deref(), plan.needs.issuer) else {
        return;
    };
    // From what no client trusts to what all do, nobody loses anything.
    if before == now || now == "acme" {
        return;
    }
    let at = config.certificate.span().unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(
                at,
                format!("issuer of the certificate changed from {before} to {now}"),
            )
            .help("give clients the new CA first, or keep the issuer")
            .note("clients that do not trust the new issuer refuse to connect"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn clients_have_to_know_the_new_issuer() {
        check_after(
            r"
certificate: {selfSigned: true}
#            ^^^^^^^^^^^^^^^^^^ warning[issuer-changed]: issuer of the certificate changed from acme to selfSigned
#                         ^^^^ warning[certificate-self-signed]: self-signed certificate for `gitpod.acme.dev`, which browsers do not trust
",
            "",
        );
        check_after(
            "domain_passlist: [acme.dev]\n",
            "certificate: {selfSigned: true}\n",
        );
    }
}
