//! See [`RULE`].

use super::ranges::used;
use crate::diagnostic::Severity;
use crate::facts::k3s::{LARGEST_SERVICES, SMALL_SERVICES};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;

declare_rule! {
    /// The range of services is larger or smaller than Kubernetes can work with.
    ///
    /// ## Why
    ///
    /// The API server refuses a range of IPv4 with more than 2^20 addresses, so k3s does not start. Gitpod alone has some thirty
    /// services. In a small range another service may get the tenth address before the cluster's DNS does, which then has none:
    /// that is a warning.
    ///
    /// Source: kube-apiserver `cmd/kube-apiserver/app/options/validation.go`; k3s-io/k3s#10611.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {network: {services: 10.0.0.0/8, nodes: 192.168.0.0/24, pods: 172.16.0.0/16}}
    /// gitpod: {workspace: {cidr: 192.168.5.0/30}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {services: 10.96.0.0/12, nodes: 192.168.0.0/24, pods: 172.16.0.0/16}}
    /// gitpod: {workspace: {cidr: 192.168.5.0/30}}
    /// ```
    "service-range-size", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// A range with fewer addresses has no tenth one for the cluster's DNS.
const SMALLEST: u8 = 28;

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let ranges = used(config, plan, report);
    let services = ranges.iter().find(|range| range.what == "services");
    let Some((services, span)) = services.and_then(|services| Some((services, services.span?))) else {
        return;
    };
    let IpNet::V4(net) = services.net else { return };
    let help = "write a range between a /12 and a /20, such as `10.43.0.0/16`";
    let finding = match net.prefix_len() {
        length if length < LARGEST_SERVICES => report
            .found(span, format!("`{net}` is too large a range for services"))
            .note("the API server refuses it, so k3s does not start"),
        length if length > SMALLEST => report
            .found(
                span,
                format!("`{net}` has no tenth address for the cluster's DNS"),
            )
            .note("nothing in the cluster is found by name"),
        length if length >= SMALL_SERVICES => {
            let mut finding = report
                .found(span, format!("`{net}` is a small range for services"))
                .note("another service may get the address of the cluster's DNS first (k3s#10611); the range cannot be changed later");
            finding.severity = Severity::Warning;
            finding
        }
        _ => return,
    };
    report.push(finding.help(help));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn too_large_too_small_and_small() {
        check(
            "service-range-size",
            r#"
platform: none
cluster: {api: {host: a.b.c}, network: {services: 10.0.0.0/8, nodes: 192.168.0.0/24, pods: 172.16.0.0/16}}
#                                                 ^^^^^^^^^^ error: `10.0.0.0/8` is too large a range for services
"#,
        );
        check(
            "service-range-size",
            r#"
cluster: {network: {services: 10.43.0.0/29}}
#                             ^^^^^^^^^^^^ error: `10.43.0.0/29` has no tenth address
"#,
        );
        check(
            "service-range-size",
            r#"
cluster: {network: {services: 10.43.0.0/24}}
#                             ^^^^^^^^^^^^ warning: `10.43.0.0/24` is a small range for services
"#,
        );
        check(
            "service-range-size",
            r#"
cluster: {network: {services: 10.43.0.0/20}}
"#,
        );
        check(
            "service-range-size",
            r#"
cluster: {network: {services: 'fd00:43::/112'}}
"#,
        );
    }
}
