//! The way into the machines and the cluster.

use super::word;
use crate::emit::k3s::API_PORT;
use crate::emit::page::{Steps, ssh};
use crate::plan::{Address, Plan};

/// The steps from machines that start to a cluster that answers.
pub(super) fn steps(steps: &mut Steps<'_>, plan: &Plan) {
    let server = ssh(plan, "SERVER");
    steps.step("Wait until every machine reports `finished`:");
    steps.command(&format!("{server} tail -n 3 /var/lib/gkc/status"));
    steps.line("`failed at` names the step that failed; its output is in `/var/log/cloud-init-output.log`.");
    match &plan.tailnet {
        Some(tailnet) => {
            if !tailnet.admins.is_empty() {
                steps.line(
                    "`SERVER` is the machine's address in the tailnet, where `tailscale.admins` have access.",
                );
            }
            steps.line("All machines must be in the tailnet, with their tags:");
            steps.command(&format!("{server} sudo tailscale status"));
        }
        None => steps.end(),
    }
    kubeconfig(steps, plan, &server);
}

fn kubeconfig(steps: &mut Steps<'_>, plan: &Plan, server: &str) {
    steps.step("Copy the kubeconfig from the first server, and set its API address:");
    let host = word(&plan.api.people, "");
    // Where people come another way than machines, and there is no name for that.
    let elsewhere = plan.api.people == plan.api.host
        && plan.api.people_at != plan.api.at
        && plan.api.at != Address::Given;
    let copy = format!("{server} sudo cat /etc/rancher/k3s/k3s.yaml");
    let copy = match elsewhere || host.is_empty() {
        // Its certificate may not have this address, but always has that name.
        true => format!(
            "(umask 077 && {copy} >kubeconfig)\nexport KUBECONFIG=\"$PWD/kubeconfig\"\n\
             kubectl config set-cluster default --server=https://SERVER:{API_PORT} --tls-server-name=kubernetes"
        ),
        false => format!(
            "(umask 077 && {copy} |\n  sed 's#server: https://.*#server: https://{host}:{API_PORT}#' >kubeconfig)\nexport KUBECONFIG=\"$PWD/kubeconfig\""
        ),
    };
    steps.command(&format!("{copy}\nkubectl get nodes -o wide"));
    let servers = plan.server_count();
    let agents: u32 = plan.agents().map(|set| set.count.least()).sum();
    steps.line(match servers + agents {
        1 => "The node must be `Ready`.".to_owned(),
        all => format!("All {all} nodes must be `Ready`; {servers} with the role `control-plane`."),
    });
    steps.end();
}
