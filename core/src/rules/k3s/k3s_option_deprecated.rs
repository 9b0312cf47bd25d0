//! See [`RULE`].

use super::arguments::{mistake, outdated};
use super::passthrough::{Passed, passed};
use crate::diagnostic::Diagnostic;
use crate::facts::k3s::Version;
use crate::facts::k3s_flags::program_of;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A k3s key or an argument of a Kubernetes component is deprecated.
    ///
    /// ## Why
    ///
    /// It still works or has no effect. k3s ignores a key that a later version does not have, and a component exits on such an argument, so
    /// the upgrade fails on each machine.
    ///
    /// Source: k3s#14300, for `helm-job-image`; k3s-io/k3s `pkg/cli/cmds/server.go`; the flags of Kubernetes v1.33 to v1.37 and of etcd v3.5
    /// to v3.7.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {agentConfig: {kube-proxy-arg: ["metrics-port=10249"]}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {agentConfig: {kube-proxy-arg: ["metrics-bind-address=127.0.0.1:10249"]}}
    /// ```
    "k3s-option-deprecated", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let version = plan.k3s.install.version();
    let minor = version.as_ref().map(|version| version.minor);
    for passed in passed(config) {
        if let Some(finding) = key(&passed, version.as_ref(), report) {
            report.push(finding);
        }
        let Some(program) = program_of(passed.name()) else {
            continue;
        };
        for (text, value) in passed.arguments() {
            let Some((why, help)) = outdated(program, text, minor) else {
                continue;
            };
            if mistake(program, text, minor).is_some() {
                continue;
            }
            let finding = report.found(value.span, why).help(help);
            report.push(finding);
        }
    }
}

fn key(passed: &Passed<'_>, version: Option<&Version>, report: &Report<'_>) -> Option<Diagnostic> {
    let key = passed.known().filter(|key| key.roles.contains(&passed.role))?;
    let replaced = key.replaced.as_ref()?;
    if version.is_some_and(|version| !version.has(replaced.since)) {
        return None;
    }
    let finding = report.found(passed.key.span, format!("key `{}` is deprecated", key.key));
    Some(finding.help(format!("use `{}`", replaced.by)))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn keys() {
        check(
            r"
k3s:
  version: v1.36.5+k3s1
  serverConfig:
    helm-job-image: registry.acme.dev/klipper-helm:v1
#   ^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: key `helm-job-image` is deprecated
    kube-controller-arg: [v=2]
#   ^^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: key `kube-controller-arg` is deprecated
",
        );
        check(
            "k3s: {version: v1.36.2+k3s1, serverConfig: {helm-job-image: registry.acme.dev/klipper-helm:v1}}\n",
        );
    }

    #[test]
    fn arguments() {
        check(
            r"
k3s:
  version: v1.36.5+k3s1
  serverConfig:
    kube-apiserver-arg: [default-watch-cache-size=200]
#                        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: kube-apiserver argument `default-watch-cache-size` is deprecated
    kube-controller-manager-arg: [concurrent-service-syncs=5, node-sync-period=soon]
#                                 ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: kube-controller-manager argument `concurrent-service-syncs` is deprecated, and removed in Kubernetes v1.37
#                                                             ^^^^^^^^^^^^^^^^^^^^^ error[k3s-argument-invalid]: expected a duration in `node-sync-period=soon`
    etcd-arg: [experimental-compact-hash-check-enabled=true, experimental-compaction-batch-limit=1000, discovery-proxy=x]
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: etcd argument `experimental-compact-hash-check-enabled` is deprecated, and removed in k3s v1.37
#                                                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: etcd argument `experimental-compaction-batch-limit` is deprecated, and removed in k3s v1.37
#                                                                                                      ^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: etcd argument `discovery-proxy` is deprecated, and removed in k3s v1.37
  agentConfig:
    kube-proxy-arg: [metrics-port=10249, metrics-bind-address=0.0.0.0]
#                    ^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: kube-proxy argument `metrics-port` is deprecated
    kubelet-arg: [max-pods=110, minimum-container-ttl-duration=1m]
#                               ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: kubelet argument `minimum-container-ttl-duration` is deprecated
",
        );
        check(
            r"
k3s: {version: v1.33.5+k3s1, serverConfig: {etcd-arg: experimental-compaction-batch-limit=1000}, agentConfig: {kubelet-arg: pod-infra-container-image=pause}}
#              ^^^^^^^^^^^^ warning[k3s-version-vulnerable]: k3s v1.33.5+k3s1 lacks the fix of CVE-2025-31133
#                                                                                                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[k3s-option-deprecated]: kubelet argument `pod-infra-container-image` is deprecated, and removed in Kubernetes v1.35
",
        );
    }
}
