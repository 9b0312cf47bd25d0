//! See [`RULE`].

use crate::model::{Config, IngressVia};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A load balancer takes the traffic, and nobody says where it is.
    ///
    /// ## Why
    ///
    /// The DNS records point at `ingress.address`, and without one at the machines: then the load balancer stands there and nobody
    /// comes through it. The address may be one that only Terraform knows.
    ///
    /// Source: mrsimonemms/gitpod-self-hosted, whose records point at the nodes behind its load balancers.
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
    let Some(ingress) = config.ingress.get().filter(|_| plan.gitpod.is_some()) else {
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
        .found(via.span, "the load balancer has no address")
        .help("add `address` beside it: an address or a name, or `\"${…}\"` for what only Terraform knows");
    report.push(finding.note("the DNS records point at the machines without one, past the load balancer"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn only_for_a_load_balancer_without_one() {
        check(
            r"
ingress: {via: loadBalancer}
#              ^^^^^^^^^^^^ warning[ingress-address-missing]: The load balancer has no address
",
        );
        check("ingress: {via: nodes}\n");
        check("ingress: {via: loadBalancer, address: \"${lb.ip}\"}\n");
    }
}
