//! See [`RULE`].

use super::is_everybody;
use crate::model::Config;
use crate::plan::{Plan, parse_cidr};
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// Workspaces may not reach the platform, since `ingress.allow` does not name where their packets come from.
    ///
    /// ## Why
    ///
    /// Workspaces call the platform by its public name, as browsers do. Their packets leave with the public address of their machine, or
    /// with that of the NAT gateway or the router in front of it, and a firewall drops them there if it lets in other addresses only.
    /// On the machine that answers it works all the same, so that only some workspaces start.
    ///
    /// gkc does not know those addresses. It asks where no entry is a single address, and none is the machines' own network.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// ingress: {allow: [203.0.113.0/24]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// # The office, and the address that the machines come from.
    /// ingress: {allow: [203.0.113.0/24, 198.51.100.7/32]}
    /// ```
    "ingress-allow-without-machines", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(allow) = config.ingress.get().and_then(|ingress| ingress.allow.spanned()) else {
        return;
    };
    let Some(domain) = plan.domain.as_ref().filter(|_| !plan.needs.names.is_empty()) else {
        return;
    };
    let names_machines = |range: &str| {
        let holds_them = |net: IpNet| {
            let own = plan.networks.nodes.iter().any(|own| net.contains(own));
            own || net.prefix_len() == net.max_prefix_len()
        };
        // What cannot be read may be anything.
        is_everybody(range) || parse_cidr(range).is_none_or(holds_them)
    };
    let mut written = allow.value.iter();
    if written.any(|range| range.text().is_none_or(names_machines)) {
        return;
    }
    let finding = report
        .found(
            allow.span,
            "`ingress.allow` may shut out the machines and their workspaces",
        )
        .help("add the addresses that machines have outside their own network");
    report.push(finding.note(format!(
        "workspaces reach `{domain}` from the address of their machine or of the NAT gateway in front of it"
    )));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn where_the_machines_come_from_is_asked_for() {
        check(
            r"
ingress: {allow: [203.0.113.0/24]}
#                ^^^^^^^^^^^^^^^^ info[ingress-allow-without-machines]: `ingress.allow` may shut out the machines and their workspaces
",
        );
        check("ingress: {allow: [203.0.113.0/24, 198.51.100.7/32]}\n");
        check("ingress: {allow: [0.0.0.0/0]}\n");
        check("ingress: {address: 10.2.0.9, allow: [10.0.0.0/8]}\n");
        check(
            r"
platform: none
#         ^^^^ error[api-host-missing]: missing `cluster.api.host`: machines have no address to register at
ingress: {allow: [203.0.113.0/24]}
^^^^^^^ error[conflicting-keys]: `platform: none` does not read `ingress`
",
        );
    }
}
