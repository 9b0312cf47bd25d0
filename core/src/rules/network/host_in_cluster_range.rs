//! See [`RULE`].

use super::ranges::end_of;
use crate::facts::providers::Provider;
use crate::model::{Bindable, Config, Spanned};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use ipnet::IpNet;
use std::net::IpAddr;

declare_rule! {
    /// An address that others use is one of pods or services, or one that no machine gets.
    ///
    /// ## Why
    ///
    /// Addresses of pods and services lead somewhere only inside the cluster, and a new cluster gives them to others. The first and the last
    /// address of a network are the network's own, and on Hetzner the one behind the first is the router's.
    ///
    /// Source: Kubernetes docs, "Service", "Virtual IPs and Service Proxies"; RFC 1122, 3.2.1.3; docs.hetzner.com, "Networks", FAQ.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// database: {external: {host: 10.43.200.1, username: gitpod, password: {env: DB_PASSWORD}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// database: {external: {host: 10.2.0.30, username: gitpod, password: {env: DB_PASSWORD}}}
    /// ```
    "host-in-cluster-range", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let cluster = config.cluster.get();
    let api = cluster.and_then(|cluster| cluster.api.get());
    let ingress = config.ingress.get().and_then(|ingress| ingress.address.spanned());
    let database = config
        .external_database()
        .and_then(|external| external.host.spanned());
    let host = api.and_then(|api| api.host.spanned());
    // Of those that others come to, `cidr-overlap` says that they are in a range of the cluster.
    let hosts = [(ingress, false), (database, true), (host, false)];
    for (host, is_others) in hosts {
        let Some((host, address)) = host.and_then(|host| Some((host, known(host)?))) else {
            continue;
        };
        // A range over the machines is another mistake.
        let is_outside = |range: &IpNet| {
            let mut nodes = plan.networks.nodes.iter();
            is_others
                && !nodes.any(|nodes| nodes.contains(&range.network()) || range.contains(&nodes.network()))
        };
        let of = |ranges: &[IpNet]| ranges.iter().find(|range| range.contains(&address)).copied();
        let (message, help) = if let Some(nodes) = of(&plan.networks.nodes) {
            let router = plan.provider == Provider::Hetzner && nodes.hosts().next() == Some(address);
            match end_of(nodes, address) {
                Some(which) => (
                    format!("`{address}` is the {which} address of `{nodes}`, which no machine gets"),
                    "use the address of a machine or a load balancer",
                ),
                None if router => (
                    format!("`{address}` is the router of Hetzner's network `{nodes}`"),
                    "use the address of a machine or a load balancer",
                ),
                None => continue,
            }
        } else if let Some(range) = of(&plan.networks.pods).filter(is_outside) {
            (
                format!("`{address}` is in the pod range `{range}`"),
                "use an address outside the cluster",
            )
        } else if let Some(range) = of(&plan.networks.services).filter(is_outside) {
            (
                format!("`{address}` is in the service range `{range}`"),
                "use an address outside the cluster",
            )
        } else {
            continue;
        };
        report.push(report.found(host.span, message).help(help));
    }
}

fn known(host: &Spanned<Bindable>) -> Option<IpAddr> {
    host.value.as_known()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn addresses_of_the_cluster() {
        check(
            r"
ingress: {address: 10.77.1.0}
#                  ^^^^^^^^^ error[host-in-cluster-range]: `10.77.1.0` is the first address of `10.77.1.0/24`, which no machine gets
cluster: {network: {nodes: 10.77.1.0/24}, api: {host: 10.77.1.255}}
#                                                     ^^^^^^^^^^^ error[host-in-cluster-range]: `10.77.1.255` is the last address of `10.77.1.0/24`, which no machine gets
database: {external: {host: 10.42.7.9, username: gitpod, password: {env: P}}}
#                           ^^^^^^^^^ error[host-in-cluster-range]: `10.42.7.9` is in the pod range `10.42.0.0/16`
",
        );
        check(
            r"
platform: none
cluster:
  provider: hetzner
#           ^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
  network: {nodes: 10.8.0.0/16}
  api: {host: 10.8.0.1}
#             ^^^^^^^^ error[host-in-cluster-range]: `10.8.0.1` is the router of Hetzner's network `10.8.0.0/16`
",
        );
    }
}
