//! The firewall in front of the machines.

use crate::emit::page::Page;
use crate::plan::{Peer, Plan};

/// The table of what it has to let in.
pub(super) fn table(out: &mut Page, plan: &Plan) {
    out.line("   Allow only this inbound traffic in their firewall:");
    out.line("");
    out.line("   | service | ports | sources |");
    out.line("   |---|---|---|");
    for rule in &plan.firewall {
        let (first, last) = rule.ports;
        let ports = if first == last {
            first.to_string()
        } else {
            format!("{first}-{last}")
        };
        let source = |peer: &Peer| match peer {
            Peer::Range(range) => range.clone(),
            Peer::NodeNetwork => {
                let ranges: Vec<String> = plan.networks.nodes.iter().map(ToString::to_string).collect();
                format!("{} (node network)", ranges.join(" and "))
            }
        };
        let sources: Vec<String> = rule.sources.iter().map(source).collect();
        out.line(format!(
            "   | {} | {ports}/{} | {} |",
            rule.name,
            rule.protocol.as_str(),
            sources.join(", ")
        ));
    }
    out.line("");
}
