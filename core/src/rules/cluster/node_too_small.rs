//! See [`RULE`].

use super::written::{ByPlace, has_machines};
use crate::diagnostic::Severity;
use crate::facts::machine_types::{defaults, size_of};
use crate::model::Config;
use crate::plan::{MachineNeed, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A machine is too small for what runs on it.
    ///
    /// ## Why
    ///
    /// On machines that run workloads, platforms do not work below 2 CPUs or 8 GB, and not well below 4 CPUs or 16 GB, and
    /// so does this rule. A server that runs only the control plane needs 2 CPUs and 2 GB. gkc knows the sizes of the common
    /// machine types and ignores others.
    ///
    /// Source: the platforms' preflight checks; k3s docs, "Requirements", "Hardware"; the providers' lists of machine
    /// types.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {provider: hetzner, pools: [{name: main, machineType: cx23}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {provider: hetzner, pools: [{name: main, machineType: cpx42}]}
    /// ```
    "node-too-small", Error, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

/// What a server needs that only runs the control plane.
const CONTROL_PLANE: MachineNeed = MachineNeed {
    least: (2, 2),
    good: (2, 4),
};

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(workloads) = plan.needs.machine else {
        return;
    };
    let workloads = (workloads, format!("{}'s workloads", plan.needs.product));
    let control_plane = (CONTROL_PLANE, "a k3s server".to_owned());
    let places = ByPlace::new(config);
    for set in plan.nodes.iter().filter(|set| has_machines(set)) {
        let written = places.of(set).and_then(|written| written.machine_type);
        let (Some(written), Some(name)) = (written, &set.machine_type) else {
            continue;
        };
        let Some(size) = size_of(plan.provider, name) else {
            continue;
        };
        let (need, what) = if set.workloads.is_empty() {
            &control_plane
        } else {
            &workloads
        };
        let below = |(cpus, memory): (u32, u32)| size.cpus < cpus || size.memory < memory;
        if !below(need.good) {
            continue;
        }
        let memory = match size.memory {
            0 => "less than 1 GB".to_owned(),
            memory => format!("{memory} GB"),
        };
        let message = format!(
            "`{name}` is too small for {what}: {} vCPU and {memory}",
            size.cpus
        );
        let kind = defaults(plan.provider, plan.location.as_deref());
        let instead = if set.workloads.is_empty() {
            kind.server
        } else {
            kind.worker
        };
        let mut finding = report
            .found(written.span, message)
            .help(match instead {
                Some(instead) => format!("choose a larger type, such as `{instead}`"),
                None => "choose a larger type".to_owned(),
            })
            .note(format!(
                "upstream recommends at least {} vCPU and {} GB",
                need.good.0,
                need.good.1.next_multiple_of(2)
            ));
        if !below(need.least) {
            finding.severity = Severity::Warning;
        }
        report.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn by_workload() {
        check(
            r"
cluster:
  provider: hetzner
  size: medium
#       ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
  servers: {machineType: cpx12}
#                        ^^^^^ error[node-too-small]: `cpx12` is too small for a k3s server: 1 vCPU and 2 GB
  pools: [{name: a, machineType: cx23}, {name: b, machineType: cx33}, {name: c, machineType: cx43}]
#                                ^^^^ error[node-too-small]: `cx23` is too small for Gitpod's workloads: 2 vCPU and 4 GB
#                                                              ^^^^ warning[node-too-small]: `cx33` is too small for Gitpod's workloads: 4 vCPU and 8 GB
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster: {provider: gcp, pools: [{name: a, machineType: e2-highcpu-8}], firewall: {api: [203.0.113.0/24]}}
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                                                       ^^^^^^^^^^^^ warning[node-too-small]: `e2-highcpu-8` is too small for Gitpod's workloads: 8 vCPU and 8 GB
",
        );
        check(
            r"
cluster: {provider: scaleway, pools: [{name: a, machineType: DEV1-XL}], firewall: {api: [203.0.113.0/24]}}
#                                                            ^^^^^^^ warning[node-too-small]: `DEV1-XL` is too small for Gitpod's workloads: 4 vCPU and 12 GB
",
        );
        check(
            r"
cluster: {provider: azure, pools: [{name: a, machineType: Standard_D4s_v5}], firewall: {api: [203.0.113.0/24]}}
#                   ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
",
        );
        check(
            r"
cluster: {provider: hetzner, pools: [{name: a, machineType: cx99}], firewall: {api: [203.0.113.0/24]}}
#                                                           ^^^^ warning[machine-type-unknown-or-retired]: unknown machine type `cx99` for the provider `hetzner`
",
        );
        check(
            r"
platform: none
cluster: {provider: hetzner, api: {host: a.b.c}, servers: {machineType: cx23}, firewall: {api: [203.0.113.0/24]}}
",
        );
    }
}
