//! See [`RULE`].

use super::quantity_format::{is_plausible_cpu, is_plausible_memory};
use crate::facts::go::compare_quantities;
use crate::model::Config;
use crate::rules::{Reads, Report, declare_rule};
use std::cmp::Ordering;

declare_rule! {
    /// A workspace requests more than its limit.
    ///
    /// ## Why
    ///
    /// Kubernetes rejects a pod whose container requests more CPU or memory than it may use, so no workspace starts.
    ///
    /// Source: Kubernetes `pkg/apis/core/validation/validation.go` (`ValidateContainerResourceRequirements`: "must be less than or equal to
    /// cpu limit").
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {requests: {memory: 8Gi}, limits: {memory: 4Gi}}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {requests: {memory: 2Gi}, limits: {memory: 4Gi}}}
    /// ```
    "limit-below-request", Error, since "0.1.0", fix None, always, Reads::Model(check)
}

fn check(config: &Config, report: &mut Report<'_>) {
    let amounts = config.workspace_amounts();
    let pairs = [
        (
            "CPU",
            amounts.requests.cpu,
            amounts.limits.cpu,
            is_plausible_cpu as fn(&str) -> bool,
        ),
        (
            "memory",
            amounts.requests.memory,
            amounts.limits.memory,
            is_plausible_memory,
        ),
    ];
    for (what, request, limit, is_plausible) in pairs {
        let (Some(request), Some(limit)) = (request, limit) else {
            continue;
        };
        // Another unit was meant.
        if !is_plausible(&request.value) || !is_plausible(&limit.value) {
            continue;
        }
        if compare_quantities(&request.value, &limit.value) == Some(Ordering::Greater) {
            let message = format!(
                "{what} limit `{}` is less than the requested `{}`",
                limit.value, request.value
            );
            let finding = report
                .found(limit.span, message)
                .and(request.span, "requested here");
            let finding = finding.help(format!("use `{}` or more, or request less", request.value));
            report.push(finding.note("Kubernetes rejects the pod, and no workspace starts"));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn more_than_the_limit() {
        check(
            r#"
gitpod:
  repository: registry.acme.dev/gitpod
  workspace: {requests: {cpu: 2500m, memory: 2Gi}, limits: {cpu: "2", memory: 2048Mi}}
#                                                                ^^^ error[limit-below-request]: CPU limit `2` is less than the requested `2500m`
"#,
        );
        check(
            r#"
platform: coder
coder: {workspaces: {requests: {cpu: "1", memory: 1T}, limits: {memory: 900Gi}}}
#                                                                       ^^^^^ error[limit-below-request]: memory limit `900Gi` is less than the requested `1T`
"#,
        );
    }
}
