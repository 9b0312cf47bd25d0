//! See [`RULE`].

use super::shell::place;
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::cluster::written::has_machines;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A hook runs `kubectl` on machines without a kubeconfig.
    ///
    /// ## Why
    ///
    /// `afterK3s` runs on every machine. Agents have no kubeconfig, so `kubectl` fails there, and the machine reports that its
    /// setup failed. The test in the example limits the command to servers. Resources that the cluster needs once are better a
    /// manifest under `/var/lib/rancher/k3s/server/manifests`.
    ///
    /// Source: k3s docs, "Cluster Access"; docs/artifacts.md.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cloudInit: {afterK3s: [kubectl apply -f /opt/acme.yaml]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cloudInit: {afterK3s: [test ! -e /etc/rancher/k3s/k3s.yaml || kubectl apply -f /opt/acme.yaml]}
    /// ```
    "hook-kubectl-on-agents", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(_: &Config, plan: &Plan, report: &mut Report<'_>) {
    if !plan.agents().any(has_machines) {
        return;
    }
    for hook in report.hooks().iter().filter(|hook| !hook.is_early) {
        let script = hook.text();
        // A conditional script may check for this itself, and one may bring its own kubeconfig.
        if ["if ", "case ", "&&", "||", "--kubeconfig", "KUBECONFIG"]
            .iter()
            .any(|word| script.contains(word))
        {
            continue;
        }
        let command = hook
            .commands()
            .iter()
            .find(|command| command.runs(&["kubectl"]) || command.runs(&["k3s", "kubectl"]));
        let Some(command) = command else { continue };
        let finding = report
            .found(place(report, hook, command), "`kubectl` fails on agents, which have no kubeconfig")
            .help("prefix it with `test ! -e /etc/rancher/k3s/k3s.yaml ||`, or add a manifest to `cloudInit.files`");
        report.push(
            finding.note("hooks run on every machine, and a failed hook marks the machine's setup as failed"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn with_agents() {
        check(
            r"
cloudInit: {afterK3s: [kubectl get nodes]}
#                      ^^^^^^^ warning[hook-kubectl-on-agents]: `kubectl` fails on agents, which have no kubeconfig
",
        );
        check(
            r#"
cluster: {pools: []}
cloudInit: {afterK3s: [kubectl get nodes]}
"#,
        );
        check(
            r#"
cloudInit: {afterK3s: ['if test -e /x; then kubectl get nodes; fi']}
"#,
        );
    }
}
