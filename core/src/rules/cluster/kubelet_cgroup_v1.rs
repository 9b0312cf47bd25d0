//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::facts::hosts::host;
use crate::facts::k3s::CGROUP_V2_ONLY;
use crate::model::{Config, Os};
use crate::plan::{Plan, Role};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The operating system boots with cgroup v1, which the kubelet does not start with.
    ///
    /// ## Why
    ///
    /// From Kubernetes 1.35 on, the kubelet ends at its start on a machine with cgroup v1, as Ubuntu 20.04 boots. `fail-cgroupv1=false` in
    /// `kubelet-arg` turns that off; support of cgroup v1 will be removed.
    ///
    /// Source: kubernetes/kubernetes `pkg/kubelet/apis/config/v1beta1/defaults.go` at v1.34.4, v1.35.4 and v1.36.1.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: none
    /// cluster: {os: ubuntu-20.04, api: {host: k3s.acme.dev}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: none
    /// cluster: {os: ubuntu-22.04, api: {host: k3s.acme.dev}}
    /// ```
    "kubelet-cgroup-v1", Error, since "0.1.0", fix Unsafe, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let minor = plan.kubernetes_minor();
    if host(plan.os).cgroup_v2 || minor < CGROUP_V2_ONLY {
        return;
    }
    // Turned off on every machine, it works for now.
    let accepts = |role: Role| {
        let arguments = plan.k3s.passed(role, "kubelet-arg");
        arguments.is_some_and(|arguments| arguments.texts().any(|text| text.contains("fail-cgroupv1=false")))
    };
    if accepts(Role::Server) && (accepts(Role::Agent) || plan.agents().next().is_none()) {
        return;
    }
    let written = config.cluster.get().and_then(|cluster| cluster.os.span());
    let at = written.unwrap_or_else(|| report.anchor());
    let better = Os::Ubuntu2204.as_str();
    let finding = report
        .found(
            at,
            format!(
                "Kubernetes 1.{minor} requires cgroup v2, which `{}` does not use",
                plan.os.as_str()
            ),
        )
        .help(format!("use `{better}`"))
        .note(
            "the kubelet ends at its start with `kubelet is configured to not run on a host using cgroup v1`",
        );
    let fix = written.and_then(|_| edit::write(report, at, better, Applicability::Unsafe));
    report.push(edit::attach(finding, fix));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn from_kubernetes_1_35_on() {
        check(
            r"
platform: none
cluster: {os: ubuntu-20.04, api: {host: a.b}}
#             ^^^^^^^^^^^^ error[kubelet-cgroup-v1]: Kubernetes 1.36 requires cgroup v2, which `ubuntu-20.04` does not use
",
        );
        check("platform: none\ncluster: {os: ubuntu-22.04, api: {host: a.b}}\n");
        check(
            "platform: none\nk3s: {version: v1.34.12+k3s1}\ncluster: {os: ubuntu-20.04, api: {host: a.b}}\n",
        );
    }

    #[test]
    fn a_kubelet_that_is_told_to_start() {
        let passed = "serverConfig: {kubelet-arg: [fail-cgroupv1=false]}, agentConfig: {kubelet-arg: [fail-cgroupv1=false]}";
        check(&format!(
            "platform: none\nk3s: {{{passed}}}\ncluster: {{os: ubuntu-20.04, api: {{host: a.b}}}}\n"
        ));
    }
}
