//! See [`RULE`].

use super::location_unknown::{meant_provider, owner};
use super::written::machine_types;
use crate::diagnostic::{Applicability, Diagnostic};
use crate::facts::machine_types::{defaults, is_plausible, meant, retired, size_of, sold_elsewhere, spelt};
use crate::model::{Cluster, Config, Provider, Spanned};
use crate::rules::{Reads, Report, declare_rule, edit};

declare_rule! {
    /// The provider does not sell this machine type.
    ///
    /// ## Why
    ///
    /// Terraform requests the machine and fails, after it has created everything before it. gkc knows retired types and each
    /// provider's naming scheme, but not what is in stock. Hetzner sells first-generation CPX only in `ash` and `hil`, the second
    /// generation in its other locations, and CX and CAX in Europe.
    ///
    /// Source: Hetzner's changelog of 2024-06-06 (CX) and 2025-10-16 (CX and CPX); Scaleway's list of historical offers; Azure's notes
    /// on retired types; the providers' naming.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster: {provider: hetzner, pools: [{name: main, machineType: cx42}]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {provider: hetzner, pools: [{name: main, machineType: cx43}]}
    /// ```
    "machine-type-unknown-or-retired", Warning, since "0.1.0", fix Unsafe, suppressible, Reads::Model(check), heard Last
}

fn check(config: &Config, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.get() else {
        return;
    };
    let Some(provider) = cluster.provider.spanned() else {
        return;
    };
    if let Some(other) = meant_provider(cluster, provider.value) {
        report.push(wrong_provider(cluster, provider, other, report));
        return;
    }
    for machine in machine_types(cluster) {
        if let Some(finding) = judge(cluster, provider, machine, report) {
            report.push(finding.note("Terraform fails when it creates the machine"));
        }
    }
}

fn judge(
    cluster: &Cluster,
    provider: &Spanned<Provider>,
    machine: &Spanned<String>,
    report: &Report<'_>,
) -> Option<Diagnostic> {
    let name = &machine.value;
    let (of, location) = (provider.value, cluster.location.text());
    if let Some(instead) = retired(of, location, name) {
        let finding = report.found(machine.span, format!("machine type `{name}` is no longer sold"));
        return Some(match instead {
            "" => finding.help("choose a current type"),
            _ => {
                let fix = edit::write(report, machine.span, instead, Applicability::Unsafe);
                edit::attach(finding.help(format!("use its successor, `{instead}`")), fix)
            }
        });
    }
    if let Some(place) = cluster.location.spanned()
        && sold_elsewhere(of, location, name)
    {
        let finding = report.found(
            machine.span,
            format!("machine type `{name}` is not sold in `{}`", place.value),
        );
        let instead = defaults(of, location).worker.unwrap_or("another");
        return Some(finding.and(place.span, "location set here").help(format!(
            "choose another type, such as `{instead}`, or another location"
        )));
    }
    let spelt = spelt(of, name);
    if size_of(of, name).is_some() || is_plausible(of, name) {
        return (spelt != *name).then(|| {
            let message = format!("machine type `{name}` is spelt `{spelt}`");
            let fix = edit::write(report, machine.span, &spelt, Applicability::Unsafe);
            edit::attach(
                report.found(machine.span, message).help(format!("use `{spelt}`")),
                fix,
            )
        });
    }
    let Some(owner) = owner(of, name) else {
        return (!is_plausible(of, name)).then(|| unknown(cluster, provider, machine, report));
    };
    let message = format!(
        "machine type `{name}` belongs to `{}`, not to `{}`",
        owner.as_str(),
        of.as_str()
    );
    let finding = report
        .found(machine.span, message)
        .and(provider.span, "provider set here");
    let help = match defaults(of, location).worker {
        Some(worker) => format!("choose a type of `{}`, such as `{worker}`", of.as_str()),
        None => "remove it: machines of this provider have no types to order".to_owned(),
    };
    Some(finding.help(help))
}

/// One finding for what is all of another provider.
fn wrong_provider(
    cluster: &Cluster,
    provider: &Spanned<Provider>,
    other: Provider,
    report: &Report<'_>,
) -> Diagnostic {
    let (of, other) = (provider.value.as_str(), other.as_str());
    let message = format!("the machine types belong to `{other}`, not to `{of}`");
    let finding = machine_types(cluster)
        .take(MOST_SHOWN)
        .fold(report.found(provider.span, message), |finding, machine| {
            finding.and(machine.span, format!("a type of `{other}`"))
        });
    finding
        .help(format!(
            "use `provider: {other}`, or types and a location of `{of}`"
        ))
        .note("Terraform fails when it creates the machines")
}

/// Machine types that a finding on the provider shows.
const MOST_SHOWN: usize = 3;

