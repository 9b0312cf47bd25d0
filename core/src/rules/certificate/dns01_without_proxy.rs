//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The DNS-01 solver does not use the proxy.
    ///
    /// ## Why
    ///
    /// Scaleway's solver runs in a pod of its own, and its chart has no value for environment variables: the pod connects to `api.scaleway.com`
    /// directly. Where only the proxy leads out, no record is written and no certificate issued.
    ///
    /// Suppress this rule if that host can be reached without the proxy.
    ///
    /// Source: scaleway/cert-manager-webhook-scaleway `deploy/scaleway-webhook/templates/deployment.yaml`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// proxy: {http: "http://proxy.acme.dev:3128"}
    /// certificate:
    ///   acme: {dns01: {scaleway: {accessKey: {env: SCW_ACCESS_KEY}, secretKey: {env: SCW_SECRET_KEY}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// proxy: {http: "http://proxy.acme.dev:3128"}
    /// certificate:
    ///   acme: {dns01: {rfc2136: {nameserver: "ns1.acme.dev:53", tsigKeyName: acme, tsigSecret: {env: TSIG}}}}
    /// ```
    "dns01-without-proxy", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let acme = config
        .certificate
        .get()
        .and_then(|certificate| certificate.acme.get());
    let Some(dns01) = acme
        .and_then(|acme| acme.dns01.spanned())
        .filter(|_| plan.proxy.is_some())
    else {
        return;
    };
    let Some(scaleway) = dns01.value.scaleway.spanned() else {
        return;
    };
    let finding = report
        .found(scaleway.key, "Scaleway's DNS solver does not use the proxy")
        .help("use another DNS provider, or allow its pod to reach `api.scaleway.com` directly");
    report.push(finding.note("without that, no record is written and no certificate issued"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_where_a_proxy_leads_out() {
        check(
            r#"
proxy: {http: "http://proxy.acme.dev:3128"}
certificate:
  acme: {dns01: {scaleway: {accessKey: {env: SCW_ACCESS_KEY}, secretKey: {env: SCW_SECRET_KEY}}}}
#                ^^^^^^^^ warning[dns01-without-proxy]: Scaleway's DNS solver does not use the proxy
"#,
        );
        check(
            r"
certificate:
  acme: {dns01: {scaleway: {accessKey: {env: SCW_ACCESS_KEY}, secretKey: {env: SCW_SECRET_KEY}}}}
",
        );
    }
}
