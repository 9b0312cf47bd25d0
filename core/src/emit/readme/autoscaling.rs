//! What the cluster autoscaler needs at the provider.

use super::word;
use crate::emit::page::Steps;
use crate::plan::{Autoscaler, NodeSet, Plan, shown};

/// What has to be there before it runs.
pub(super) fn beforehand(steps: &mut Steps<'_>, plan: &Plan, autoscaler: &Autoscaler) {
    let Autoscaler::Hetzner {
        network, firewall, ..
    } = autoscaler
    else {
        return;
    };
    steps.line(format!(
        "The cluster autoscaler looks both up by name or ID: the network `{}` and, for its machines, the firewall `{}`.",
        shown(network),
        shown(firewall)
    ));
    steps.line("It reports no error for one that does not exist: its machines then have no firewall, or no private address. `k3s/apply.sh`");
    steps.line("stops if one is missing; to look for yourself:");
    steps.command(&format!(
        "hcloud network describe {}\nhcloud firewall describe {}",
        word(network, "NETWORK"),
        word(firewall, "FIREWALL")
    ));
    let labels: Vec<String> = pools(plan)
        .map(|set| format!("`hcloud/node-group={}`", plan.group_name(set)))
        .collect();
    steps.line(format!(
        "Use one Hetzner project per cluster: the autoscaler deletes every server with the label {} that is not a node of this cluster.",
        labels.join(" or ")
    ));
}

/// The machines that are not created like the others.
pub(super) fn machines(plan: &Plan, autoscaler: &Autoscaler) -> String {
    let listed = |word: &dyn Fn(&NodeSet) -> String| {
        let words: Vec<String> = pools(plan).map(|set| format!("`{}`", word(set))).collect();
        words.join(", ")
    };
    let names = listed(&|set| set.name.clone());
    let groups = listed(&|set| plan.group_name(set));
    match autoscaler {
        Autoscaler::Hetzner { .. } => {
            format!("Do not create machines for {names}: the cluster autoscaler does.")
        }
        Autoscaler::Azure { resource_group, .. } => format!(
            "For {names}, create the scale sets {groups} in the resource group `{}`. Give the servers a managed identity with the \
             role Virtual Machine Contributor on that group, which the cluster autoscaler uses, and a role with the action \
             `Microsoft.Resources/subscriptions/providers/read` on the subscription, such as Reader: the controller that removes nodes \
             lists the zones with it, and exits if it may not.",
            shown(resource_group)
        ),
        Autoscaler::Gcp { project, zones } => format!(
            "For {names}, create managed instance groups, one in each of {}, named {groups}. Give the servers a service account with \
             the role `roles/compute.instanceAdmin.v1` in the project `{}`: the cluster autoscaler uses it.",
            zones.join(", "),
            shown(project)
        ),
    }
}

/// The pools that it sizes.
pub(super) fn pools(plan: &Plan) -> impl Iterator<Item = &NodeSet> {
    plan.agents().filter(|set| set.is_autoscaled())
}
