//! See [`RULE`].

use super::quantity_format::{is_plausible_cpu, is_plausible_memory};
use crate::facts::go::compare_quantities;
use crate::facts::machine_types::{MachineSize, size_of};
use crate::model::{Config, Spanned};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};
use std::cmp::Ordering;

declare_rule! {
    /// A workspace requests more than any machine has.
    ///
    /// ## Why
    ///
    /// Kubernetes starts a pod only where what it requests is free. Where no machine is that large, every workspace waits for one, and an
    /// autoscaler adds none.
    ///
    /// Source: Kubernetes docs, "Resource Management for Pods and Containers".
    ///
    /// ## Example
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {requests: {memory: 96Gi}, limits: {memory: 96Gi}}}
    /// cluster: {provider: hetzner, servers: {count: 1, machineType: cx33}, pools: [{name: work, count: 2, machineType: cx53}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: coder
    /// coder: {workspaces: {requests: {memory: 4Gi}, limits: {memory: 8Gi}}}
    /// cluster: {provider: hetzner, servers: {count: 1, machineType: cx33}, pools: [{name: work, count: 2, machineType: cx53}]}
    /// ```
    "request-exceeds-machine", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let requests = config.workspace_amounts().requests;
    let Some(sizes) = sizes(plan) else { return };
    let largest = |of: fn(&MachineSize) -> u32| sizes.iter().map(of).max().unwrap_or_default();
    // Sizes are rounded down.
    let memory = format!("{}Gi", largest(|size| size.memory) + 1);
    let cpus = largest(|size| size.cpus).to_string();
    // Another unit was meant where an amount is not plausible, as `quantity-format` says.
    let memory_request = requests
        .memory
        .filter(|memory| is_plausible_memory(&memory.value));
    let cpu_request = requests.cpu.filter(|cpus| is_plausible_cpu(&cpus.value));
    for (what, request, most) in [("memory", memory_request, memory), ("CPU", cpu_request, cpus)] {
        if let Some(request) = request.filter(|request| exceeds(request, &most)) {
            let message = format!("no machine has the requested `{}` of {what}", request.value);
            let finding = report.found(request.span, message);
            let finding = finding.help("request less, or choose larger machines");
            report.push(finding.note("every workspace waits for a machine that is large enough"));
        }
    }
}

fn exceeds(request: &Spanned<String>, most: &str) -> bool {
    compare_quantities(&request.value, most) == Some(Ordering::Greater)
}

/// The sizes of all machines; `None` where one is unknown.
fn sizes(plan: &Plan) -> Option<Vec<MachineSize>> {
    let types = plan.nodes.iter().map(|set| set.machine_type.as_deref());
    let sizes: Option<Vec<MachineSize>> = types.map(|name| size_of(plan.provider, name?)).collect();
    sizes.filter(|sizes| !sizes.is_empty())
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn larger_than_any_machine() {
        check(
            r"
domain: coder.acme.dev
#       ^^^^^^^^^^^^^^ warning[coder-home-on-one-node]: home directories are on the disk of one machine each
platform: coder
coder: {workspaces: {requests: {cpu: 2, memory: 96Gi}, limits: {cpu: 4, memory: 96Gi}}}
#                                    ^ warning[yaml-ambiguous-scalar]: `2` is a number to a schema
#                                               ^^^^ error[request-exceeds-machine]: no machine has the requested `96Gi` of memory
#                                                                    ^ warning[yaml-ambiguous-scalar]: `4` is a number to a schema
cluster: {provider: hetzner, servers: {count: 1, machineType: cx33}, pools: [{name: work, count: 2, machineType: cx53}]}
#                   ^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
",
        );
    }
}
