//! See [`RULE`].

use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use crate::text::Text;

declare_rule! {
    /// Machines register at the address of one server out of several.
    ///
    /// ## Why
    ///
    /// Machines that have joined know all servers, but a new or rebuilt one asks at the fixed address only: it cannot join while that
    /// server is gone, though the others run. A name with a record for each server works: k3s tries one address after the other. So do
    /// the address of a load balancer and a virtual address.
    ///
    /// Source: k3s docs, "High Availability Embedded etcd", fixed registration address.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   nodes:
    ///     - {name: a, role: server, address: 10.2.0.11}
    ///     - {name: b, role: server, address: 10.2.0.12}
    ///     - {name: c, role: server, address: 10.2.0.13}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   api: {host: k3s.acme.dev}
    ///   nodes:
    ///     - {name: a, role: server, address: 10.2.0.11}
    ///     - {name: b, role: server, address: 10.2.0.12}
    ///     - {name: c, role: server, address: 10.2.0.13}
    /// ```
    "api-on-one-server", Info, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let is_host = |address: &String| plan.api.host == Text::bindable(address.clone());
    let one = plan.servers().find_map(|server| {
        Some((
            server,
            server.address.as_ref().filter(|address| is_host(address))?,
        ))
    });
    let Some((server, address)) = one else { return };
    if plan.server_count() < 2 {
        return;
    }
    let cluster = config.cluster.get();
    let api = cluster.and_then(|cluster| cluster.api.get());
    let written = api.and_then(|api| api.host.span());
    let nodes = cluster.and_then(|cluster| cluster.nodes.spanned());
    let Some(at) = written.or(nodes.map(|nodes| nodes.key)) else {
        return;
    };
    let finding = report
        .found(
            at,
            format!(
                "machines register at `{address}`, the address of `{}` alone",
                server.name
            ),
        )
        .help(
            "set `cluster.api.host` to a name with a record for each server, or to a load balancer's address",
        )
        .note("no machine joins while that server is gone, though the others run");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_first_of_several() {
        check(
            r"
cluster:
  nodes:
# ^^^^^ info[api-on-one-server]: machines register at `10.2.0.11`, the address of `a` alone
    - {name: a, role: server, address: 10.2.0.11}
    - {name: b, role: server, address: 10.2.0.12}
    - {name: c, role: server, address: 10.2.0.13}
",
        );
        check(
            r"
cluster:
  api: {host: k3s.acme.dev}
  nodes:
    - {name: a, role: server, address: 10.2.0.11}
    - {name: b, role: server, address: 10.2.0.12}
    - {name: c, role: server, address: 10.2.0.13}
",
        );
        check(
            r"
cluster:
  nodes:
    - {name: a, role: server, address: 10.2.0.11}
    - {name: b, role: agent, address: 10.2.0.12}
",
        );
    }
}
