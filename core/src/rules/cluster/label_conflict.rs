//! See [`RULE`].

use super::written::ByPlace;
use crate::facts::gitpod::LABELS;
use crate::model::{Config, Workload};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A label says otherwise than `workloads` where Gitpod runs.
    ///
    /// ## Why
    ///
    /// gkc gives machines Gitpod's labels from their `workloads`. One that is written beside them wins: with anything but `"true"`, what
    /// `workloads` names has no place there, and with `"true"`, what it does not name runs there all the same. `workloads` says
    /// both at once.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/cluster/affinity.go`; its check of labels wants the value `true`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {pools: [{name: main, workloads: [meta, ide, services], labels: {gitpod.io/workload_workspace_regular: "true"}}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {pools: [{name: main, workloads: [meta, ide, services, regular]}]}
    /// ```
    "label-conflict", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    if plan.gitpod.is_none() {
        return;
    }
    let written = ByPlace::new(config);
    for set in &plan.nodes {
        let Some(place) = written.of(set) else {
            continue;
        };
        for (key, value) in place.labels.entries() {
            let of = |workload: &Workload| LABELS[*workload as usize].1.contains(&key.value.as_str());
            let Some(workload) = Workload::ALL.into_iter().find(of) else {
                continue;
            };
            let said = value.value == "true";
            if set.workloads.contains(&workload) == said {
                continue;
            }
            let name = LABELS[workload as usize].0;
            let message = match said {
                true => format!(
                    "`{}` lets `{name}` run here, which `workloads` does not name",
                    key.value
                ),
                false => format!(
                    "`{}: {}` keeps `{name}` away, which `workloads` names",
                    key.value, value.value
                ),
            };
            let finding = report
                .found(key.span, message)
                .help("leave the label out, and name in `workloads` what is to run here");
            report.push(finding.note("gkc writes Gitpod's labels itself; one that is written wins"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn labels_against_workloads() {
        check(
            r#"
cluster:
  pools:
    - name: a
      workloads: [meta, ide, services]
      labels: {gitpod.io/workload_workspace_regular: "true", gitpod.io/workload_meta: "false", gitpod.io/workload_ide: "true"}
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[label-conflict]: `gitpod.io/workload_workspace_regular` lets `regular` run here, which `workloads` does not name
#                                                            ^^^^^^^^^^^^^^^^^^^^^^^ warning[label-conflict]: `gitpod.io/workload_meta: false` keeps `meta` away, which `workloads` names
    - {name: b, workloads: [regular, headless], labels: {acme.dev/team: x}}
"#,
        );
        check(
            r#"
platform: none
cluster: {pools: [{name: a, labels: {gitpod.io/workload_meta: "false"}}], api: {host: k3s.acme.dev}}
"#,
        );
    }
}
