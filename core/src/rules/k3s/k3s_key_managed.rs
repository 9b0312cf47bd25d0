//! See [`RULE`].

use super::passthrough::passed;
use crate::diagnostic::stages::FLOW_BLOCKED;
use crate::facts::k3s::{API_PORT, BY_HAND};
use crate::facts::k3s_flags::FLAGS_OF_KEYS;
use crate::model::{Config, Raw, managed_key};
use crate::rules::{Reads, Report, declare_rule};
use crate::source::Span;

declare_rule! {
    /// A passthrough key overrides what gkc writes.
    ///
    /// ## Why
    ///
    /// The rest of the output (firewall rules, certificates, the tailnet policy, workload labels) is built for gkc's own value.
    /// Flags for a single run, such as `cluster-reset`, would run on every start.
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
    "k3s-key-managed", Error, since "0.1.0", fix None, always, Reads::Model(check), silences FLOW_BLOCKED
}

/// The keys of the port of the supervisor and the API.
const LISTEN_PORTS: [&str; 2] = ["https-listen-port", "supervisor-port"];

fn is_api_port(value: &Raw) -> bool {
    match value {
        Raw::Int(port) => *port == i64::from(API_PORT),
        Raw::Text(port) => port.parse() == Ok(API_PORT),
        _ => false,
    }
}

fn check(config: &Config, report: &mut Report<'_>) {
    for passed in passed(config) {
        let name = passed.name();
        if BY_HAND.contains(&name) {
            let finding = report
                .found(
                    passed.key.span,
                    format!("`{name}` is for a single run, not for every start"),
                )
                .help(format!("remove it, and run `k3s server --{name}` by hand"));
            report.push(finding.note("k3s would reset the cluster on every start"));
            continue;
        }
        if LISTEN_PORTS.contains(&name) && !is_api_port(&passed.value.value) {
            let finding = report
                .found(
                    passed.key.span,
                    format!("unsupported API port: gkc requires {API_PORT}"),
                )
                .help("remove it; a load balancer may listen on another port");
            report.push(finding.note("machines join through that port, and firewalls open it"));
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
            if let Some(instead) = same.and_then(|(.., key)| managed_key(key)) {
                written(report, value.span, flag, instead);
            }
        }
    }
}

/// Reports a key that gkc manages through the key `instead`.
fn written(report: &mut Report<'_>, at: Span, name: &str, instead: &str) {
    let help = match instead {
        "labels" | "taints" => format!("set `{instead}` under `servers`, a pool or a node"),
        "autoscale" => "set `autoscale` for the pool: its machines get it".to_owned(),
        _ => format!("use `{instead}`"),
    };
    let finding = report.found(at, format!("`{name}` is managed by gkc")).help(help);
    report.push(finding.note("it would override the value that the rest of the output is built for"));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn managed_keys_aliases_and_additions() {
        check(
            r"
k3s:
  serverConfig:
    cluster-cidr: 10.50.0.0/16
#   ^^^^^^^^^^^^ error[k3s-key-managed]: `cluster-cidr` is managed by gkc
    tls-san+: [a]
#   ^^^^^^^^ error[k3s-key-managed]: `tls-san` is managed by gkc
    t: x
#   ^ error[k3s-key-managed]: `t` is managed by gkc
    cluster-reset: true
#   ^^^^^^^^^^^^^ error[k3s-key-managed]: `cluster-reset` is for a single run, not for every start
    kube-apiserver-arg: [profiling=false]
    https-listen-port: 7443
#   ^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: unsupported API port: gkc requires 6443
    supervisor-port: 9345
#   ^^^^^^^^^^^^^^^ error[k3s-key-managed]: unsupported API port: gkc requires 6443
  agentConfig:
    node-label: [a=b]
#   ^^^^^^^^^^ error[k3s-key-managed]: `node-label` is managed by gkc
    with-node-id: true
#   ^^^^^^^^^^^^ error[k3s-key-managed]: `with-node-id` is managed by gkc
    kubelet-arg: [--node-labels=a=b, node-labels+=a=b, max-pods=50]
#                 ^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: `node-labels` is managed by gkc
    kube-proxy-arg: cluster-cidr=10.50.0.0/16
#                   ^^^^^^^^^^^^^^^^^^^^^^^^^ error[k3s-key-managed]: `cluster-cidr` is managed by gkc
",
        );
    }
}
