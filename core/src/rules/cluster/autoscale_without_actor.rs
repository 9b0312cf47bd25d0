//! See [`RULE`].

use super::written::is_partly_unknown;
use crate::facts::providers::scales_groups;
use crate::model::{Config, Provider};
use crate::plan::{Count, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// A pool is to be autoscaled where nothing does it.
    ///
    /// ## Why
    ///
    /// gkc writes the bounds, and user-data that turns any number of new machines into nodes. It writes nothing that makes
    /// machines: on Azure and Google Cloud that is a scale set or an instance group, which takes the user-data and both bounds.
    /// Other providers have nothing of the kind, so the pool keeps as many machines as Terraform made, until the Kubernetes cluster
    /// autoscaler, which has support for Hetzner and Scaleway, or a program of your own does it. Hide this where one does.
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
    ///     - {name: workspaces, count: 3, workloads: [regular, headless]}
    /// ```
    "autoscale-without-actor", Warning, since "0.1.0", fix None, suppressible, Reads::Plan(check)
}

fn check(config: &Config, plan: &Plan, report: &mut Report<'_>) {
    let Some(cluster) = config.cluster.get().filter(|cluster| !is_partly_unknown(cluster)) else {
        return;
    };
    if scales_groups(plan.provider) {
        return;
    }
    let Some(set) = plan
        .nodes
        .iter()
        .find(|set| matches!(set.count, Count::Autoscaled { .. }))
    else {
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
        Provider::Hetzner | Provider::Scaleway => {
            "write `count` instead, or run the Kubernetes cluster autoscaler with the pool's user-data"
        }
        _ => "write `count` instead, or bring a program that makes machines with the pool's user-data",
    };
    let finding = report.found(first, message).help(help).note(
        "gkc writes the bounds and the user-data; the provider has no group of machines that scales itself",
    );
    report.push(places.fold(finding, |finding, span| finding.and(span, "and here")));
}

#[cfg(test)]
mod tests {
    use crate::testing::check;

    #[test]
    fn where_the_provider_has_no_groups() {
        check(
            "autoscale-without-actor",
            r#"
cluster:
  provider: hetzner
  pools:
    - {name: a, workloads: [meta, ide, services]}
    - {name: b, autoscale: {min: 1, max: 5}, workloads: [regular, headless]}
#               ^^^^^^^^^ warning: Nothing adds machines to the pool `b` or takes them away
"#,
        );
        check(
            "autoscale-without-actor",
            r#"
cluster: {provider: scaleway, size: large}
#                                   ^^^^^ warning: Nothing adds machines to the pool `workspaces`
"#,
        );
        check(
            "autoscale-without-actor",
            r#"
cluster: {provider: gcp, size: large}
"#,
        );
        check(
            "autoscale-without-actor",
            r#"
cluster: {provider: hetzner, size: medium}
"#,
        );
    }
}
