//! See [`RULE`].

use crate::model::Config;
use crate::plan::{Built, OneWay, Plan};
use crate::rules::{Reads, Report, declare_rule};

declare_rule! {
    /// An address range of pods or services is not the one that the cluster was built with.
    ///
    /// ## Why
    ///
    /// Every node keeps its part of the pod range, and every Service its address. k3s cannot change either range of a cluster that exists:
    /// nodes with the new range do not join the old ones, and the cluster's DNS does not answer at its new address.
    ///
    /// Source: k3s docs, "k3s server", `--cluster-cidr` and `--service-cidr`.
    ///
    /// ## Example
    ///
    /// With a tree that was built with `10.42.0.0/16`:
    ///
    /// ```yaml
    /// cluster: {network: {pods: 10.44.0.0/16}}
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```yaml
    /// cluster: {network: {pods: 10.42.0.0/16}}
    /// ```
    "cluster-range-changed", Error, since "0.1.0", fix None, suppressible, Reads::Built(check)
}

fn check(config: &Config, plan: &Plan, built: &Built, report: &mut Report<'_>) {
    let cluster = config.cluster.get();
    let network = cluster.and_then(|cluster| cluster.network.get());
    let now = OneWay::of(plan);
    let before = &built.one_way;
    let ranges = [
        (
            "pod range",
            &before.pods,
            &now.pods,
            network.and_then(|n| n.pods.span()),
        ),
        (
            "service range",
            &before.services,
            &now.services,
            network.and_then(|n| n.services.span()),
        ),
        (
            "cluster DNS address",
            &before.dns,
            &now.dns,
            network.and_then(|n| n.dns.span()),
        ),
    ];
    let changed = ranges
        .into_iter()
        .find(|(_, before, now, _)| !before.is_empty() && before != now);
    // The address of the DNS is one of the service range, so it changes with that.
    let Some((what, before, now, span)) = changed else {
        return;
    };
    let near = cluster
        .and_then(|_| config.cluster.spanned())
        .map(|cluster| cluster.key);
    let at = span.or(near).unwrap_or_else(|| report.anchor());
    report.push(
        report
            .found(at, format!("{what} changed from {before} to {now}"))
            .help(format!(
                "use `{before}`, or build a new cluster in another directory"
            ))
            .note("k3s cannot change it in a cluster that exists"),
    );
}

#[cfg(test)]
mod tests {
    use crate::testing::check_after;

    #[test]
    fn ranges_are_for_the_life_of_a_cluster() {
        check_after(
            r"
cluster: {network: {pods: 10.44.0.0/16}}
#                         ^^^^^^^^^^^^ error[cluster-range-changed]: pod range changed from 10.42.0.0/16 to 10.44.0.0/16
",
            "cluster: {network: {pods: 10.42.0.0/16}}\n",
        );
        check_after(
            r"
cluster: {provider: hetzner}
^^^^^^^ error[cluster-range-changed]: service range changed from 10.44.0.0/16 to 10.43.0.0/16
#                   ^^^^^^^ error[api-unreachable]: the Kubernetes API and SSH cannot be reached from outside the node network
",
            "cluster: {provider: hetzner, network: {services: 10.44.0.0/16, dns: 10.44.0.10}}\n",
        );
    }
}
