//! See [`RULE`].

use super::ranges::{end_of, used};
use crate::diagnostic::Applicability;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule, edit};
use ipnet::IpNet;
use std::net::IpAddr;

declare_rule! {
    /// The cluster DNS address is not available in the service range.
    ///
    /// ## Why
    ///
    /// CoreDNS is a service, so its address must be in the service range, whose first address belongs to the Kubernetes API. k3s
    /// passes the address to every pod without checking it: no name resolves in the cluster.
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
    // Where the range overlaps another, or is too small, it is wrong as likely as the address.
    let overlaps = |net: &IpNet| net.contains(&services.net) || services.net.contains(net);
    let is_doubtful = ranges
        .iter()
        .any(|range| range.what != services.what && overlaps(&range.net));
    let Some(tenth) = services.net.hosts().nth(9).filter(|_| !is_doubtful) else {
        return;
    };
    let first = services.net.hosts().next();
    let message = if !services.net.contains(&address) {
        format!(
            "DNS address `{address}` is outside the service range `{}`",
            services.net
        )
    } else if Some(address) == first {
        format!("DNS address `{address}` belongs to the Kubernetes API")
    } else if let Some(which) = end_of(services.net, address) {
        format!(
            "DNS address `{address}` is the {which} address of `{}`, which no service gets",
            services.net
        )
    } else {
        return;
    };
    let finding = report
        .found(dns.span, message)
        .and(services.near, services.label())
        .note("pods use this address for DNS, but nothing answers there, so no name resolves in the cluster");
    let finding = finding.help(format!("use `{tenth}`, or remove the key"));
    let fix = edit::write(report, dns.span, &tenth.to_string(), Applicability::Unsafe);
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn outside_or_in_use() {
        check(
            r"
cluster: {network: {dns: 10.42.0.10}}
#                        ^^^^^^^^^^ error[cluster-dns-outside-services]: DNS address `10.42.0.10` is outside the service range `10.43.0.0/16`
",
        );
        check(
            r"
cluster: {network: {services: 10.96.0.0/16, dns: 10.96.0.1}}
#                                                ^^^^^^^^^ error[cluster-dns-outside-services]: DNS address `10.96.0.1` belongs to the Kubernetes API
",
        );
        check(
            r"
cluster: {network: {dns: 10.43.255.255}}
#                        ^^^^^^^^^^^^^ error[cluster-dns-outside-services]: DNS address `10.43.255.255` is the last address of `10.43.0.0/16`, which no service gets
",
        );
        check("cluster: {network: {dns: 10.43.0.53}}\n");
        check(
            r"
cluster: {network: {services: 10.96.0.0/29, dns: 10.96.0.10}}
#                             ^^^^^^^^^^^^ error[service-range-size]: service range `10.96.0.0/29` has no tenth address for the cluster DNS
",
        );
        check("cluster: {network: {services: 10.96.0.0/16}}\n");
    }

    #[test]
    fn the_fix_writes_the_tenth_address() {
        check_fix(
            "cluster-dns-outside-services",
            "cluster: {network: {services: 10.96.0.0/16, dns: '10.43.0.10'}}\n",
            "cluster: {network: {services: 10.96.0.0/16, dns: '10.96.0.10'}}\n",
        );
    }
}
