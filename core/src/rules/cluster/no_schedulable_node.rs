//! See [`RULE`].

use super::workloads::names;
use super::written::{ByPlace, has_machines, is_partly_unknown};
use crate::facts::k3s::TAINT_EFFECTS;
use crate::model::{Config, Spanned, Workload};
use crate::plan::{NodeSet, Plan};
use crate::rules::{Reads, Report, declare_rule};
use crate::words::and;

declare_rule! {
    /// All machines for one of the platform's workloads have a taint that its pods do not tolerate.
    ///
    /// ## Why
    ///
    /// A platform's pods tolerate only its own taints. If every machine for a workload has another taint, its pods stay `Pending`.
    ///
    /// Source: Kubernetes docs, "Taints and Tolerations".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   pools: []
    ///   servers: {taints: ["dedicated=control-plane:NoSchedule"]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   pools: [{name: main}]
    ///   servers: {taints: ["dedicated=control-plane:NoSchedule"]}
    /// ```
    "no-schedulable-node", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    if plan.platform.is_none()
        || config
            .cluster
            .get()
            .is_none_or(|cluster| is_partly_unknown(cluster, report))
    {
        return;
    }
    let written = ByPlace::new(config);
    let of = |workload: Workload| {
        plan.nodes
            .iter()
            .filter(move |set| has_machines(set) && set.workloads.contains(&workload))
    };
    let kept_out: Vec<Workload> = Workload::ALL
        .into_iter()
        .filter(|workload| {
            of(*workload).next().is_some() && of(*workload).all(|set| repelling(plan, set).is_some())
        })
        .collect();
    let mut taints: Vec<&Spanned<String>> = kept_out
        .iter()
        .flat_map(|workload| of(*workload))
        .filter_map(|set| taint(plan, &written, set))
        .collect();
    crate::sorted::sort_by_key(&mut taints, |taint| taint.span);
    taints.dedup_by_key(|taint| taint.span);
    let Some((first, rest)) = taints.split_first() else {
        return;
    };
    let product = plan.needs.product;
    let message = match kept_out.len() == plan.needs.workloads.len() {
        true => format!("every machine that could run {product} is tainted"),
        false => format!("every machine that runs {} is tainted", and(&names(kept_out))),
    };
    let finding = report
        .found(first.span, message)
        .with_label(format!("not tolerated by {product}'s pods"));
    let finding = rest
        .iter()
        .fold(finding, |finding, taint| {
            finding.and(taint.span, "this taint too")
        })
        .help("remove the taint from one of them, or add a pool without taints")
        .note(format!(
            "{product}'s pods tolerate only {product}'s own taints, so they stay `Pending`"
        ));
    report.push(finding);
}

/// The first taint that the platform's pods do not tolerate.
fn repelling<'p>(plan: &Plan, set: &'p NodeSet) -> Option<&'p String> {
    set.taints.iter().find(|taint| repels(plan, taint))
}

fn repels(plan: &Plan, taint: &str) -> bool {
    let Some((what, effect)) = taint.rsplit_once(':') else {
        return false;
    };
    let key = what.split_once('=').map_or(what, |(key, _)| key);
    TAINT_EFFECTS.contains(&effect)
        && effect != "PreferNoSchedule"
        && !plan.needs.tolerated_taints.contains(&key)
}

fn taint<'a>(plan: &Plan, written: &ByPlace<'a>, set: &NodeSet) -> Option<&'a Spanned<String>> {
    let found = written.of(set)?;
    found.taints.items().find(|taint| repels(plan, &taint.value))
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn one_tainted_server_alone() {
        check(
            r#"
cluster:
  pools: []
  servers: {taints: ["a=b:PreferNoSchedule", "dedicated=x:NoSchedule"]}
#                                            ^^^^^^^^^^^^^^^^^^^^^^^^ error[no-schedulable-node]: every machine that could run Gitpod is tainted
"#,
        );
    }

    #[test]
    fn the_only_pool_of_a_workload() {
        check(
            r#"
cluster:
  size: large
#       ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  pools:
    - {name: services, count: 2, workloads: [meta, ide, services]}
    - {name: one, workloads: [regular, headless], taints: ["w=1:NoSchedule"]}
#                                                          ^^^^^^^^^^^^^^^^ error[no-schedulable-node]: every machine that runs `regular` and `headless` is tainted
    - {name: two, workloads: [regular], taints: ["w=2:NoExecute"]}
"#,
        );
    }

    #[test]
    fn gitpods_own_taints_and_preferences_are_fine() {
        check(
            r#"
cluster:
  pools: []
  servers: {taints: ["gitpod.io/ws-daemon-not-ready=true:NoSchedule", "a=b:PreferNoSchedule"]}
"#,
        );
        check(
            r"
cluster: {size: medium}
#               ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
    }
}
