//! See [`RULE`].

use super::ranges::addresses;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use std::collections::BTreeMap;

declare_rule! {
    /// Two machines have the same address.
    ///
    /// ## Why
    ///
    /// Each machine looks for the interface with its address and passes it to k3s. If two share one, connections to the API, the
    /// kubelet and the tunnels between nodes reach sometimes one and sometimes the other.
    ///
    /// Source: RFC 5227, section 1; k3s docs, `--node-ip`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   nodes:
    ///     - {name: rack-1, role: server, address: 10.2.0.11}
    ///     - {name: rack-2, role: agent, address: 10.2.0.11}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   nodes:
    ///     - {name: rack-1, role: server, address: 10.2.0.11}
    ///     - {name: rack-2, role: agent, address: 10.2.0.12}
    /// ```
    "duplicate-node-address", Error, since "0.1.0", fix None, always, Reads::Model(check), doubles address
}

fn check(config: &Config, report: &mut Report<'_>) {
    let mut seen = BTreeMap::new();
    for (address, ip) in addresses(config) {
        let Some(first) = seen.get(&ip) else {
            seen.insert(ip, address.span);
            continue;
        };
        let finding = report
            .found(address.span, format!("duplicate machine address `{ip}`"))
            .and(*first, "first used here")
            .help("use a different address for each machine");
        report.push(finding.note("connections reach sometimes one machine and sometimes the other"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_second_is_flagged() {
        check(
            r"
cluster:
  nodes:
    - {name: a, role: server, address: 10.2.0.1}
    - {name: b, role: agent, address: 10.2.0.2}
    - {name: c, role: agent, address: 10.2.0.1}
#                                     ^^^^^^^^ error[duplicate-node-address]: duplicate machine address `10.2.0.1`
    - {name: d, role: agent}
    - {name: e, role: agent}
",
        );
    }
}
