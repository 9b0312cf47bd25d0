//! See [`RULE`].

use super::passthrough::brings_its_own;
use crate::model::{Config, IngressVia};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// ServiceLB is disabled, and the platform's proxy gets no address.
    ///
    /// ## Why
    ///
    /// With `ingress.via: nodes`, the default, ServiceLB opens ports 80 and 443 on every machine. Without it the proxy's service
    /// waits forever for an address. A replacement such as MetalLB or the provider's controller is declared with `via:
    /// loadBalancer`, or installed by `cloudInit.afterK3s` or a manifest in `cloudInit.files`.
    ///
    /// Source: k3s-io/k3s#1969; k3s docs, "Networking Services", "Service Load Balancer".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {disable: [servicelb]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {disable: [servicelb]}
    /// ingress: {via: loadBalancer, address: 203.0.113.10}
    /// ```
    "servicelb-disabled-without-lb", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let mut disabled = config.k3s.get().into_iter().flat_map(|k3s| k3s.disable.items());
    let via = config.ingress.get().map(|ingress| &ingress.via);
    let through_nodes = via.is_none_or(|via| via.is_missing() || via.get() == Some(&IngressVia::Nodes));
    if plan.needs.client_ports().next().is_none() || !through_nodes || brings_its_own(config) {
        return;
    }
    let Some(servicelb) = disabled.find(|name| name.value == "servicelb") else {
        return;
    };
    let mut finding = report
        .found(
            servicelb.span,
            "without `servicelb` nothing listens on ports 80 and 443",
        )
        .help("remove it, or set `ingress: {via: loadBalancer, address: …}` if something else replaces it")
        .note(format!(
            "the service of {}'s proxy stays `Pending`",
            plan.needs.product
        ));
    if let Some(nodes) = via.and_then(|via| via.span()) {
        finding = finding.and(nodes, "ingress uses it");
    }
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_replacement() {
        check(
            r"
k3s: {disable: [metrics-server, servicelb]}
#                               ^^^^^^^^^ error[servicelb-disabled-without-lb]: without `servicelb` nothing listens on ports 80 and 443
",
        );
        check(
            r"
ingress: {via: nodes}
k3s: {disable: [servicelb]}
#               ^^^^^^^^^ error[servicelb-disabled-without-lb]: without `servicelb` nothing listens on ports 80 and 443
",
        );
        check(
            r#"
ingress: {via: loadBalancer, address: 203.0.113.1}
k3s: {disable: [servicelb]}
"#,
        );
        check(
            r#"
k3s: {disable: [servicelb]}
cloudInit: {afterK3s: [/usr/local/bin/install-metallb]}
"#,
        );
        check(
            r"
platform: none
k3s: {disable: [servicelb]}
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }
}
