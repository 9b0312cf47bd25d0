//! See [`RULE`].

use super::ranges::addresses;
use crate::model::{Config, NodeRole};
use crate::rules::{Reads, Report, declare_rule};
use std::net::IpAddr;

declare_rule! {
    /// `cluster.api.host` is the address of an agent.
    ///
    /// ## Why
    ///
    /// Machines register at that address, at port 6443 of a server. An agent does not listen there, so no machine joins.
    ///
    /// Source: k3s docs, "Requirements", "Networking".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   api: {host: 10.2.0.12}
    ///   nodes:
    ///     - {name: rack-1, role: server, address: 10.2.0.11}
    ///     - {name: rack-2, role: agent, address: 10.2.0.12}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   api: {host: 10.2.0.11}
    ///   nodes:
    ///     - {name: rack-1, role: server, address: 10.2.0.11}
    ///     - {name: rack-2, role: agent, address: 10.2.0.12}
    /// ```
    "api-host-is-agent", Error, since "0.1.0", fix None, always, Reads::Model(check), spoils policy
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.get() else {
        return;
    };
    let host = cluster.api.get().and_then(|api| api.host.spanned());
    let Some((host, written)) = host.and_then(|host| Some((host.span, host.value.as_known()?))) else {
        return;
    };
    let Ok(written) = written.parse::<IpAddr>() else {
        return;
    };
    let of_agent = |at| {
        let mut nodes = cluster.nodes.items();
        nodes.any(|node| {
            node.value.address.span() == Some(at) && node.value.role.get() == Some(&NodeRole::Agent)
        })
    };
    for (address, ip) in addresses(config) {
        if ip == written && of_agent(address.span) {
            let finding = report
                .found(host, format!("`{ip}` is the address of an agent"))
                .and(address.span, "the agent")
                .help("use the address of a server, or one that leads to all servers");
            report.push(finding.note("nothing listens there at port 6443, and no machine joins"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_api_at_an_agent() {
        check(
            r"
cluster:
  api: {host: 10.2.0.12}
#             ^^^^^^^^^ error[api-host-is-agent]: `10.2.0.12` is the address of an agent
  nodes:
    - {name: rack-1, role: server, address: 10.2.0.11}
    - {name: rack-2, role: agent, address: 10.2.0.12}
",
        );
    }
}
