//! See [`RULE`].

use super::passthrough::{managed, passed};
use crate::facts::k3s::{API_PORT, BY_HAND, FLAGS_OF_KEYS};
use crate::model::{Config, Raw};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

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

/// The port of the supervisor and the API.
const LISTEN_PORT: &str = "https-listen-port";

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
        if name == LISTEN_PORT && !matches!(passed.value.value, Raw::Int(port) if port == i64::from(API_PORT))
        {
            let finding = report
                .found(
                    passed.key.span,
                    format!("the rest of the tree is made for the API's port {API_PORT}"),
                )
                .help("leave it out: a load balancer may listen at another port");
            report.push(finding.note("machines join, and firewalls open, at that port"));
            continue;
        }
        if let Some(instead) = passed.managed() {
            written(report, passed.key.span, name, instead);
        }
        for (text, value) in passed.arguments() {
            let flag = text.split('=').next().unwrap_or(text).trim_start_matches('-');
            let same = FLAGS_OF_KEYS
                .iter()
                .find(|(of, known, _)| *of == name && *known == flag);
            if let Some(instead) = same.and_then(|(.., key)| managed(key)) {
                written(report, value.span, flag, instead);
            }
        }
    }
}

/// Reports what gkc writes itself, for which there is the key `instead`.
fn written(report: &mut Report<'_>, at: Span, name: &str, instead: &str) {
    let help = match instead {
        "labels" | "taints" => format!("write `{instead}` under `servers`, a pool or a node"),
        "autoscale" => "write `autoscale` for the pool: its machines get it".to_owned(),
        _ => format!("write `{instead}`"),
    };
    let finding = report.found(at, format!("`{name}` is written by gkc")).help(help);
    report.push(finding.note("here it would take the place of what the rest of the tree is made for"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn keys_of_ours_aliases_and_additions() {
        check(
            r"
k3s:
  serverConfig:
    cluster-cidr: 10.50.0.0/16
#   ^^^^^^^^^^^^ error[k3s-key-managed]: `cluster-cidr` is written by gkc
    tls-san+: [a]
#   ^^^^^^^^ error[k3s-key-managed]: `tls-san` is written by gkc
    t: x
#   ^ error[k3s-key-managed]: `t` is written by gkc
    cluster-reset: true
#   ^^^^^^^^^^^^^ error[k3s-key-managed]: `cluster-reset` is for one run, not for every start
    kube-apiserver-arg: [a=b]
    https-listen-port: 7443
#   ^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: The rest of the tree is made for the API's port 6443
  agentConfig:
    node-label: [a=b]
#   ^^^^^^^^^^ error[k3s-key-managed]: `node-label` is written by gkc
    with-node-id: true
#   ^^^^^^^^^^^^ error[k3s-key-managed]: `with-node-id` is written by gkc
    kubelet-arg: [--node-labels=a=b, node-labels+=a=b, max-pods=50]
#                 ^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: `node-labels` is written by gkc
    kube-proxy-arg: cluster-cidr=10.50.0.0/16
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: `cluster-cidr` is written by gkc
",
        );
    }
}
