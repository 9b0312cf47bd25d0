//! The firewall in front of the machines.

use crate::emit::page::Page;
use crate::plan::{Peer, Plan, port_words};

/// The table of what it has to let in.
pub(super) fn table(out: &mut Page, plan: &Plan) {
    out.line("   Allow only this inbound traffic in their firewall:");
    out.line("");
    out.line("   | service | ports | sources |");
    out.line("   |---|---|---|");
    for rule in &plan.firewall {
        let source = |peer: &Peer| {
            let ranges = peer.ranges(&plan.networks).join(" and ");
            match peer {
                Peer::Range(_) => ranges,
                Peer::NodeNetwork => format!("{ranges} (node network)"),
            }
        };
        let sources: Vec<String> = rule.sources.iter().map(source).collect();
        out.line(format!(
            "   | {} | {}/{} | {} |",
            rule.kind.as_str(),
            port_words(rule.ports),
            rule.protocol.as_str(),
            sources.join(", ")
        ));
    }
    out.line("");
}
