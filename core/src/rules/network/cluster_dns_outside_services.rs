//! See [`RULE`].

use super::ranges::{end_of, used};
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule, edit};
use std::net::IpAddr;

declare_rule! {
    /// The cluster's DNS has an address that its service cannot get.
    ///
    /// ## Why
    ///
    /// CoreDNS is a service, so its address lies in the range of services; the first of it is the Kubernetes API's. k3s tells every
    /// pod the address without a look at the range: nothing in the cluster finds anything by name.
    ///
    /// Source: k3s-io/k3s `pkg/cli/server/server.go`, which only parses the value.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {services: 10.96.0.0/16, dns: 10.43.0.10}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {services: 10.96.0.0/16, dns: 10.96.0.10}}
    /// ```
    "cluster-dns-outside-services", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let network = config.cluster.get().and_then(|cluster| cluster.network.get());
    let Some(dns) = network.and_then(|network| network.dns.spanned()) else {
        return;
    };
    let ranges = used(config, plan, report);
    let (Ok(address), Some(services)) = (
        dns.value.parse::<IpAddr>(),
        ranges
            .iter()
            .find(|range| range.what == "services" && !range.second),
    ) else {
        return;
    };
    let first = services.net.hosts().next();
    let message = if !services.net.contains(&address) {
        format!(
            "`{address}` lies outside the range of services (`{}`)",
            services.net
        )
    } else if Some(address) == first {
        format!("`{address}` is the Kubernetes API's own address")
    } else if let Some(which) = end_of(services.net, address) {
        format!(
            "no service gets `{address}`, the {which} address of `{}`",
            services.net
        )
    } else {
        return;
    };
    let finding = report
        .found(dns.span, message)
        .and(services.near, services.label())
        .note("k3s tells every pod this address for DNS; nothing answers there, so no name is found in the cluster");
    let Some(tenth) = services.net.hosts().nth(9) else {
        report.push(finding.help(format!("choose an address inside `{}`", services.net)));
        return;
    };
    let finding = finding.help(format!("write `{tenth}`, or leave the key out"));
    let fix = edit::write(report, dns.span, &tenth.to_string(), Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn outside_or_taken() {
        check(
            r"
cluster: {network: {dns: 10.42.0.10}}
#                        ^^^^^^^^^^ error[cluster-dns-outside-services]: `10.42.0.10` lies outside the range of services (`10.43.0.0/16`)
",
        );
        check(
            r"
cluster: {network: {services: 10.96.0.0/16, dns: 10.96.0.1}}
#                                                ^^^^^^^^^ error[cluster-dns-outside-services]: `10.96.0.1` is the Kubernetes API's own address
",
        );
        check(
            r"
cluster: {network: {dns: 10.43.255.255}}
#                        ^^^^^^^^^^^^^ error[cluster-dns-outside-services]: No service gets `10.43.255.255`, the last address of `10.43.0.0/16`
",
        );
        check("cluster: {network: {dns: 10.43.0.53}}\n");
        check("cluster: {network: {services: 10.96.0.0/16}}\n");
    }

    #[test]
    fn the_tenth_is_written() {
        check_fix(
            "cluster-dns-outside-services",
            "cluster: {network: {services: 10.96.0.0/16, dns: '10.43.0.10'}}\n",
            "cluster: {network: {services: 10.96.0.0/16, dns: '10.96.0.10'}}\n",
        );
    }
}
