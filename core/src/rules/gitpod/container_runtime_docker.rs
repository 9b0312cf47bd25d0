//! See [`RULE`].

use crate::diagnostic::Fix;
use crate::facts::k3s::CONTAINERD;
use crate::model::Config;
use crate::rules::k3s::passthrough::passed;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// Gitpod requires k3s's own containerd.
    ///
    /// ## Why
    ///
    /// ws-daemon watches workspaces through containerd's socket and folders, and gkc sets those of k3s in the Installer's
    /// configuration. With Docker, or a runtime at another socket, every workspace fails while it starts.
    ///
    /// Source: gitpod-io/gitpod#2876, #4587, #7787; k3s docs, "k3s agent", "Agent Runtime".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// k3s: {serverConfig: {docker: true}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// k3s: {serverConfig: {docker: false}}
    /// ```
    "container-runtime-docker", Error, since "0.1.0", fix Unsafe, always, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    for passed in passed(config) {
        let span = passed.value.span;
        let finding = match passed.name() {
            "docker" if passed.is_on() => report
                .found(span, "Gitpod does not support Docker as the container runtime")
                .help("set it to `false`, or remove the key")
                .fix(Fix::risky("set it to `false`", span, "false")),
            "container-runtime-endpoint" => {
                let Some(endpoint) = passed.text().filter(|endpoint| !endpoint.contains(CONTAINERD)) else {
                    continue;
                };
                report
                    .found(
                        span,
                        format!("Gitpod does not use the container runtime at `{endpoint}`"),
                    )
                    .help("remove the key: k3s includes containerd")
            }
            _ => continue,
        };
        report.push(finding.note(format!(
            "ws-daemon requires the containerd under `{CONTAINERD}`, and starts no workspace without it"
        )));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn docker_and_other_sockets() {
        check(
            r"
k3s:
  serverConfig: {docker: true}
#                        ^^^^ error[container-runtime-docker]: Gitpod does not support Docker as the container runtime
  agentConfig: {container-runtime-endpoint: unix:///run/cri-dockerd.sock}
#                                           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[container-runtime-docker]: Gitpod does not use the container runtime at `unix:///run/cri-dockerd.sock`
",
        );
        check(
            r#"
k3s: {agentConfig: {container-runtime-endpoint: /run/k3s/containerd/containerd.sock}}
"#,
        );
        check(
            r"
platform: none
k3s: {serverConfig: {docker: true}}
cluster: {api: {host: k3s.acme.dev}}
",
        );
    }

    #[test]
    fn the_fix_disables_docker() {
        check_fix(
            "container-runtime-docker",
            r#"k3s: {agentConfig: {docker: true}}
"#,
            r#"k3s: {agentConfig: {docker: false}}
"#,
        );
    }
}
