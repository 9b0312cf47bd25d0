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
    /// A node's name is its identity. The second machine that registers under it is refused with "Node password rejected", or takes the
    /// first one's place; pools of one name would get one another's files. Capitals make no difference: k3s writes names in
    /// small letters. A pool that is called `server` has the servers' names at the provider.
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
    "duplicate-node-name", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

/// What stands for the servers in the names of machines, in the Terraform roots and at the provider.
const SERVERS: &str = "server";

fn check(config: &Config, report: &mut Report<'_>) {
    let mut seen: BTreeMap<String, &Spanned<String>> = BTreeMap::new();
    for set in sets(config) {
        let (Some(kind), Some(name)) = (set.kind, set.name.filter(|name| !name.value.is_empty())) else {
            continue;
        };
        if kind == "pool" && name.value == SERVERS {
            let message =
                format!("machines of this pool would be called as the servers are: `…-{SERVERS}-1`");
            let finding = report
                .found(name.span, message)
                .help("give the pool another name")
                .note("the provider takes a name once, and so does Terraform");
            report.push(finding);
        }
        let Some(first) = seen.get(&name.value.to_lowercase()) else {
            seen.insert(name.value.to_lowercase(), name);
            continue;
        };
        let message = match first.value == name.value {
            true => format!("two {kind}s are called `{}`", name.value),
            false => format!("two {kind}s are called `{}`, but for capitals", name.value),
        };
        let finding = report
            .found(name.span, message)
            .and(first.span, "the other one")
            .help("give each a name of its own")
            .note("a machine that registers under another's name is refused with `Node password rejected`");
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn the_second_is_pointed_at() {
        check(
            r"
cluster:
  nodes:
    - {name: rpi-1, role: server, address: 10.2.0.1}
    - {name: RPI-1, role: agent, address: 10.2.0.2}
#            ^^^^^ error[duplicate-node-name]: Two machines are called `RPI-1`, but for capitals
#            ^^^^^ error[node-name-invalid]: `RPI-1` cannot be the name of a machine: it has capital letters
    - {name: rpi-1, role: agent, address: 10.2.0.3}
#            ^^^^^ error[duplicate-node-name]: Two machines are called `rpi-1`
",
        );
        check(
            r"
cluster:
  pools: [{name: main}, {name: main}]
#                              ^^^^ error[duplicate-node-name]: Two pools are called `main`
",
        );
    }

    #[test]
    fn a_pool_leaves_the_servers_their_names() {
        check(
            r"
cluster:
  pools: [{name: server}, {name: servers}]
#                ^^^^^^ error[duplicate-node-name]: Machines of this pool would be called as the servers are: `…-server-1`
",
        );
    }

    #[test]
    fn different_names_are_fine() {
        check("cluster: {pools: [{name: main}, {name: more}]}\n");
    }
}
