//! See [`RULE`].

use super::shell::place;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command that needs k3s runs before k3s is installed.
    ///
    /// ## Why
    ///
    /// `beforeK3s` runs with `set -eu` before anything of k3s is on the machine: the command is not found, the script exits, and
    /// the machine never becomes a node.
    ///
    /// Source: docs/artifacts.md, the order of a machine's steps; k3s docs, "Cluster Access".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {beforeK3s: [kubectl apply -f /opt/acme.yaml]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {afterK3s: [test ! -e /etc/rancher/k3s/k3s.yaml || kubectl apply -f /opt/acme.yaml]}
    /// ```
    "hook-too-early", Error, since "0.1.0", fix None, suppressible, Reads::Model(check)
}

/// The commands that k3s installs.
const OF_K3S: [&str; 4] = ["kubectl", "k3s", "crictl", "ctr"];

fn check(_: &Config, report: &mut Report<'_>) {
    for hook in report.hooks().iter().filter(|hook| hook.is_early) {
        let early = hook.commands().iter().find(|command| {
            let unit = command.runs(&["systemctl"])
                && command.has(&["k3s", "k3s-agent", "k3s.service", "k3s-agent.service"]);
            unit && command.has(&["start", "restart"])
                || command.words.first().is_some_and(|word| OF_K3S.contains(word))
        });
        let Some(early) = early else { continue };
        let what = early.words.first().copied().unwrap_or_default();
        let message = match what {
            "systemctl" => "k3s is started before it is installed".to_owned(),
            _ => format!("`{what}` is not available before k3s is installed"),
        };
        let finding = report
            .found(place(report, hook, early), message)
            .help("move the command to `afterK3s`");
        report.push(finding.note("the script exits there, and the machine never becomes a node"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn commands_of_k3s() {
        check(
            r"
cloudInit:
  beforeK3s: [kubectl get nodes, apt-get install -y kubectl, 'systemctl enable --now iscsid']
#             ^^^^^^^ error[hook-too-early]: `kubectl` is not available before k3s is installed
",
        );
        check(
            r"
cloudInit:
  beforeK3s:
    - true && systemctl restart k3s
#             ^^^^^^^^^ error[hook-too-early]: k3s is started before it is installed
",
        );
        check(
            r#"
cloudInit: {beforeK3s: ["echo 'kubectl get nodes' >/etc/motd"], afterK3s: [kubectl get nodes]}
#                                                                          ^^^^^^^ warning[hook-kubectl-on-agents]: `kubectl` fails on agents, which have no kubeconfig
"#,
        );
    }
}