/// A type of no provider that gkc knows.
fn unknown(
    cluster: &Cluster,
    provider: &Spanned<Provider>,
    machine: &Spanned<String>,
    report: &Report<'_>,
) -> Diagnostic {
    let (of, location) = (provider.value, cluster.location.text());
    let message = format!(
        "unknown machine type `{}` for the provider `{}`",
        machine.value,
        of.as_str()
    );
    let finding = report
        .found(machine.span, message)
        .and(provider.span, "provider set here");
    match (meant(of, location, &machine.value), defaults(of, location).worker) {
        (Some(meant), _) => {
            let fix = edit::write(report, machine.span, &meant, Applicability::Unsafe);
            edit::attach(finding.help(format!("did you mean `{meant}`?")), fix)
        }
        (None, Some(worker)) => finding.help(format!("choose one of its types, such as `{worker}`")),
        (None, None) => finding,
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, check_fix};

    #[test]
    fn where_all_is_of_another_provider_that_is_the_mistake() {
        check(
            r"
cluster:
  provider: gcp
#           ^^^ warning[machine-type-unknown-or-retired]: the machine types belong to `hetzner`, not to `gcp`
#           ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
  firewall: {api: [203.0.113.0/24]}
  location: fsn1
  servers: {machineType: cx43}
",
        );
    }

    #[test]
    fn retired_types_and_types_of_other_providers() {
        check(
            r"
cluster:
  provider: hetzner
  servers: {machineType: Standard_D4s_v3}
#                        ^^^^^^^^^^^^^^^ warning[machine-type-unknown-or-retired]: machine type `Standard_D4s_v3` belongs to `azure`, not to `hetzner`
  pools: [{name: a, machineType: cx42}, {name: b, machineType: cx43}, {name: c, machineType: cx999}]
#                                ^^^^ warning[machine-type-unknown-or-retired]: machine type `cx42` is no longer sold
#                                                                                            ^^^^^ warning[machine-type-unknown-or-retired]: unknown machine type `cx999` for the provider `hetzner`
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster: {provider: azure, servers: {machineType: Standard_D4s_v3}, firewall: {api: [203.0.113.0/24]}}
#                   ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
",
        );
        check(
            r#"
cluster: {provider: generic, servers: {machineType: anything}}
"#,
        );
    }

    #[test]
    fn unknown_names() {
        check(
            r"
cluster: {provider: azure, servers: {machineType: D4s_v5}, pools: [{name: a, machineType: Standard_L8s_v3}], firewall: {api: [203.0.113.0/24]}}
#                   ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
#                                                 ^^^^^^ warning[machine-type-unknown-or-retired]: unknown machine type `D4s_v5` for the provider `azure`
",
        );
        check(
            r"
cluster:
  provider: gcp
#           ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
  servers: {machineType: n2-standard}
#                        ^^^^^^^^^^^ warning[machine-type-unknown-or-retired]: unknown machine type `n2-standard` for the provider `gcp`
  pools: [{name: a, machineType: c3-standard-4-lssd}, {name: b, machineType: custom-4-16384}, {name: c, machineType: t2d-standard-8}]
  firewall: {api: [203.0.113.0/24]}
",
        );
        check_fix(
            "machine-type-unknown-or-retired",
            "cluster: {provider: hetzner, servers: {machineType: cxx23}}\n",
            "cluster: {provider: hetzner, servers: {machineType: ccx23}}\n",
        );
    }

    #[test]
    fn sold_in_other_locations() {
        check(
            r"
cluster:
  provider: hetzner
  location: ash
  servers: {machineType: cpx31}
#                        ^^^^^ warning[node-too-small]: `cpx31` is too small for Gitpod's workloads: 4 vCPU and 8 GB
  pools: [{name: a, machineType: cx43}, {name: b, machineType: ccx23}, {name: c, machineType: cax31}]
#                                ^^^^ warning[machine-type-unknown-or-retired]: machine type `cx43` is not sold in `ash`
#                                                                                             ^^^^^ error[arch-not-amd64]: Gitpod does not run on the Arm machine type `cax31`
  firewall: {api: [203.0.113.0/24]}
",
        );
    }

    #[test]
    fn sold_elsewhere() {
        check(
            r"
cluster: {provider: hetzner, location: nbg1, servers: {machineType: cpx31}, firewall: {api: [203.0.113.0/24]}}
#                                                                   ^^^^^ warning[machine-type-unknown-or-retired]: machine type `cpx31` is no longer sold
#                                                                   ^^^^^ warning[node-too-small]: `cpx31` is too small for Gitpod's workloads: 4 vCPU and 8 GB
",
        );
        check(
            r"
cluster: {provider: hetzner, location: ash, servers: {machineType: cpx31}, firewall: {api: [203.0.113.0/24]}}
#                                                                  ^^^^^ warning[node-too-small]: `cpx31` is too small for Gitpod's workloads: 4 vCPU and 8 GB
",
        );
    }

    #[test]
    fn the_fix_writes_the_successor() {
        check_fix(
            "machine-type-unknown-or-retired",
            r#"cluster: {provider: hetzner, servers: {machineType: cx51}}
"#,
            r#"cluster: {provider: hetzner, servers: {machineType: cx53}}
"#,
        );
    }

    #[test]
    fn sizes_that_a_line_does_not_have() {
        check(
            r"
cluster: {provider: gcp, pools: [{name: a, count: 1, machineType: n2-standard-12}, {name: b, count: 1, machineType: N2-standard-16}]}
#                   ^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                                                                 ^^^^^^^^^^^^^^ warning[machine-type-unknown-or-retired]: unknown machine type `n2-standard-12` for the provider `gcp`
#                                                                                                                   ^^^^^^^^^^^^^^ warning[machine-type-unknown-or-retired]: machine type `N2-standard-16` is spelt `n2-standard-16`
",
        );
        check(
            r"
cluster: {provider: scaleway, pools: [{name: a, count: 1, machineType: PRO2-XL}, {name: b, count: 1, machineType: pro2-m}]}
#                   ^^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                                                                      ^^^^^^^ warning[machine-type-unknown-or-retired]: unknown machine type `PRO2-XL` for the provider `scaleway`
#                                                                                                                 ^^^^^^ warning[machine-type-unknown-or-retired]: machine type `pro2-m` is spelt `PRO2-M`
",
        );
        check(
            r"
cluster: {provider: azure, pools: [{name: a, count: 1, machineType: Standard_E8s_v55}, {name: b, count: 1, machineType: standard_d8s_v5}]}
#                   ^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                   ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
#                                                                   ^^^^^^^^^^^^^^^^ warning[machine-type-unknown-or-retired]: unknown machine type `Standard_E8s_v55` for the provider `azure`
",
        );
    }
}
