//! The machines of the plan.

use super::{Tree, place};
use crate::emit::page::Page;
use crate::facts::providers::facts;
use crate::plan::{Count, NodeSet};

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
        cells.push(user_data_of(tree, set));
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

fn user_data_of(tree: &Tree<'_>, set: &NodeSet) -> String {
    let of_set = tree
        .machines
        .iter()
        .filter(|machine| std::ptr::eq(machine.set, set));
    let documents = of_set.filter_map(|machine| tree.emission.at(&machine.user_data_path()));
    documents
        .map(|document| format!("`{}`", document.file_path()))
        .collect::<Vec<_>>()
        .join(", ")
}
