//! See [`RULE`].

use super::node_ports::{node_ports, written};
use crate::diagnostic::Applicability;
use crate::facts::k3s::{API_PORT, ETCD_PORTS, KUBELET_PORT, NODE_PORTS};
use crate::model::Config;
use crate::plan::{Datastore, Plan};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The NodePort range includes ports that are already in use.
    ///
    /// ## Why
    ///
    /// Kubernetes picks a random port from the range for each NodePort or LoadBalancer service and forwards it on every machine,
    /// whatever listens there. A service on 443, on sshd's port or on the API's takes that port over. Since ports are picked at
    /// random, it may take months to happen.
    ///
    /// Source: Kubernetes docs, "Service", `--service-node-port-range`; k3s docs, "Requirements", "Networking".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {service-node-port-range: 80-32767}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {service-node-port-range: 31000-32767}}
    /// ```
    "nodeport-range-overlap", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check)
}

/// The key of k3s, and the flag of the API server.
fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    for ((text, value), whole) in written(config) {
        let Some(range) = node_ports(text) else { continue };
        let taken: Vec<String> = taken(plan)
            .into_iter()
            .filter(|(port, _)| range.contains(port))
            .map(|(port, whose)| format!("{port} ({whose})"))
            .collect();
        if taken.is_empty() {
            continue;
        }
        let finding = report
            .found(
                value.span,
                format!("port range `{text}` includes ports in use: {}", taken.join(", ")),
            )
            .help(format!("use `{NODE_PORTS}`, the default, or remove it"))
            .note("Kubernetes forwards a service's port on every machine, whatever listens there");
        let fix = edit::write(report, value.span, NODE_PORTS, Applicability::Unsafe).filter(|_| whole);
        report.push(edit::attach(finding, fix));
    }
}

/// The ports in use on the machines.
fn taken(plan: &Plan) -> Vec<(u16, &'static str)> {
    let mut taken = vec![(plan.host.ssh_port, "sshd")];
    taken.extend(plan.needs.client_ports().map(|(port, _)| (port.port, port.whose)));
    taken.extend([(API_PORT, "the Kubernetes API"), (KUBELET_PORT, "the kubelet")]);
    if plan.k3s.datastore == Datastore::Etcd {
        taken.extend([(ETCD_PORTS.0, "etcd"), (ETCD_PORTS.1, "etcd")]);
    }
    crate::sorted::sort(&mut taken);
    taken
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn in_either_key() {
        check(
            r"
k3s: {serverConfig: {service-node-port-range: 80-9000}}
#                                             ^^^^^^^ error[nodeport-range-overlap]: port range `80-9000` includes ports in use: 80 (Gitpod), 443 (Gitpod), 2244 (sshd), 2379 (etcd), 2380 (etcd), 6443 (the Kubernetes API)
",
        );
        check(
            r"
platform: none
k3s: {serverConfig: {kube-apiserver-arg: [audit-log-maxage=30, service-node-port-range=6000+500]}}
#                                                              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[nodeport-range-overlap]: port range `6000+500` includes ports in use: 6443 (the Kubernetes API)
cluster: {api: {host: k3s.acme.dev}}
",
        );
        check(
            r#"
k3s: {serverConfig: {service-node-port-range: 30000-32767}}
"#,
        );
        check(
            r"
k3s: {serverConfig: {service-node-port-range: nonsense}}
#                                             ^^^^^^^^ error[k3s-value-invalid]: invalid port range `nonsense`
",
        );
    }

    #[test]
    fn the_fix_writes_the_default() {
        check_fix(
            "nodeport-range-overlap",
            r#"k3s: {serverConfig: {service-node-port-range: 1-65535}}
"#,
            r#"k3s: {serverConfig: {service-node-port-range: "30000-32767"}}
"#,
        );
    }
}
