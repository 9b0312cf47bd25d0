//! See [`RULE`].

use super::passthrough::passed;
use crate::facts::k3s::BY_HAND;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A k3s key is handed through that gkc writes itself.
    ///
    /// ## Why
    ///
    /// The key would take the place of what gkc writes. The rest of the tree is made for the other value: firewall rules, certificates,
    /// the tailnet's policy, labels of workloads. Flags for a single run, such as `cluster-reset`, would run at every start.
    ///
    /// Source: k3s docs, "Configuration File", where the last value of a key wins; "etcd-snapshot", for `cluster-reset`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {cluster-cidr: 10.50.0.0/16}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {pods: 10.50.0.0/16}}
    /// ```
    "k3s-key-managed", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for passed in passed(config) {
        let name = passed.name();
        if BY_HAND.contains(&name) {
            let finding = report
                .found(
                    passed.key.span,
                    format!("`{name}` is for one run, not for every start"),
                )
                .help(format!("leave it out, and run `k3s server --{name}` by hand"));
            report.push(finding.note("every start of k3s would reset the cluster again"));
            continue;
        }
        let Some(instead) = passed.managed() else { continue };
        let help = match instead {
            "labels" | "taints" => format!("write `{instead}` under `servers`, a pool or a node"),
            "autoscale" => "write `autoscale` for the pool: its machines get it".to_owned(),
            _ => format!("write `{instead}`"),
        };
        let finding = report
            .found(passed.key.span, format!("`{name}` is written by gkc"))
            .help(help)
            .note("here it would take the place of what the rest of the tree is made for");
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn keys_of_ours_aliases_and_additions() {
        check(
            "k3s-key-managed",
            r"
k3s:
  serverConfig: {cluster-cidr: 10.50.0.0/16, tls-san+: [a], t: x, cluster-reset: true, kube-apiserver-arg: [a=b]}
#                ^^^^^^^^^^^^ error: `cluster-cidr` is written by gkc
#                                            ^^^^^^^^ error: `tls-san` is written by gkc
#                                                           ^ error: `t` is written by gkc
#                                                                 ^^^^^^^^^^^^^ error: `cluster-reset` is for one run, not for every start
  agentConfig:
    node-label: [a=b]
#   ^^^^^^^^^^ error: `node-label` is written by gkc
    with-node-id: true
#   ^^^^^^^^^^^^ error: `with-node-id` is written by gkc
",
        );
    }
}
