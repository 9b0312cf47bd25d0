//! See [`RULE`].

use crate::model::{Config, IngressVia};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// The load balancer's address is missing.
    ///
    /// ## Why
    ///
    /// The DNS records point at `ingress.address`, and without one at the machines, so traffic bypasses the load balancer. The
    /// address may be a Terraform expression.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ingress: {via: loadBalancer}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// ingress: {via: loadBalancer, address: "${hcloud_load_balancer.web.ipv4}"}
    /// ```
    "ingress-address-missing", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(ingress) = config.ingress.get().filter(|_| !plan.needs.names.is_empty()) else {
        return;
    };
    let through = ingress
        .via
        .spanned()
        .filter(|via| via.value == IngressVia::LoadBalancer);
    let Some(via) = through.filter(|_| ingress.address.is_missing()) else {
        return;
    };
    let finding = report
        .found(
            report.empty("address").unwrap_or(via.span),
            "missing `address` of the load balancer",
        )
        .help("add `address` next to it: an address, a name, or a Terraform expression `\"${…}\"`");
    report.push(finding.note("without it the DNS records point at the machines, past the load balancer"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn a_load_balancer_without_an_address() {
        check(
            r"
ingress: {via: loadBalancer}
#              ^^^^^^^^^^^^ warning[ingress-address-missing]: missing `address` of the load balancer
",
        );
        check("ingress: {via: nodes}\n");
        check("ingress: {via: loadBalancer, address: \"${lb.ip}\"}\n");
    }
}
