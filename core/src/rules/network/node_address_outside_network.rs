//! See [`RULE`].

use super::ranges::{addresses, end_of, is_without_machines, used};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A machine's address is outside the machine range or reserved in it.
    ///
    /// ## Why
    ///
    /// On boot a machine waits for an interface with an address inside `cluster.network.nodes` and passes it to k3s; the firewall
    /// admits internal traffic only from that range. A machine outside the range finds no such interface and could not reach the
    /// others.
    ///
    /// Source: k3s docs, "Requirements", inbound rules; k3s-io/k3s#12056, #1824.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   nodes: [{name: rack-1, role: server, address: 192.168.1.11}]
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   network: {nodes: 192.168.1.0/24}
    ///   nodes: [{name: rack-1, role: server, address: 192.168.1.11}]
    /// ```
    "node-address-outside-network", Error, since "0.1.0", fix None, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let ranges = used(config, plan, report);
    let Some(machines) = ranges
        .iter()
        .find(|range| range.what == "machines" && !range.second)
    else {
        return;
    };
    // `cidr-overlap` covers addresses among pods or services.
    let taken = |ip: &std::net::IpAddr| {
        ranges
            .iter()
            .any(|range| range.what != "machines" && range.net.contains(ip))
    };
    for (address, ip) in addresses(config) {
        let Some(which) = end_of(machines.net, ip) else {
            continue;
        };
        let message = format!(
            "invalid machine address `{ip}`: the {which} address of `{}`",
            machines.net
        );
        let finding = report
            .found(address.span, message)
            .and(machines.near, machines.label())
            .help("use the machine's own address");
        report
            .push(finding.note("the machine waits for an interface with that address, and k3s never starts"));
    }
    let outside: Vec<_> = addresses(config)
        .into_iter()
        .filter(|(_, ip)| !machines.net.contains(ip) && !taken(ip))
        .collect();
    let Some(((first, ip), rest)) = outside.split_first() else {
        return;
    };
    let message = format!("machine address `{ip}` is outside the range `{}`", machines.net);
    // Where no machine is in the range, it is the range that is wrong.
    let finding = match machines.span.filter(|_| is_without_machines(machines, config)) {
        Some(range) => {
            let message = format!("range `{}` includes no machine", machines.net);
            report
                .found(range, message)
                .and(first.span, "a machine's address")
        }
        None => report
            .found(first.span, message)
            .and(machines.near, machines.label()),
    };
    let finding = rest
        .iter()
        .fold(finding, |finding, (other, _)| {
            finding.and(other.span, "also outside")
        })
        .help("set `cluster.network.nodes` to a range that includes all machines")
        .note("the machine waits for an interface with an address in that range, and k3s never starts");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_finding_for_all_of_them() {
        check(
            r"
cluster:
  nodes:
    - {name: a, role: server, address: 10.2.0.1}
    - {name: b, role: agent, address: 192.168.1.2}
#                                     ^^^^^^^^^^^ error[node-address-outside-network]: machine address `192.168.1.2` is outside the range `10.2.0.0/16`
    - {name: c, role: agent, address: 192.168.1.3}
",
        );
    }

    #[test]
    fn the_ends_of_a_range() {
        check(
            r"
cluster:
  nodes:
    - {name: a, role: server, address: 10.2.0.0}
#                                      ^^^^^^^^ error[node-address-outside-network]: invalid machine address `10.2.0.0`: the first address of `10.2.0.0/16`
    - {name: b, role: agent, address: 10.2.1.0}
",
        );
    }

    #[test]
    fn inside_is_fine() {
        check(
            r"
cluster: {provider: raspberry-pi, nodes: [{name: a, role: server, address: 192.168.1.2}]}
#                   ^^^^^^^^^^^^ error[arch-not-amd64]: Gitpod does not run on Raspberry Pis
",
        );
    }

    #[test]
    fn a_range_without_any_machine() {
        check(
            r"
platform: none
cluster:
  network: {nodes: 192.168.20.0/24}
#                  ^^^^^^^^^^^^^^^ error[node-address-outside-network]: range `192.168.20.0/24` includes no machine
  nodes: [{name: a, role: server, address: 192.168.2.10}, {name: b, role: agent, address: 192.168.2.11}]
",
        );
    }
}
