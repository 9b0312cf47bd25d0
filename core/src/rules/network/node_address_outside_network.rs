//! See [`RULE`].

use super::ranges::{addresses, end_of, used};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A named machine has an address that the range of machines does not have for it.
    ///
    /// ## Why
    ///
    /// A machine waits at its start for an interface with an address inside `cluster.network.nodes` and gives it to k3s; the firewall
    /// lets internal traffic in from that range only. A machine outside of it finds no interface, and could not reach the others.
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
    // An address among pods or services is reported as that.
    let taken = |ip: &std::net::IpAddr| {
        ranges
            .iter()
            .any(|range| range.what != "machines" && range.net.contains(ip))
    };
    for (address, ip) in addresses(config) {
        let Some(which) = end_of(machines.net, ip) else {
            continue;
        };
        let message = format!("no machine has `{ip}`, the {which} address of `{}`", machines.net);
        let finding = report
            .found(address.span, message)
            .and(machines.near, machines.label())
            .help("write the machine's own address, without the range");
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
    let message = format!("`{ip}` lies outside the range of machines (`{}`)", machines.net);
    let finding = report
        .found(first.span, message)
        .and(machines.near, machines.label());
    let finding = rest
        .iter()
        .fold(finding, |finding, (other, _)| {
            finding.and(other.span, "outside as well")
        })
        .help("set `cluster.network.nodes` to a range that holds the addresses of all machines")
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
#                                     ^^^^^^^^^^^ error[node-address-outside-network]: `192.168.1.2` lies outside the range of machines (`10.2.0.0/16`)
    - {name: c, role: agent, address: 192.168.1.3}
",
        );
    }

    #[test]
    fn the_ends_of_a_range_are_nobodys() {
        check(
            r"
cluster:
  nodes:
    - {name: a, role: server, address: 10.2.0.0}
#                                      ^^^^^^^^ error[node-address-outside-network]: No machine has `10.2.0.0`, the first address of `10.2.0.0/16`
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
}
