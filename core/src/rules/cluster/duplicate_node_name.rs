//! See [`RULE`].

use super::written::sets;
use crate::model::{Config, Spanned};
use crate::rules::{Reads, Report, declare_rule};
use std::collections::BTreeMap;

declare_rule! {
    /// Two pools or two machines have the same name.
    ///
    /// ## Why
    ///
    /// A node's name is its identity. A second machine that registers under the same name is refused with "Node password rejected"
    /// or takes the first one's place, and pools of the same name would share files. Names are case-insensitive, because k3s
    /// lower-cases them. A pool named `server` would name its machines like the servers.
    ///
    /// Source: k3s-io/k3s#6054, #802, #2769; vitobotta/hetzner-k3s#390.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   pools:
    ///     - {name: main}
    ///     - {name: main}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   pools:
    ///     - {name: services, workloads: [meta, ide, services]}
    ///     - {name: workspaces, workloads: [regular, headless]}
    /// ```
    "duplicate-node-name", Error, since "0.1.0", fix None, always, Reads::Model(check), doubles name
}

/// Stands for the servers in machine names, both in Terraform and at the provider.
const SERVERS: &str = "server";

fn check(config: &Config, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for set in sets(config) {
        let (Some(kind), Some(name)) = (set.kind, set.name.filter(|name| !name.value.is_empty())) else {
            continue;
        };
        if kind == "pool" && name.value == SERVERS {
            let message = format!("machines of this pool would have the servers' names, `…-{SERVERS}-1`");
            let finding = report
                .found(name.span, message)
                .help("rename the pool")
                .note("the provider and Terraform accept each name only once");
            report.push(finding);
        }
        let Some(first) = seen.get(&name.value.to_lowercase()) else {
            seen.insert(name.value.to_lowercase(), name);
            continue;
        };
        let message = match first.value == name.value {
            true => format!("duplicate {kind} name `{}`", name.value),
            false => format!(
                "duplicate {kind} name `{}`: names are case-insensitive",
                name.value
            ),
        };
        let finding = report
            .found(name.span, message)
            .and(first.span, "first used here")
            .help("rename one of them")
            .note("a machine that registers under an existing name is refused with `Node password rejected`");
        report.push(finding);
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
    - {name: rpi-1, role: server, address: 10.2.0.1}
    - {name: RPI-1, role: agent, address: 10.2.0.2}
#            ^^^^^ error[duplicate-node-name]: duplicate machine name `RPI-1`: names are case-insensitive
#            ^^^^^ error[node-name-invalid]: invalid machine name `RPI-1`: contains upper-case letters
    - {name: rpi-1, role: agent, address: 10.2.0.3}
#            ^^^^^ error[duplicate-node-name]: duplicate machine name `rpi-1`
",
        );
        check(
            r"
cluster:
  pools: [{name: main}, {name: main}]
#                              ^^^^ error[duplicate-node-name]: duplicate pool name `main`
",
        );
    }

    #[test]
    fn a_pool_named_server() {
        check(
            r"
cluster:
  pools: [{name: server}, {name: servers}]
#                ^^^^^^ error[duplicate-node-name]: machines of this pool would have the servers' names, `…-server-1`
",
        );
    }

    #[test]
    fn different_names_are_fine() {
        check("cluster: {pools: [{name: main}, {name: more}]}\n");
    }
}
