//! See [`RULE`].

use super::written::sets;
use crate::diagnostic::Fix;
use crate::facts::k3s::may_label_itself;
use crate::model::Config;
use crate::rules::edit::entry;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A label belongs to Kubernetes, and a machine may not give it to itself.
    ///
    /// ## Why
    ///
    /// Labels of `kubernetes.io` and `k8s.io` say what the control plane knows of a node. A kubelet that is told to set one, but for
    /// a short list, exits at once, so the machine never joins. `node-role.kubernetes.io/worker` is the one that everybody tries.
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
            let message = format!("a machine may not give itself the label `{}`", key.value);
            let place = entry(report, key.span, value.span);
            let finding = report
                .found(key.span, message)
                .help(format!(
                    "use a prefix of your own, or set it later: `kubectl label node NAME {}={}`",
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
    fn labels_of_kubernetes_are_refused_in_every_map() {
        check(
            r#"
cluster:
  servers: {count: 1, labels: {kubernetes.io/role: server}}
#                              ^^^^^^^^^^^^^^^^^^ error[label-restricted-prefix]: A machine may not give itself the label `kubernetes.io/role`
  pools:
    - name: main
      labels:
        acme.dev/tier: one
        "node-role.kubernetes.io/worker": "true"
#       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[label-restricted-prefix]: A machine may not give itself the label `node-role.kubernetes.io/worker`
        topology.kubernetes.io/zone: nbg1
"#,
        );
    }

    #[test]
    fn it_is_removed_with_its_line_or_its_comma() {
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
