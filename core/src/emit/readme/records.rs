//! The DNS records to make.

use crate::emit::page::Page;
use crate::plan::{Address, Plan, RecordTarget, shown};

/// The table of them.
pub(super) fn table(out: &mut Page, plan: &Plan) {
    out.line("");
    out.line("   | name | target | used by |");
    out.line("   |---|---|---|");
    for record in &plan.dns {
        let target = match &record.target {
            RecordTarget::Address(address) => format!("`{}`", shown(address)),
            RecordTarget::Nodes => "the public addresses of the machines that serve web traffic".into(),
            RecordTarget::Servers(Address::Public) => "the public addresses of the servers".into(),
            RecordTarget::Servers(Address::Tailnet) => {
                "the servers' addresses in the tailnet: `tailscale ip -4` on each".into()
            }
            RecordTarget::Servers(Address::Node | Address::Pod | Address::Given) => {
                "the servers' addresses in the node network".into()
            }
        };
        out.line(format!(
            "   | `{}` | {target} | {} |",
            shown(&record.name),
            record.why
        ));
    }
    out.line("");
}
