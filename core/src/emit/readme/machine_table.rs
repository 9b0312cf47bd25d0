//! The machines of the plan.

use super::{Tree, place};
use crate::emit::machine::Machine;
use crate::emit::page::Page;
use crate::facts::providers::facts;
use crate::plan::{Count, NodeSet};
use std::collections::BTreeMap;

/// The table of them, with the user-data of each.
pub(super) fn chapter(out: &mut Page, tree: &Tree<'_>) {
    let plan = tree.plan;
    out.line("## Machines");
    out.line("");
    out.line(format!("All machines run {}.", plan.os.as_str()));
    out.line("");
    let addresses = plan.nodes.iter().any(|set| set.address.is_some());
    let columns = if addresses { " address |" } else { "" };
    out.line(format!("| machines | count | type |{columns} user-data |"));
    out.line(format!(
        "|---|---|---|{}---|",
        if addresses { "---|" } else { "" }
    ));
    let mut machines: BTreeMap<*const NodeSet, Vec<&Machine<'_>>> = BTreeMap::new();
    for machine in tree.machines {
        machines.entry(machine.set).or_default().push(machine);
    }
    for set in &plan.nodes {
        let needed = plan.needs.machine.map(|need| {
            let (cpus, memory) = need.good;
            format!("{cpus} vCPU, {} GB", memory.next_multiple_of(2))
        });
        let kind = set.machine_type.clone().or(needed);
        let mut cells = vec![
            set.name.clone(),
            count(tree, set),
            kind.unwrap_or_else(|| "any".into()),
        ];
        if addresses {
            cells.push(set.address.clone().unwrap_or_default());
        }
        let own = machines
            .get(&std::ptr::from_ref(set))
            .map_or(&[][..], Vec::as_slice);
        cells.push(user_data_of(tree, own));
        out.line(format!("| {} |", cells.join(" | ")));
    }
    out.line("");
    if let Some(limit) = facts(plan.provider).user_data_limit {
        out.line(format!(
            "User-data is limited to {limit} bytes {}; the sizes are in `gkc.lock.json`.",
            place(plan)
        ));
        out.line("");
    }
}

fn count(tree: &Tree<'_>, set: &NodeSet) -> String {
    match set.count {
        Count::Fixed(count) => count.to_string(),
        Count::Autoscaled { min, max } if tree.plan.autoscaler.is_some() => {
            format!("{min} to {max}, autoscaled")
        }
        Count::Autoscaled { min, max } => format!("{min} to {max}"),
    }
}

fn user_data_of(tree: &Tree<'_>, machines: &[&Machine<'_>]) -> String {
    let documents = machines
        .iter()
        .filter_map(|machine| tree.emission.at(&machine.user_data_path()));
    documents
        .map(|document| format!("`{}`", document.file_path()))
        .collect::<Vec<_>>()
        .join(", ")
}
