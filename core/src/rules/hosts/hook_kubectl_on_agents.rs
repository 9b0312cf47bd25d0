//! See [`RULE`].

use super::shell::{commands, place};
use crate::model::Config;
use crate::plan::Plan;
use crate::rules::cluster::written::has_machines;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A command for the cluster runs on machines that may not command it.
    ///
    /// ## Why
    ///
    /// `afterK3s` runs on every machine. Agents have no kubeconfig, so `kubectl` fails there, and the machine says that its setup
    /// failed. The test in front makes it a command of servers. What is to be in the cluster once is better a manifest under
    /// `/var/lib/rancher/k3s/server/manifests`.
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

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cloud_init) = config
        .cloud_init
        .get()
        .filter(|_| plan.agents().any(has_machines))
    else {
        return;
    };
    for item in cloud_init.after_k3s.items() {
        let script = &item.value.0;
        // A script that decides something may decide this; one with a kubeconfig of its own has one.
        if ["if ", "case ", "&&", "||", "--kubeconfig", "KUBECONFIG"]
            .iter()
            .any(|word| script.contains(word))
        {
            continue;
        }
        let command = commands(script)
            .into_iter()
            .find(|command| command.runs(&["kubectl"]) || command.runs(&["k3s", "kubectl"]));
        let Some(command) = command else { continue };
        let finding = report
            .found(place(report, item, &command), "`kubectl` has no kubeconfig on agents, where this runs too")
            .help("write `test ! -e /etc/rancher/k3s/k3s.yaml ||` in front, or bring a manifest with `cloudInit.files`");
        report.push(finding.note("it fails there, and the machine says that its setup failed"));
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn where_there_are_agents() {
        check(
            r"
cloudInit: {afterK3s: [kubectl get nodes]}
#                      ^^^^^^^ warning[hook-kubectl-on-agents]: `kubectl` has no kubeconfig on agents, where this runs too
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
