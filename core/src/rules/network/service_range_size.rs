//! See [`RULE`].

use super::ranges::used;
use crate::diagnostic::Severity;
use crate::facts::k3s::{LARGEST_SERVICES_IPV6, SERVICES_BITS, SMALL_SERVICES};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;
use ipnet::IpNet;

declare_rule! {
    /// The service range is too large or too small.
    ///
    /// ## Why
    ///
    /// The API server rejects a range of more than 2^20 addresses, so k3s does not start. A platform has some thirty services.
    /// In a small range another service may take the tenth address before the cluster's DNS does, which is a warning.
    ///
    /// Source: kube-apiserver `cmd/kube-apiserver/app/options/validation.go`; k3s-io/k3s#10611.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {services: 10.0.0.0/8, nodes: 192.168.0.0/24, pods: 172.16.0.0/16}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {services: 10.96.0.0/12, nodes: 192.168.0.0/24, pods: 172.16.0.0/16}}
    /// ```
    "service-range-size", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// Lengths of prefixes.
struct Bounds {
    /// The API server rejects shorter ones.
    largest: u8,
    /// k3s says that shorter ones do not work (docs/networking/basic-network-options.md).
    largest_supported: u8,
    /// From here on another service may take the DNS address first.
    small: u8,
    /// Longer ones have no tenth address for the cluster DNS.
    smallest: u8,
    help: &'static str,
}

const IPV4: Bounds = Bounds {
    largest: 32 - SERVICES_BITS,
    largest_supported: 32 - SERVICES_BITS,
    small: SMALL_SERVICES,
    smallest: 28,
    help: "use a range between /12 and /20, such as `10.43.0.0/16`",
};

const IPV6: Bounds = Bounds {
    largest: 128 - SERVICES_BITS,
    largest_supported: LARGEST_SERVICES_IPV6,
    small: 128 - (32 - SMALL_SERVICES),
    smallest: 124,
    help: "use a range between /112 and /116, such as `fd00:43::/112`",
};

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let ranges = used(config, plan, report);
    for services in ranges.iter().filter(|range| range.what == "services") {
        let Some(span) = services.span else { continue };
        let bounds = match services.net {
            IpNet::V4(_) => &IPV4,
            IpNet::V6(_) => &IPV6,
        };
        check_range(services.net, span, bounds, report);
    }
}

fn check_range(net: IpNet, span: Span, bounds: &Bounds, report: &mut Report<'_>) {
    let mut finding = match net.prefix_len() {
        length if length < bounds.largest => report
            .found(span, format!("service range `{net}` is too large"))
            .note("the API server rejects it, so k3s does not start"),
        length if length < bounds.largest_supported => report
            .found(span, format!("service range `{net}` is larger than k3s supports"))
            .note("the API server may accept it, but k3s documents that it does not work"),
        length if length > bounds.smallest => report
            .found(span, format!("service range `{net}` has no tenth address for the cluster DNS"))
            .note("no name resolves in the cluster"),
        length if length >= bounds.small => report
            .found(span, format!("service range `{net}` is small"))
            .note("another service may take the cluster DNS address first (k3s-io/k3s#10611), and the range cannot be changed later"),
        _ => return,
    };
    let works = bounds.largest..=bounds.smallest;
    if works.contains(&net.prefix_len()) {
        finding.severity = Severity::Warning;
    }
    report.push(finding.help(bounds.help));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn too_large_too_small_and_small() {
        check(
            r"
platform: none
cluster: {api: {host: a.b.c}, network: {services: 10.0.0.0/8, nodes: 192.168.0.0/24, pods: 172.16.0.0/16}}
#                                                 ^^^^^^^^^^ error[service-range-size]: service range `10.0.0.0/8` is too large
",
        );
        check(
            r"
cluster: {network: {services: 10.43.0.0/29}}
#                             ^^^^^^^^^^^^ error[service-range-size]: service range `10.43.0.0/29` has no tenth address for the cluster DNS
",
        );
        check(
            r"
cluster: {network: {services: 10.43.0.0/24}}
#                             ^^^^^^^^^^^^ warning[service-range-size]: service range `10.43.0.0/24` is small
",
        );
        check(
            r#"
cluster: {network: {services: 10.43.0.0/20}}
"#,
        );
        check(
            r"
cluster: {network: {services: 'fd00:43::/112'}}
#                             ^^^^^^^^^^^^^^^ error[cidr-family-mismatch]: IPv6 range `fd00:43::/112` conflicts with the IPv4 range of machines
",
        );
    }

    #[test]
    fn dual_stack() {
        check(
            r"
cluster: {network: {ipv6: {nodes: 'fd00:2::/64', services: fd00:43::/64}}}
#                                                          ^^^^^^^^^^^^ error[service-range-size]: service range `fd00:43::/64` is too large
",
        );
        check(
            r"
cluster: {network: {ipv6: {nodes: 'fd00:2::/64', services: fd00:43::/108}}}
#                                                          ^^^^^^^^^^^^^ warning[service-range-size]: service range `fd00:43::/108` is larger than k3s supports
",
        );
        check(
            r"
cluster: {network: {ipv6: {nodes: 'fd00:2::/64', services: fd00:43::/120}}}
#                                                          ^^^^^^^^^^^^^ warning[service-range-size]: service range `fd00:43::/120` is small
",
        );
        check(
            r"
cluster: {network: {ipv6: {nodes: 'fd00:2::/64', services: fd00:43::/125}}}
#                                                          ^^^^^^^^^^^^^ error[service-range-size]: service range `fd00:43::/125` has no tenth address for the cluster DNS
",
        );
        check("cluster: {network: {ipv6: {nodes: 'fd00:2::/64', services: 'fd00:43::/112'}}}\n");
    }
}
