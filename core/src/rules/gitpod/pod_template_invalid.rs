//! See [`RULE`].

use crate::facts::pods::POD;
use crate::model::{Config, Raw};
use crate::rules::pods::{Fault, faults};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A template for workspaces in `configPatch` has something that Kubernetes does not read.
    ///
    /// ## Why
    ///
    /// The Installer copies templates as they are. ws-manager makes each workspace's pod from them: the API server refuses a value of another
    /// type, and no workspace starts; a key that it does not know has no effect.
    ///
    /// Source: gitpod-io/gitpod `install/installer/pkg/config/v1/config.go` (`PodConfig`, `WorkspaceTemplates`); Kubernetes API reference, `PodSpec`.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// gitpod:
    ///   configPatch: {workspace: {templates: {default: {spec: {dnsConfig: {options: [{name: ndots, value: 2}]}}}}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// gitpod:
    ///   configPatch: {workspace: {templates: {default: {spec: {dnsConfig: {options: [{name: ndots, value: "2"}]}}}}}}
    /// ```
    "pod-template-invalid", Error, since "0.1.0", fix None, suppressible, Reads::Model(check), for Gitpod
}

fn check(config: &Config, report: &mut Report<'_>) {
    let patch = config
        .gitpod
        .get()
        .and_then(|gitpod| gitpod.config_patch.spanned());
    let templates = patch
        .and_then(|patch| patch.value.get("workspace"))
        .and_then(|workspace| workspace.value.get("templates"));
    let Some(Raw::Map(templates)) = templates.map(|templates| &templates.value) else {
        return;
    };
    for (_, template) in templates {
        let Some(spec) = template.value.get("spec") else {
            continue;
        };
        for Fault { at, message, help } in faults("spec", spec, &POD) {
            let finding = report.found(at, message).help(help);
            report.push(finding.note("no workspace starts, or the key has no effect"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn templates_of_workspaces() {
        check(
            r#"
gitpod:
  repository: registry.acme.dev/gitpod
  configPatch:
    workspace:
      templates:
        default:
          spec:
            dnsConfig: {options: [{name: ndots, value: 2}]}
#                                                      ^ error[pod-template-invalid]: `value` requires a string
            terminationGracePeriodSecond: 30
#           ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[pod-template-invalid]: unknown key `terminationGracePeriodSecond`
            tolerations: [{key: gpu, operator: Exist}]
#                                              ^^^^^ error[pod-template-invalid]: invalid value `Exist` for `operator`
        regular: {spec: {nodeSelector: {gpu: "true"}}}
"#,
        );
    }
}
