//! See [`RULE`].

use crate::facts::machine_types::{defaults, is_arm};
use crate::model::{Config, Provider};
use crate::plan::Plan;
use crate::rules::cluster::written::machine_types;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A machine has an Arm processor, which Gitpod does not support.
    ///
    /// ## Why
    ///
    /// Gitpod publishes its images only for amd64, so on Arm every pod fails with "exec format error". k3s supports Arm, so a
    /// Raspberry Pi works with `platform: none`.
    ///
    /// Source: gitpod-io/gitpod d286397e9f; the providers' lists of machine types.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {provider: raspberry-pi}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// platform: none
    /// cluster: {provider: raspberry-pi, api: {host: k3s.acme.dev}}
    /// ```
    "arch-not-amd64", Error, since "0.1.0", fix None, always, Reads::Plan(check), for Gitpod
}

const NOTE: &str = "Gitpod's images are only for amd64: on Arm every pod fails with `exec format error`";

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.get() else {
        return;
    };
    if let Some(provider) = cluster
        .provider
        .spanned()
        .filter(|p| p.value == Provider::RaspberryPi)
    {
        let finding = report
            .found(provider.span, "Gitpod does not run on Raspberry Pis")
            .help(
                "set `platform: none` for a cluster without Gitpod, or use machines with an amd64 processor",
            );
        report.push(finding.note(NOTE));
        return;
    }
    for machine in machine_types(cluster) {
        if is_arm(plan.provider, &machine.value) {
            let message = format!("Gitpod does not run on the Arm machine type `{}`", machine.value);
            let finding = report.found(machine.span, message);
            let help = match defaults(plan.provider, plan.location.as_deref()).worker {
                Some(worker) => format!("choose an amd64 machine type, such as `{worker}`"),
                None => "choose an amd64 machine type".to_owned(),
            };
            report.push(finding.help(help).note(NOTE));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn raspberry_pis_and_arm_types() {
        check(
            r"
cluster: {provider: raspberry-pi}
#                   ^^^^^^^^^^^^ error[arch-not-amd64]: Gitpod does not run on Raspberry Pis
",
        );
        check(
            r"
cluster:
  provider: hetzner
  servers: {machineType: cax31}
#                        ^^^^^ error[arch-not-amd64]: Gitpod does not run on the Arm machine type `cax31`
  pools: [{name: a, machineType: CAX41}, {name: b, machineType: cx43}]
#                                ^^^^^ error[arch-not-amd64]: Gitpod does not run on the Arm machine type `CAX41`
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster:
  provider: azure
#           ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
  servers: {machineType: Standard_D4ps_v5}
#                        ^^^^^^^^^^^^^^^^ error[arch-not-amd64]: Gitpod does not run on the Arm machine type `Standard_D4ps_v5`
  pools: [{name: a, machineType: Standard_D4pds_v5}, {name: b, machineType: Standard_D4s_v3}]
#                                ^^^^^^^^^^^^^^^^^ error[arch-not-amd64]: Gitpod does not run on the Arm machine type `Standard_D4pds_v5`
  firewall: {api: [203.0.113.0/24]}
",
        );
    }

    #[test]
    fn a_bare_cluster_supports_arm() {
        check("platform: none\ncluster: {provider: raspberry-pi, api: {host: a.b}}\n");
    }
}
