//! See [`RULE`].

use crate::model::{Config, Workload};
use crate::plan::Plan;
use crate::rules::cluster::written::ByPlace;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A label contradicts `workloads`.
    ///
    /// ## Why
    ///
    /// gkc derives Gitpod's labels from `workloads`, and a label set by hand overrides them: any value other than `"true"` keeps a
    /// workload in `workloads` away, and `"true"` lets a workload run that `workloads` does not list. Use `workloads` for both.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/cluster/affinity.go`; its check of labels requires the value `true`.
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
    "label-conflict", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check), for Gitpod
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let written = ByPlace::new(config);
    for set in &plan.nodes {
        let Some(place) = written.of(set) else {
            continue;
        };
        for (key, value) in place.labels.entries() {
            let of = |(_, labels): &&(Workload, &[&str])| labels.contains(&key.value.as_str());
            let Some((workload, _)) = plan.needs.workloads.iter().find(of) else {
                continue;
            };
            let said = value.value == "true";
            if set.workloads.contains(workload) == said {
                continue;
            }
            let name = workload.as_str();
            let message = match said {
                true => format!(
                    "label `{}` lets `{name}` run here, which `workloads` does not list",
                    key.value
                ),
                false => format!(
                    "label `{}: {}` keeps `{name}` away, which `workloads` lists",
                    key.value, value.value
                ),
            };
            let finding = report
                .found(key.span, message)
                .help("remove the label, and list in `workloads` what runs here");
            report.push(finding.note(
                "gkc derives Gitpod's labels from `workloads`, and a label set by hand overrides them",
            ));
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
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[label-conflict]: label `gitpod.io/workload_workspace_regular` lets `regular` run here, which `workloads` does not list
#                                                            ^^^^^^^^^^^^^^^^^^^^^^^ warning[label-conflict]: label `gitpod.io/workload_meta: false` keeps `meta` away, which `workloads` lists
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
