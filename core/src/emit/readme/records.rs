//! The DNS records to make.

use crate::emit::page::Page;
use crate::plan::{Plan, RecordTarget, shown};

/// The table of them.
pub(super) fn table(out: &mut Page, plan: &Plan) {
    out.line("");
    out.line("   | name | target | used by |");
    out.line("   |---|---|---|");
    for record in &plan.dns {
        let target = match &record.target {
            RecordTarget::Address(address) => format!("`{}`", shown(address)),
            RecordTarget::Nodes => "the public addresses of the machines that serve web traffic".into(),
            RecordTarget::Servers => "the addresses of the servers".into(),
        };
        out.line(format!(
            "   | `{}` | {target} | {} |",
            shown(&record.name),
            record.why
        ));
    }
    out.line("");
}
