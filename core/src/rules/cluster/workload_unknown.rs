//! See [`RULE`].

use crate::diagnostic::Applicability;
use crate::model::{Config, Spanned, Workload};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule, edit};
use crate::words::{or, quoted};

declare_rule! {
    /// The platform does not have a workload.
    ///
    /// ## Why
    ///
    /// Each platform consists of workloads of its own, and labels the nodes for them. Of another's, nothing would run there.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {pools: [{name: main}, {name: more, workloads: [control]}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {pools: [{name: main}, {name: more, workloads: [meta]}]}
    /// ```
    "workload-unknown", Error, since "0.1.0", fix Unsafe, always, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    if plan.needs.workloads.is_empty() {
        return;
    }
    let Some(cluster) = config.cluster.get() else {
        return;
    };
    let pools = cluster.pools.items().map(|pool| &pool.value.workloads);
    let nodes = cluster.nodes.items().map(|node| &node.value.workloads);
    for written in pools.chain(nodes).flat_map(|workloads| workloads.items()) {
        if plan.needs.labels(written.value).is_none() {
            report.push(finding(plan, written, report));
        }
    }
}

fn finding(plan: &Plan, written: &Spanned<Workload>, report: &Report<'_>) -> crate::diagnostic::Diagnostic {
    let product = plan.needs.product;
    let message = format!("{product} has no workload `{}`", written.value.as_str());
    let known = plan.needs.workloads.iter().map(|(workload, _)| *workload);
    let words: Vec<&str> = known.clone().map(Workload::as_str).collect();
    let found = report
        .found(written.span, message)
        .help(format!("use {}", or(&quoted(words))));
    // One for workspaces means one for workspaces.
    let alike = known.filter(|known| known.is_of_workspaces() == written.value.is_of_workspaces());
    let fix = alike.map(Workload::as_str).next();
    let fix = fix.and_then(|near| edit::write(report, written.span, near, Applicability::Unsafe));
    edit::attach(found, fix)
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn workloads_of_another_platform() {
        check(
            r"
cluster: {pools: [{name: main}, {name: more, workloads: [control, meta]}]}
#                                                        ^^^^^^^ error[workload-unknown]: Gitpod has no workload `control`
",
        );
        check(
            r"
platform: coder
cluster: {pools: [{name: main}, {name: more, workloads: [regular, control]}]}
#                                                        ^^^^^^^ error[workload-unknown]: Coder has no workload `regular`
",
        );
    }
}
