//! See [`RULE`].

use super::written::sets;
use crate::diagnostic::Fix;
use crate::facts::k3s::may_label_itself;
use crate::model::Config;
use crate::rules::edit::entry;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A node cannot set a label of Kubernetes on itself.
    ///
    /// ## Why
    ///
    /// Labels under `kubernetes.io` and `k8s.io` are reserved for the control plane. The kubelet accepts only a short list of them
    /// and exits on any other, so the machine never joins. `node-role.kubernetes.io/worker` is the usual case.
    ///
    /// Source: Kubernetes `staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go`; k3s-io/k3s#10916.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   pools:
    ///     - {name: main, labels: {node-role.kubernetes.io/worker: "true"}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// A label of your own, or `kubectl label node` once the node is there.
    ///
    /// ```yaml
    /// cluster:
    ///   pools:
    ///     - {name: main, labels: {acme.dev/role: worker}}
    /// ```
    "label-restricted-prefix", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    for set in sets(config) {
        for (key, value) in set.labels.entries() {
            if may_label_itself(&key.value) {
                continue;
            }
            let message = format!("restricted label `{}`: a node cannot set it on itself", key.value);
            let place = entry(report, key.span, value.span);
            let finding = report
                .found(key.span, message)
                .help(format!(
                    "use your own prefix, or set it later with `kubectl label node NAME {}={}`",
                    key.value, value.value
                ))
                .note("the kubelet exits with `unknown 'kubernetes.io' or 'k8s.io' labels`, and the machine never joins");
            report.push(finding.fix(Fix::risky(format!("remove `{}`", key.value), place, "")));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn restricted_labels_in_every_map() {
        check(
            r#"
cluster:
  servers: {count: 1, labels: {kubernetes.io/role: server}}
#                              ^^^^^^^^^^^^^^^^^^ error[label-restricted-prefix]: restricted label `kubernetes.io/role`: a node cannot set it on itself
  pools:
    - name: main
      labels:
        acme.dev/tier: one
        "node-role.kubernetes.io/worker": "true"
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[label-restricted-prefix]: restricted label `node-role.kubernetes.io/worker`: a node cannot set it on itself
        topology.kubernetes.io/zone: nbg1
"#,
        );
    }

    #[test]
    fn the_fix_removes_the_entry() {
        check_fix(
            "label-restricted-prefix",
            r#"
cluster:
  servers: {count: 1, labels: {a: b, kubernetes.io/role: server}}
  pools:
    - name: main
      labels:
        node-role.kubernetes.io/worker: "true" # as everybody does
        acme.dev/tier: one
    - {name: more, labels: {x.k8s.io/a: "1", c: d}}
    - {name: last, labels: {x.k8s.io/a: "1"}}
    - name: lines
      labels: {
        x.k8s.io/a: "1", b: c,
        x.k8s.io/d: e
      }
"#,
            r#"
cluster:
  servers: {count: 1, labels: {a: b}}
  pools:
    - name: main
      labels:
        acme.dev/tier: one
    - {name: more, labels: {c: d}}
    - {name: last, labels: {}}
    - name: lines
      labels: {
        b: c,
      }
"#,
        );
    }
}
