//! The steps from nothing to a login, in an order that works, each with what checks it.

use super::{Tree, access, infrastructure, mirror, policy, records};
use crate::emit::document::DocumentKind;
use crate::emit::page::{Page, Steps};
use crate::plan::{Address, DnsRecord, Plan, RecordTarget};
use crate::text::Part;

/// All of them.
pub(super) fn chapter(out: &mut Page, tree: &Tree<'_>) {
    let plan = tree.plan;
    out.line("## Steps");
    out.line("");
    out.line("Run the commands in this folder. Words in capitals are yours to replace.");
    out.line("");
    let mut steps = Steps::new(out);
    if let Some(tailnet) = &plan.tailnet {
        policy::step(&mut steps, tailnet);
    }
    if let Some(airgap) = &plan.k3s.airgap {
        mirror::step(&mut steps, tree, airgap);
    }
    infrastructure::steps(&mut steps, tree);
    if !plan.dns.is_empty() {
        dns(&mut steps, plan);
    }
    access::steps(&mut steps, plan);
    if tree.emission.of(DocumentKind::ApplyScript).is_some() {
        steps.step("Apply namespaces, secrets and charts. This can be run again at any time:");
        steps.command("./k3s/apply.sh");
        steps.line("It waits for what it starts, and ends with `gkc: done`.");
        steps.end();
    }
    for (title, body) in &tree.guide.steps {
        steps.step(title);
        steps.push(body);
    }
}

fn dns(steps: &mut Steps<'_>, plan: &Plan) {
    steps.step("Create these DNS records:");
    records::table(steps.out, plan);
    let late = |record: &&DnsRecord| record.target == RecordTarget::Servers(Address::Tailnet);
    if plan.dns.iter().any(|record| late(&record)) {
        steps.line(
            "Addresses in the tailnet are known once the servers have joined it, so this record is made by hand. Change it whenever a \
             server is replaced: the new one has another address.",
        );
        steps.end();
    }
    let names = plan.dns.iter().filter_map(|record| match record.name.parts() {
        // A wildcard answers to any name.
        [Part::Lit(name) | Part::Bound(name)] => Some(name.replacen('*', "check", 1)),
        _ => None,
    });
    let names: Vec<String> = names.collect();
    if !names.is_empty() {
        steps.line("Each name must have an answer:");
        steps.command(&format!(
            "for name in {}; do echo \"$name $(dig +short \"$name\" | xargs)\"; done",
            names.join(" ")
        ));
    }
}
