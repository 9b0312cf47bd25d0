//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::model::{Config, Provider};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A pool has `autoscale`, but nothing scales it.
    ///
    /// ## Why
    ///
    /// Terraform creates a fixed number of machines. The Kubernetes cluster autoscaler adds machines for pending pods and removes
    /// idle ones; the providers' own autoscalers go by load and would end the workspaces on the machines they remove. With
    /// `cluster.autoscaler` gkc sets the cluster autoscaler up on Hetzner, Azure and Google Cloud. On other providers the pool
    /// stays at its minimum until a program of your own scales it: suppress this finding if you run one.
    ///
    /// Source: kubernetes/autoscaler `cluster-autoscaler/cloudprovider`; docs/artifacts.md.
    ///
    /// ## Example
    ///
    /// ```yaml
    /// cluster:
    ///   provider: hetzner
    ///   pools:
    ///     - {name: services, count: 2, workloads: [meta, ide, services]}
    ///     - {name: workspaces, autoscale: {min: 1, max: 5}, workloads: [regular, headless]}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster:
    ///   provider: hetzner
    ///   pools:
    ///     - {name: services, count: 2, workloads: [meta, ide, services]}
    ///     - {name: workspaces, autoscale: {min: 1, max: 5}, workloads: [regular, headless]}
    ///   autoscaler:
    ///     hetzner: {token: {env: HCLOUD_TOKEN}, network: acme, firewall: acme-agents}
    /// ```
    "autoscale-without-actor", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config
        .cluster
        .get()
        .filter(|cluster| !is_partly_unknown(cluster, report))
    else {
        return;
    };
    // An invalid autoscaler, or another provider's, has findings of its own.
    if cluster.autoscaler.is_written() {
        return;
    }
    let Some(set) = plan.nodes.iter().find(|set| set.is_autoscaled()) else {
        return;
    };
    let written = cluster
        .pools
        .items()
        .filter_map(|pool| pool.value.autoscale.spanned());
    let mut places = written
        .map(|autoscale| autoscale.key)
        .chain(cluster.size.span().filter(|_| cluster.pools.is_missing()));
    let Some(first) = places.next() else { return };
    let message = format!("nothing scales the pool `{}`", set.name);
    let help = match plan.provider {
        Provider::Hetzner | Provider::Azure | Provider::Gcp => {
            "add `cluster.autoscaler`, or replace `autoscale` with `count`"
        }
        Provider::Generic | Provider::Scaleway | Provider::RaspberryPi => {
            "replace `autoscale` with `count`, or create machines yourself with the pool's user-data"
        }
    };
    let finding = report
        .found(first, message)
        .help(help)
        .note("Terraform creates the minimum number of machines, and the pool stays at that size");
    report.push(places.fold(finding, |finding, span| finding.and(span, "this pool too")));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn pools_that_stay_at_their_minimum() {
        check(
            r"
cluster:
  provider: hetzner
  pools:
    - {name: a, workloads: [meta, ide, services]}
    - {name: b, autoscale: {min: 1, max: 5}, workloads: [regular, headless]}
#               ^^^^^^^^^ warning[autoscale-without-actor]: nothing scales the pool `b`
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster: {provider: scaleway, size: large, firewall: {api: [203.0.113.0/24]}}
#                                   ^^^^^ warning[autoscale-without-actor]: nothing scales the pool `workspaces`
#                                   ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {provider: hetzner, size: large, autoscaler: {hetzner: {token: {env: T}, network: net, firewall: f}}}
#                   ^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
#                                  ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
#                                                      ^^^^^^^ info[autoscaler-root-password]: Hetzner mails a root password for each machine that the autoscaler creates
",
        );
        check(
            r"
cluster: {provider: gcp, size: large, firewall: {api: [203.0.113.0/24]}}
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                              ^^^^^ warning[autoscale-without-actor]: nothing scales the pool `workspaces`
#                              ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b]}}, firewall: {api: [203.0.113.0/24]}}
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                              ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: acme-prod}}, firewall: {api: [203.0.113.0/24]}}
#                   ^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Google Cloud's images of Ubuntu 22.04 may not have
#                              ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
#                                                  ^^^ error[missing-key]: missing key `zones`
",
        );
        check(
            r"
cluster: {provider: azure, size: large, autoscaler: {azure: {subscription: 00000000-0000-4000-8000-000000000001, resourceGroup: acme}}, firewall: {api: [203.0.113.0/24]}}
#                   ^^^^^ info[os-without-shiftfs]: Gitpod main requires shiftfs, which Azure's images of Ubuntu 22.04 may not have
#                                ^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
        check(
            r"
cluster: {provider: hetzner, size: medium, firewall: {api: [203.0.113.0/24]}}
#                                  ^^^^^^ info[storage-incluster-production]: the in-cluster storage keeps workspaces on the disk of one machine, and this size is for production
",
        );
    }
}
