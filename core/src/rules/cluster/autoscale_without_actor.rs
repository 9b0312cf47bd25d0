//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::model::{Config, Provider};
use crate::plan::Plan;
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A pool is to be autoscaled where nothing does it.
    ///
    /// ## Why
    ///
    /// Terraform makes a number of machines once. The Kubernetes cluster autoscaler changes it with what waits for room, and knows of
    /// workspaces what the providers' own autoscalers do not: those go by load, and end whatever runs on the machines that they take.
    /// With `cluster.autoscaler` gkc sets it up on Hetzner, Azure and Google Cloud. Anywhere else the pool stays at its least number
    /// until a program of your own changes it. Hide this where one does.
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
    let Some(cluster) = config.cluster.get().filter(|cluster| !is_partly_unknown(cluster)) else {
        return;
    };
    // One that is wrong, or another provider's, is reported where it stands.
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
    let message = format!(
        "nothing adds machines to the pool `{}` or takes them away",
        set.name
    );
    let help = match plan.provider {
        Provider::Hetzner | Provider::Azure | Provider::Gcp => {
            "add `cluster.autoscaler`, or write `count` instead"
        }
        Provider::Generic | Provider::Scaleway | Provider::RaspberryPi => {
            "write `count` instead, or bring a program that makes machines with the pool's user-data"
        }
    };
    let finding = report
        .found(first, message)
        .help(help)
        .note("Terraform makes the least number of machines, and it stays at that");
    report.push(places.fold(finding, |finding, span| finding.and(span, "and here")));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn pools_that_stay_at_their_least_number() {
        check(
            r"
cluster:
  provider: hetzner
  pools:
    - {name: a, workloads: [meta, ide, services]}
    - {name: b, autoscale: {min: 1, max: 5}, workloads: [regular, headless]}
#               ^^^^^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `b` or takes them away
  firewall: {api: [203.0.113.0/24]}
",
        );
        check(
            r"
cluster: {provider: scaleway, size: large, firewall: {api: [203.0.113.0/24]}}
#                                   ^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `workspaces` or takes them away
",
        );
        check(
            r"
cluster: {provider: hetzner, size: large, autoscaler: {hetzner: {token: {env: T}, network: net, firewall: f}}}
#                   ^^^^^^^ error[api-unreachable]: Nobody can reach the Kubernetes API or the machines
",
        );
        check(
            r"
cluster: {provider: gcp, size: large, firewall: {api: [203.0.113.0/24]}}
#                              ^^^^^ warning[autoscale-without-actor]: Nothing adds machines to the pool `workspaces` or takes them away
",
        );
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: acme-prod, zones: [europe-west1-b]}}, firewall: {api: [203.0.113.0/24]}}
",
        );
        check(
            r"
cluster: {provider: gcp, size: large, autoscaler: {gcp: {project: acme-prod}}, firewall: {api: [203.0.113.0/24]}}
#                                                  ^^^ error[missing-key]: Missing key `zones`
",
        );
        check(
            r"
cluster: {provider: azure, size: large, autoscaler: {azure: {subscription: 00000000-0000-4000-8000-000000000001, resourceGroup: acme}}, firewall: {api: [203.0.113.0/24]}}
",
        );
        check(
            r"
cluster: {provider: hetzner, size: medium, firewall: {api: [203.0.113.0/24]}}
",
        );
    }
}
